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
 * A ramp of sparsities whose density (one minus sparsity) moves geometrically: {@code 1 - (1 -
 * from)^(1 - p) * (1 - to)^p} at progress {@code p}.
 *
 * <p>In equal times the same share of the remaining weights goes, as in iterative pruning that
 * removes, say, 20 % of what is left in every round. The sparsity is {@code from} until {@code
 * begin} and {@code to} at and past {@code end}, both exactly.
 *
 * @param begin the last time of the first sparsity
 * @param end the first time of the last sparsity
 * @param from the first sparsity, below 1
 * @param to the last sparsity, below 1
 */
public record Exponential(double begin, double end, double from, double to) implements Schedule {

  /**
   * Checks the numbers.
   *
   * @param begin the last time of the first sparsity
   * @param end the first time of the last sparsity
   * @param from the first sparsity, below 1
   * @param to the last sparsity, below 1
   * @throws IllegalArgumentException if one of them is not finite, the end does not come after the
   *     beginning, or a sparsity is 1 or more
   */
  public Exponential {
    Ramp.check(begin, end, from, to);
    checkBelowOne("from", from);
    checkBelowOne("to", to);
  }

  @Override
  public double at(double time) {
    double progress = Ramp.progress(begin, end, time);
    // One logarithm of the ratio instead of two powers: their product would not be monotone.
    double value = 1 - (1 - from) * Math.exp(progress * Math.log((1 - to) / (1 - from)));
    return Ramp.settle(progress, from, to, value);
  }

  private static void checkBelowOne(String name, double sparsity) {
    if (sparsity >= 1) {
      throw new IllegalArgumentException(
          "%s is %s, but a geometric ramp never reaches density 0; stay below 1"
              .formatted(name, sparsity));
    }
  }
}
