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
package org.dl4jprune.allocation;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an allocation is asked.
 *
 * @param parameters the parameters to prune, at least one
 * @param units how many units each of them has: its values for an unstructured pattern, its blocks
 *     or rows for others
 * @param alive how many units of each are not dead yet: the most that it can keep
 * @param sparsity the fraction of all units that is to become zero, in [0, 1)
 * @param scores the scores of the units of the i-th parameter: rank 1, high is kept; owned by the
 *     asker
 */
public record Request(
    List<Parameter> parameters,
    long[] units,
    long[] alive,
    double sparsity,
    IntFunction<INDArray> scores) {

  /**
   * Checks its arguments.
   *
   * @param parameters the parameters to prune, at least one
   * @param units how many units each of them has
   * @param alive how many units of each are not dead yet
   * @param sparsity the fraction of all units that is to become zero
   * @param scores the scores of the units of the i-th parameter
   * @throws IllegalArgumentException if there is no parameter, not one number of units for each, or
   *     the sparsity lies outside [0, 1)
   */
  public Request {
    parameters = List.copyOf(parameters);
    int size = parameters.size();
    if (size == 0 || size != units.length || size != alive.length) {
      throw new IllegalArgumentException(
          "A request needs parameters, the units of each and those alive, not %d, %d and %d"
              .formatted(size, units.length, alive.length));
    }
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1); it is the fraction of zeros".formatted(sparsity));
    }
  }

  /**
   * Of parameters of which nothing is dead yet.
   *
   * @param parameters the parameters to prune, at least one
   * @param units how many units each of them has
   * @param sparsity the fraction of all units that is to become zero
   * @param scores the scores of the units of the i-th parameter
   */
  public Request(
      List<Parameter> parameters, long[] units, double sparsity, IntFunction<INDArray> scores) {
    this(parameters, units, units, sparsity, scores);
  }

  /**
   * The number of units of all parameters.
   *
   * @return their sum
   */
  public long total() {
    return Arrays.stream(units).sum();
  }

  /**
   * The number of units that are zero afterwards.
   *
   * @return round-half-up of sparsity times total, or what is dead already where that is more
   */
  public long zeros() {
    return Math.max(Counts.zeros(sparsity, total()), total() - Arrays.stream(alive).sum());
  }

  /**
   * The number of units that stay.
   *
   * @return total minus zeros
   */
  public long kept() {
    return total() - zeros();
  }
}
