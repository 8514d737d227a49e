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
 * Half a cosine from one rate to another: {@code to + (from - to) * (1 + cos(pi * p)) / 2} at
 * progress {@code p}.
 *
 * <p>Dynamic sparse training lets its regrowth rate fall along this curve (Evci et al., "Rigging
 * the lottery", 2020; Liu et al., GraNet, 2021). The rate is {@code from} until {@code begin} and
 * {@code to} at and past {@code end}, both exactly.
 *
 * @param begin the last time of the first rate
 * @param end the first time of the last rate
 * @param from the first rate
 * @param to the last rate
 */
public record Cosine(double begin, double end, double from, double to) implements Schedule {

  /**
   * Checks the numbers.
   *
   * @param begin the last time of the first rate
   * @param end the first time of the last rate
   * @param from the first rate
   * @param to the last rate
   * @throws IllegalArgumentException if one of them is not finite, or the end does not come after
   *     the beginning
   */
  public Cosine {
    Ramp.check(begin, end, from, to);
  }

  @Override
  public double at(double time) {
    double progress = Ramp.progress(begin, end, time);
    double value = to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
    return Ramp.settle(progress, from, to, value);
  }
}
