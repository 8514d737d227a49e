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

import org.dl4jprune.host.HostReads;
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
          ("A share of %.4f of the cost cannot be reached: each gated layer keeps one gate open, so"
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

  /** Refuses a share that no choice of gates reaches. */
  static void check(Share share, double kept, INDArray least, INDArray costs) {
    share.checkGates(least.length());
    checkReachable(kept, HostReads.scalar(share.value(least, costs)));
  }

  /** The square of max(0, share − kept). */
  record Budget(Share share, double kept) implements GatePenalty {
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
      return share.gradient(gates, costs).muli(excess(gates, costs).muli(2));
    }

    private INDArray excess(INDArray gates, INDArray costs) {
      return Transforms.max(share.value(gates, costs).subi(kept), 0, false);
    }

    @Override
    public void check(INDArray least, INDArray costs) {
      Penalties.check(share, kept, least, costs);
    }
  }

  /** The square of share − kept. */
  record Target(Share share, double kept) implements GatePenalty {
    Target {
      checkKept(kept);
    }

    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      INDArray distance = distance(gates, costs);
      return distance.mul(distance);
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return share.gradient(gates, costs).muli(distance(gates, costs).muli(2));
    }

    private INDArray distance(INDArray gates, INDArray costs) {
      return share.value(gates, costs).subi(kept);
    }

    @Override
    public void check(INDArray least, INDArray costs) {
      Penalties.check(share, kept, least, costs);
    }
  }
}
