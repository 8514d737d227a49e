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
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Shares a total among layers in proportion to weights, within a least and a most for each: layer i
 * gets c·weight_i, clamped, with the one c that spends the total. A layer at its most passes the
 * rest on to the others, which is what "make it dense and solve again" comes to.
 */
final class Quotas {
  /** Remainders closer than this are equal: differences come from rounding alone. */
  private static final double REMAINDER_UNIT = 1e-6;

  private Quotas() {}

  /** Whole numbers by largest remainder; of equal remainders the lower index gets the unit. */
  static long[] counts(double[] weights, long[] least, long[] most, long total) {
    double[] shares = shares(weights, least, most, total);
    long[] counts = Arrays.stream(shares).mapToLong(share -> (long) share).toArray();
    long rest = total - Arrays.stream(counts).sum();
    int[] byRemainder =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    i -> -Math.rint((shares[i] - Math.floor(shares[i])) / REMAINDER_UNIT)))
            .mapToInt(i -> i)
            .toArray();
    while (rest > 0) {
      for (int i : byRemainder) {
        if (rest > 0 && counts[i] < most[i]) {
          counts[i]++;
          rest--;
        }
      }
    }
    return counts;
  }

  /** The real numbers that {@link #counts} rounds. */
  static double[] shares(double[] weights, long[] least, long[] most, long total) {
    if (total < Arrays.stream(least).sum() || total > Arrays.stream(most).sum()) {
      throw new IllegalArgumentException(
          "%d cannot be shared with at least %s and at most %s"
              .formatted(total, Arrays.toString(least), Arrays.toString(most)));
    }
    double[] knots =
        IntStream.range(0, weights.length)
            .boxed()
            .flatMap(i -> java.util.stream.Stream.of(least[i] / weights[i], most[i] / weights[i]))
            .mapToDouble(knot -> knot)
            .sorted()
            .distinct()
            .toArray();
    int upper = 0;
    while (upper < knots.length - 1 && sumAt(knots[upper], weights, least, most) < total) {
      upper++;
    }
    double from = knots[Math.max(0, upper - 1)];
    double to = knots[upper];
    double factor = factor(from, to, weights, least, most, total);
    return IntStream.range(0, weights.length)
        .mapToDouble(i -> Math.min(most[i], Math.max(least[i], factor * weights[i])))
        .toArray();
  }

  private static double sumAt(double knot, double[] weights, long[] least, long[] most) {
    return IntStream.range(0, weights.length)
        .mapToDouble(
            i ->
                least[i] / weights[i] >= knot
                    ? least[i]
                    : most[i] / weights[i] <= knot ? most[i] : knot * weights[i])
        .sum();
  }

  // Between two neighbouring knots each layer is either fixed or proportional, so c is one
  // division.
  private static double factor(
      double from, double to, double[] weights, long[] least, long[] most, long total) {
    double fixed = 0;
    double free = 0;
    for (int i = 0; i < weights.length; i++) {
      if (least[i] / weights[i] >= to) {
        fixed += least[i];
      } else if (most[i] / weights[i] <= from) {
        fixed += most[i];
      } else {
        free += weights[i];
      }
    }
    return free == 0 ? to : (total - fixed) / free;
  }
}
