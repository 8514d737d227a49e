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

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * How many units each parameter keeps at least, whatever its scores: the larger of a count and a
 * percentage of the units of all parameters together, but never more than the parameter has. Keeps
 * a ranking over all layers from emptying one of them. Card {@code global-mp}, part B; the minimum
 * threshold of Gupta et al., 2022, <a href="https://arxiv.org/abs/2209.14624">arXiv 2209.14624</a>.
 *
 * @param count units, at least 0
 * @param percent percent of all units, rounded down, in [0, 100]; 0.05 in the paper's code
 */
public record Floor(long count, double percent) {

  /**
   * Checks its arguments.
   *
   * @param count units
   * @param percent percent of all units
   * @throws IllegalArgumentException if one of them is negative, or the percentage exceeds 100
   */
  public Floor {
    if (count < 0 || !(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException(
          "A floor keeps at least 0 units or from 0 to 100 percent, not %d units, %s percent"
              .formatted(count, percent));
    }
  }

  /**
   * No floor: a parameter may lose all its units.
   *
   * @return a floor of 0
   */
  public static Floor none() {
    return new Floor(0, 0);
  }

  /**
   * The same number of units for each parameter.
   *
   * @param units at least 0
   * @return the floor
   */
  public static Floor count(long units) {
    return new Floor(units, 0);
  }

  /**
   * A percentage of the units of all parameters together, as one number for each parameter.
   *
   * @param percent in [0, 100]
   * @return the floor
   */
  public static Floor percentOfAll(double percent) {
    return new Floor(0, percent);
  }

  /**
   * The least that each parameter keeps.
   *
   * @param request what is asked
   * @return one number for each parameter, none above its units that are alive
   * @throws IllegalArgumentException if they add up to more than the request keeps
   */
  long[] least(Request request) {
    long floor = Math.max(count, share(request.total()));
    long[] least = capped(request.alive(), floor);
    long sum = Arrays.stream(least).sum();
    if (sum > request.kept()) {
      throw new IllegalArgumentException(
          ("At sparsity %s there are K = %d units to keep, but the floors of all parameters add up"
                  + " to %d; the largest feasible floor is %d")
              .formatted(
                  request.sparsity(),
                  request.kept(),
                  sum,
                  largest(request.alive(), request.kept())));
    }
    return least;
  }

  private long share(long total) {
    return BigDecimal.valueOf(percent)
        .multiply(BigDecimal.valueOf(total))
        .movePointLeft(2)
        .setScale(0, RoundingMode.FLOOR)
        .longValueExact();
  }

  private static long[] capped(long[] units, long floor) {
    return Arrays.stream(units).map(size -> Math.min(size, floor)).toArray();
  }

  private static long largest(long[] units, long kept) {
    long feasible = 0;
    long infeasible = kept + 1;
    while (infeasible - feasible > 1) {
      long middle = (feasible + infeasible) >>> 1;
      if (Arrays.stream(capped(units, middle)).sum() <= kept) {
        feasible = middle;
      } else {
        infeasible = middle;
      }
    }
    return feasible;
  }
}
