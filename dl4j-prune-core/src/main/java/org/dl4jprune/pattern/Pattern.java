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

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * In which shape weights may be zero. A pattern divides a weight into units that live or die
 * together. An implementation is an immutable value (a record) that Jackson can write and read.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "type")
public interface Pattern {

  /**
   * Checks that a weight can be divided.
   *
   * @param name the weight's name, for the message
   * @param geometry its sizes
   * @throws IllegalArgumentException if the pattern does not fit
   */
  default void check(String name, Geometry geometry) {}

  /**
   * The number of units of a weight.
   *
   * @param geometry the weight's sizes
   * @return at least 1
   */
  long units(Geometry geometry);

  /**
   * The score of each unit.
   *
   * @param scores the score of each value, rank 1, in flat order
   * @param geometry the weight's sizes
   * @return rank 1, one score for each unit; may be {@code scores} itself
   */
  INDArray pool(INDArray scores, Geometry geometry);

  /**
   * Spreads a mask of units over their values.
   *
   * @param units 1 for each unit that is kept and 0 for the others, rank 1
   * @param geometry the weight's sizes
   * @return rank 1, in flat order; may be {@code units} itself
   */
  INDArray expand(INDArray units, Geometry geometry);

  /**
   * The sparsity that the pattern itself prescribes.
   *
   * @return NaN for patterns that go with any sparsity
   */
  default double prescribedSparsity() {
    return Double.NaN;
  }

  /**
   * Chooses the kept values of a pattern with a prescribed sparsity.
   *
   * @param scores the score of each value, rank 1, in flat order; high is kept
   * @param geometry the weight's sizes
   * @return 1 for each value that is kept and 0 for the others, rank 1, in flat order
   * @throws UnsupportedOperationException if the pattern prescribes no sparsity
   */
  default INDArray select(INDArray scores, Geometry geometry) {
    throw new UnsupportedOperationException(this + " prescribes no sparsity");
  }
}
