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
package org.dl4jprune.pattern;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whole slices of a weight: all values of one output (a row) or all values that read one input (a
 * channel). The mask has zeros only in whole slices; the shapes stay as they are.
 *
 * @param axis which slices
 * @param pooling how scores are pooled
 */
public record Channels(Axis axis, Pooling pooling) implements Pattern {

  /**
   * Checks for missing parts.
   *
   * @param axis outputs or inputs
   * @param pooling mean or maximum
   */
  public Channels {
    if (axis == null || pooling == null) {
      throw new IllegalArgumentException("A channel pattern needs an axis and a pooling");
    }
  }

  @Override
  public long units(Geometry geometry) {
    return axis == Axis.OUTPUT ? geometry.outputs() : geometry.inputs();
  }

  @Override
  public INDArray pool(INDArray scores, Geometry geometry) {
    INDArray cube = cube(scores, geometry);
    int[] others = axis == Axis.OUTPUT ? new int[] {1, 2} : new int[] {0, 2};
    return pooling == Pooling.MAX ? cube.max(others) : cube.mean(others);
  }

  @Override
  public INDArray expand(INDArray units, Geometry geometry) {
    INDArray slices =
        axis == Axis.OUTPUT
            ? units.reshape('c', geometry.outputs(), 1, 1)
            : units.reshape('c', 1, geometry.inputs(), 1);
    return slices
        .broadcast(geometry.outputs(), geometry.inputs(), geometry.positions())
        .dup('c')
        .reshape(geometry.size());
  }

  private static INDArray cube(INDArray scores, Geometry geometry) {
    return scores.reshape('c', geometry.outputs(), geometry.inputs(), geometry.positions());
  }
}
