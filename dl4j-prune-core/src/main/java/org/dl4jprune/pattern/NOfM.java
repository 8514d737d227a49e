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
import org.nd4j.linalg.api.ops.impl.transforms.custom.GreaterThanOrEqual;
import org.nd4j.linalg.factory.Nd4j;

/**
 * N kept of each M consecutive weights along one axis; for convolutions the M weights lie at the
 * same kernel position. Mishra et al. 2021, <a href="https://arxiv.org/abs/2104.08378">arXiv
 * 2104.08378</a>, is 2:4 along the inputs. Exact in every group; among equal scores the lower index
 * is kept.
 *
 * <p>Cost: M·(M−1)/2 comparisons of arrays of size/M values. Memory: three times the weight.
 *
 * @param kept N, between 1 and M
 * @param group M
 * @param axis the axis that the groups run along
 */
public record NOfM(int kept, int group, Axis axis) implements Pattern {

  /**
   * Checks the numbers.
   *
   * @param kept at least 1 and at most {@code group}
   * @param group M
   * @param axis outputs or inputs
   * @throws IllegalArgumentException if N lies outside [1, M]
   */
  public NOfM {
    if (kept < 1 || kept > group || axis == null) {
      throw new IllegalArgumentException(
          "N:M keeps N of M weights with 1 <= N <= M, not %d:%d along %s"
              .formatted(kept, group, axis));
    }
  }

  @Override
  public void check(String name, Geometry geometry) {
    long size = axis == Axis.OUTPUT ? geometry.outputs() : geometry.inputs();
    if (size % group != 0) {
      throw new IllegalArgumentException(
          "%d:%d does not fit %s: its %d %ss are no multiple of %d; exclude it, or choose another axis"
              .formatted(
                  kept, group, name, size, axis.name().toLowerCase(java.util.Locale.ROOT), group));
    }
  }

  @Override
  public double prescribedSparsity() {
    return 1 - (double) kept / group;
  }

  @Override
  public long units(Geometry geometry) {
    return geometry.size();
  }

  @Override
  public INDArray pool(INDArray scores, Geometry geometry) {
    return scores;
  }

  @Override
  public INDArray expand(INDArray units, Geometry geometry) {
    return units;
  }

  @Override
  public INDArray select(INDArray scores, Geometry geometry) {
    INDArray members = members(scores, geometry).dup('c');
    INDArray beatenBy = members.ulike().assign(0);
    for (int first = 0; first < group; first++) {
      for (int second = first + 1; second < group; second++) {
        // The lower index wins a tie.
        INDArray wins =
            Nd4j.exec(new GreaterThanOrEqual(members.slice(first), members.slice(second)))[0]
                .castTo(scores.dataType());
        beatenBy.slice(second).addi(wins);
        beatenBy.slice(first).addi(wins.rsubi(1));
      }
    }
    INDArray mask = Nd4j.createUninitialized(scores.dataType(), geometry.size());
    members(mask, geometry).assign(beatenBy.lt(kept).castTo(scores.dataType()));
    return mask;
  }

  /** A view [M, …] whose i-th slice holds the i-th member of every group. */
  private INDArray members(INDArray flat, Geometry geometry) {
    return axis == Axis.OUTPUT
        ? flat.reshape('c', geometry.outputs() / group, group, geometry.columns()).permute(1, 0, 2)
        : flat.reshape(
                'c', geometry.outputs(), geometry.inputs() / group, group, geometry.positions())
            .permute(2, 0, 1, 3);
  }
}
