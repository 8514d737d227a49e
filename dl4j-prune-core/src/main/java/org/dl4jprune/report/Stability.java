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

import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How far two trainings of one mask lie apart, over the surviving weights only. Card {@code
 * lottery-rewinding}; Frankle et al. 2019, <a href="https://arxiv.org/abs/1903.01611">arXiv
 * 1903.01611</a>, section 4. Small is stable.
 *
 * @param distance ‖x − y‖
 * @param angle between x and y in degrees, in [0, 180]; NaN, which means undefined, if one of them
 *     is zero
 * @param relativeDistance ‖x − y‖ / ‖x‖; NaN if x is zero
 */
public record Stability(double distance, double angle, double relativeDistance) {

  /**
   * Compares two vectors.
   *
   * @param x values of a layout
   * @param y values of the same layout
   * @param mask ones and zeros of the same length: only where it is one values count
   * @return the measures; one read from the device
   */
  public static Stability of(INDArray x, INDArray y, INDArray mask) {
    try (INDArray a = masked(x, mask);
        INDArray b = masked(y, mask);
        INDArray difference = a.sub(b);
        INDArray products = a.mul(b)) {
      double distance = HostReads.scalar(difference.norm2());
      double first = HostReads.scalar(a.norm2());
      double second = HostReads.scalar(b.norm2());
      double product = HostReads.scalar(products.sum());
      // Rounding may carry the cosine of equal vectors past 1.
      double cosine = Math.max(-1, Math.min(1, product / first / second));
      boolean undefined = first == 0 || second == 0;
      return new Stability(
          distance,
          undefined ? Double.NaN : distance == 0 ? 0 : Math.toDegrees(Math.acos(cosine)),
          first == 0 ? Double.NaN : distance / first);
    }
  }

  /** A new array of DOUBLE. */
  private static INDArray masked(INDArray values, INDArray mask) {
    INDArray masked = Nd4j.createUninitialized(DataType.DOUBLE, values.shape()).assign(values);
    try (INDArray ones = Nd4j.createUninitialized(DataType.DOUBLE, mask.shape()).assign(mask)) {
      return masked.muli(ones);
    }
  }

  @Override
  public String toString() {
    return "distance %.4f, angle %s, relative distance %s"
        .formatted(
            distance,
            Double.isNaN(angle) ? "undefined" : "%.2f°".formatted(angle),
            Double.isNaN(relativeDistance) ? "undefined" : "%.4f".formatted(relativeDistance));
  }
}
