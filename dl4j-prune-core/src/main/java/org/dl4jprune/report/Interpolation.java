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
package org.dl4jprune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The error on the straight line between two models, and its barrier: how far its highest point
 * rises above the mean of the two ends. Frankle et al., ICML 2020, <a
 * href="https://arxiv.org/abs/1912.05671">arXiv 1912.05671</a>, section 2.
 *
 * @param errors at evenly spaced points, both ends included
 */
public record Interpolation(List<Double> errors) {

  /** The number of points in the papers' plots. */
  public static final int POINTS = 11;

  /**
   * Copies its argument.
   *
   * @param errors at evenly spaced points
   * @throws IllegalArgumentException if there are fewer than three
   */
  public Interpolation {
    errors = List.copyOf(errors);
    if (errors.size() < 3) {
      throw new IllegalArgumentException(
          "A line needs both ends and a point between them, not %d points"
              .formatted(errors.size()));
    }
  }

  /**
   * Measures along the line. All parameters are interpolated, running statistics included.
   *
   * @param from one end
   * @param to the other, a model of the same class and shapes
   * @param points at least 3
   * @param error what is measured of a model
   * @return the errors; both models are as before
   * @throws IllegalArgumentException if the parameters differ, or there are too few points
   */
  public static Interpolation between(
      PrunableModel from, PrunableModel to, int points, ToDoubleFunction<Object> error) {
    if (!from.parameters().equals(to.parameters())) {
      throw new IllegalArgumentException(
          "There is no line between models of parameters %s and %s"
              .formatted(from.parameters(), to.parameters()));
    }
    PrunableModel between = from.copy();
    List<Double> errors = new ArrayList<>();
    for (int point = 0; point < points; point++) {
      double part = (double) point / (points - 1);
      List<ParameterBlock> blocks = between.blocks();
      for (int i = 0; i < blocks.size(); i++) {
        INDArray start = from.blocks().get(i).values();
        INDArray end = to.blocks().get(i).values();
        try (INDArray mixed = start.mul(1 - part).addi(end.mul(part))) {
          blocks.get(i).values().assign(mixed);
        }
      }
      errors.add(error.applyAsDouble(between.unwrap()));
    }
    return new Interpolation(errors);
  }

  /**
   * The barrier.
   *
   * @return the highest error less the mean of both ends, at least 0
   */
  public double barrier() {
    double ends = (errors.get(0) + errors.get(errors.size() - 1)) / 2;
    return IntStream.range(0, errors.size()).mapToDouble(errors::get).max().orElseThrow() - ends;
  }
}
