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
package org.dl4jprune.schedule;

/**
 * A ramp that slows down as a power of the time that is left: {@code to + (from - to) * (1 -
 * p)^power} at progress {@code p}.
 *
 * <p>With power 3 this is the schedule of gradual magnitude pruning: Zhu and Gupta, "To prune, or
 * not to prune", 2017, equation 1. The rate is {@code from} until {@code begin} and {@code to} at
 * and past {@code end}, both exactly.
 *
 * @param begin the last time of the first rate
 * @param end the first time of the last rate
 * @param from the first rate
 * @param to the last rate
 * @param power how strongly the change is drawn to the beginning: 1 is a straight line
 */
public record Polynomial(double begin, double end, double from, double to, double power)
    implements Schedule {

  /**
   * Checks the numbers.
   *
   * @param begin the last time of the first rate
   * @param end the first time of the last rate
   * @param from the first rate
   * @param to the last rate
   * @param power how strongly the change is drawn to the beginning: 1 is a straight line
   * @throws IllegalArgumentException if one of them is not finite, the end does not come after the
   *     beginning, or the power is not above zero
   */
  public Polynomial {
    Ramp.check(begin, end, from, to);
    Ramp.finite("power", power);
    if (power <= 0) {
      throw new IllegalArgumentException(
          "power %s is not above zero; use 1 for a line or 3 for the cubic".formatted(power));
    }
  }

  @Override
  public double at(double time) {
    double progress = Ramp.progress(begin, end, time);
    double value = to + (from - to) * Math.pow(1 - progress, power);
    return Ramp.settle(progress, from, to, value);
  }
}
