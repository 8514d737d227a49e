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
package org.dl4jprune.model;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of a batch and its gradient with respect to every parameter: the mean over the examples,
 * before clipping, regularisation and updater. The arrays are copies that their owner closes.
 */
public final class Gradients implements AutoCloseable {
  private final double loss;
  private final Map<String, ParameterBlock> blocks;
  private final Map<String, INDArray> arrays;
  private final double statisticFactor;

  Gradients(
      double loss,
      Map<String, ParameterBlock> blocks,
      Map<String, INDArray> arrays,
      double statisticFactor) {
    this.loss = loss;
    this.blocks = blocks;
    this.arrays = arrays;
    this.statisticFactor = statisticFactor;
  }

  /**
   * The loss, with the penalties of the model's own regularisation where the model class adds them.
   *
   * @return the mean over the batch
   */
  public double loss() {
    return loss;
  }

  /**
   * The gradient of one parameter.
   *
   * @param parameter a parameter that training changes
   * @return an array of the parameter's shape
   * @throws IllegalStateException if the loss does not depend on the parameter or it is frozen
   */
  public INDArray of(Parameter parameter) {
    ParameterBlock block = blocks.get(parameter.name());
    INDArray array = block == null ? null : arrays.get(block.name());
    if (array == null || !parameter.trainable()) {
      throw new IllegalStateException(
          "There is no gradient for parameter %s: it is frozen or the loss does not depend on it;"
                  .formatted(parameter.name())
              + " exclude it, or choose a criterion without gradients");
    }
    return block.view(array, parameter);
  }

  /**
   * What a training step on the batch subtracts from a running statistic, whatever its learning
   * rate.
   *
   * @param statistic a running mean or variance
   * @return a new array of the parameter's shape, or null if the model announces no such change
   */
  public INDArray ofStatistic(Parameter statistic) {
    ParameterBlock block = blocks.get(statistic.name());
    INDArray array = block == null ? null : arrays.get(block.name());
    return array == null ? null : block.view(array, statistic).mul(statisticFactor);
  }

  /**
   * The arrays of all blocks.
   *
   * @return live arrays, one for each block that has a gradient
   */
  public List<INDArray> arrays() {
    return List.copyOf(arrays.values());
  }

  /**
   * Multiplies loss and gradients in place.
   *
   * @param factor any finite number
   * @return gradients over the same arrays, which replace this object
   */
  public Gradients scaled(double factor) {
    arrays.values().forEach(array -> array.muli(factor));
    return new Gradients(loss * factor, blocks, arrays, statisticFactor / factor);
  }

  /**
   * Adds other gradients in place and closes them.
   *
   * @param other gradients of the same model
   * @param weight what the other ones are multiplied by
   * @return gradients over the same arrays, which replace this object
   */
  public Gradients plus(Gradients other, double weight) {
    other.arrays.forEach((name, array) -> arrays.get(name).addi(array.muli(weight)));
    other.close();
    return new Gradients(loss + other.loss * weight, blocks, arrays, statisticFactor);
  }

  @Override
  public void close() {
    arrays.values().forEach(INDArray::close);
  }
}
