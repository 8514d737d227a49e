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

/** The share of a cost that is open, as a function of all gates; by itself a penalty too. */
interface Share extends GatePenalty {
  /** Refuses a number of gates that the share was not made for. */
  default void checkGates(long gates) {}

  /** Σ f g: what each gate costs by itself. */
  record OfGates() implements Share {
    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      return gates.mul(costs).sum();
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return costs.dup();
    }
  }

  /** The expected cost of the whole model, E/full. */
  record OfModel(ExpectedCost cost) implements Share {
    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      return cost.value(gates).divi(cost.full()).castTo(gates.dataType());
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return cost.gradient(gates).divi(cost.full()).castTo(gates.dataType());
    }

    @Override
    public void checkGates(long gates) {
      if (gates != cost.gates()) {
        throw new IllegalArgumentException(
            "The expected cost was made for %d gates, but the model has %d; make it with GatedCost of the model that trains"
                .formatted(cost.gates(), gates));
      }
    }
  }
}
