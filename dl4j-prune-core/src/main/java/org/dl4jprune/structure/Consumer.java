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
package org.dl4jprune.structure;

import java.util.function.BiFunction;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A linear layer that reads removable channels: Y = X·B, with one row of B for each input and
 * kernel position, in the order of {@link Parameter#asMatrix}, and one column for each output.
 */
public final class Consumer {
  private final Parameter weight;
  private final int[] units;
  private final BiFunction<PrunableModel, MultiDataSet, INDArray> inputs;

  Consumer(
      Parameter weight, int[] units, BiFunction<PrunableModel, MultiDataSet, INDArray> inputs) {
    this.weight = weight;
    this.units = units;
    this.inputs = inputs;
  }

  /**
   * The layer's weights.
   *
   * @return a parameter of the model
   */
  public Parameter weight() {
    return weight;
  }

  /**
   * The unit that each row of B is a slice of.
   *
   * @return a copy, one number for each row; -1 for rows that stay
   */
  public int[] units() {
    return units.clone();
  }

  /**
   * The matrix X of a batch at inference: one row for each example and position.
   *
   * @param at a model of the same configuration
   * @param batch features
   * @return shape [examples times positions, rows of B], of the model's type; may be a view
   */
  public INDArray inputs(PrunableModel at, MultiDataSet batch) {
    return inputs.apply(at, batch);
  }
}
