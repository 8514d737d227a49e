/*
 * Copyright 2026 the dl4j-prune authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
 * compliance with the License. You may obtain a copy of the License at
 * https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License is
 * distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and limitations under the License.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
package org.dl4jprune.gates;

import org.dl4jprune.structure.ExpectedCost;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The penalties behind {@link GatePenalty}'s factories. */
final class Penalties {

  private Penalties() {}

  static void checkKept(double kept) {
    if (!(kept > 0 && kept <= 1)) {
      throw new IllegalArgumentException(
          "The share %s of the cost that may stay lies outside (0, 1]".formatted(kept));
    }
  }

  static void checkReachable(double kept, double least) {
    if (kept < least - 1e-9) {
      throw new IllegalArgumentException(
          ("A share of %.4f of the gated cost cannot be reached: each layer keeps one channel, so"
                  + " %.4f is the least; the largest target sparsity is %.4f")
              .formatted(kept, least, 1 - least));
    }
  }

  /** (1/|G|) Σ g. */
  record Mean(boolean ofValues) implements GatePenalty {
    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      return gates.mean();
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return Nd4j.valueArrayOf(gates.shape(), 1.0 / gates.length(), gates.dataType());
    }
  }

  /** (1/|G|) Σ g(1 − g). */
  record Polarizing() implements GatePenalty {
    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      return gates.rsub(1).muli(gates).mean();
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return gates.mul(-2).addi(1).divi(gates.length());
    }
  }

  /** Σ f g. */
  record Activity() implements GatePenalty {
    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      return gates.mul(costs).sum();
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return costs.dup();
    }
  }

  /** The square of max(0, Σ f g − kept). */
  record Budget(double kept) implements GatePenalty {
    Budget {
      checkKept(kept);
    }

    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      INDArray excess = excess(gates, costs);
      return excess.mul(excess);
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return costs.mul(excess(gates, costs).muli(2));
    }

    private INDArray excess(INDArray gates, INDArray costs) {
      return Transforms.max(gates.mul(costs).sum().subi(kept), 0, false);
    }

    @Override
    public void check(double least) {
      checkReachable(kept, least);
    }
  }

  /** The square of Σ f g − kept. */
  record Target(double kept) implements GatePenalty {
    Target {
      checkKept(kept);
    }

    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      INDArray distance = gates.mul(costs).sum().subi(kept);
      return distance.mul(distance);
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return costs.mul(gates.mul(costs).sum().subi(kept).muli(2));
    }

    @Override
    public void check(double least) {
      checkReachable(kept, least);
    }
  }

  /** The square of max(0, E/full − kept). */
  record CostBudget(ExpectedCost cost, double kept) implements GatePenalty {
    CostBudget {
      checkKept(kept);
    }

    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      INDArray excess = excess(gates);
      return excess.mul(excess).castTo(gates.dataType());
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      INDArray factor = excess(gates).muli(2 / cost.full());
      return cost.gradient(gates).muli(factor).castTo(gates.dataType());
    }

    private INDArray excess(INDArray gates) {
      return Transforms.max(cost.value(gates).divi(cost.full()).subi(kept), 0, false);
    }
  }
}
