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
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Rectangles of {@code height} outputs by {@code width} columns of the matrix [outputs, inputs ·
 * positions]. Where the sizes do not divide, the last rectangles are smaller.
 *
 * @param height rows of a block, at least 1
 * @param width columns of a block, at least 1
 * @param pooling how scores are pooled
 */
public record Block(long height, long width, Pooling pooling) implements Pattern {

  /**
   * Checks the sizes.
   *
   * @param height at least 1
   * @param width at least 1
   * @param pooling mean or maximum
   * @throws IllegalArgumentException if a size is smaller
   */
  public Block {
    if (height < 1 || width < 1 || pooling == null) {
      throw new IllegalArgumentException(
          "A block is at least 1 by 1 with a pooling, not %d by %d with %s"
              .formatted(height, width, pooling));
    }
  }

  @Override
  public long units(Geometry geometry) {
    return bands(geometry.outputs(), height) * bands(geometry.columns(), width);
  }

  @Override
  public INDArray pool(INDArray scores, Geometry geometry) {
    if (pooling == Pooling.MAX) {
      return blocks(scores, geometry, Double.NEGATIVE_INFINITY).max(1, 3).reshape(units(geometry));
    }
    INDArray sums = blocks(scores, geometry, 0).sum(1, 3);
    if (divides(geometry)) {
      return sums.divi(height * width).reshape(units(geometry));
    }
    INDArray ones = Nd4j.ones(scores.dataType(), geometry.size());
    return sums.divi(blocks(ones, geometry, 0).sum(1, 3)).reshape(units(geometry));
  }

  @Override
  public INDArray expand(INDArray units, Geometry geometry) {
    long rows = bands(geometry.outputs(), height);
    long columns = bands(geometry.columns(), width);
    INDArray whole =
        units
            .reshape('c', rows, 1, columns, 1)
            .broadcast(rows, height, columns, width)
            .dup('c')
            .reshape('c', rows * height, columns * width);
    return divides(geometry)
        ? whole.reshape(geometry.size())
        : whole
            .get(
                NDArrayIndex.interval(0, geometry.outputs()),
                NDArrayIndex.interval(0, geometry.columns()))
            .dup('c')
            .reshape(geometry.size());
  }

  private INDArray blocks(INDArray values, Geometry geometry, double padding) {
    long rows = bands(geometry.outputs(), height);
    long columns = bands(geometry.columns(), width);
    INDArray matrix = values.reshape('c', geometry.outputs(), geometry.columns());
    if (!divides(geometry)) {
      INDArray padded =
          Nd4j.valueArrayOf(
              new long[] {rows * height, columns * width}, padding, values.dataType());
      padded
          .get(
              NDArrayIndex.interval(0, geometry.outputs()),
              NDArrayIndex.interval(0, geometry.columns()))
          .assign(matrix);
      matrix = padded;
    }
    return matrix.reshape('c', rows, height, columns, width);
  }

  private boolean divides(Geometry geometry) {
    return geometry.outputs() % height == 0 && geometry.columns() % width == 0;
  }

  private static long bands(long size, long of) {
    return (size + of - 1) / of;
  }
}
