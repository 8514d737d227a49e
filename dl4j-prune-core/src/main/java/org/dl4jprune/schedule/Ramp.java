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

/** What the schedules that move between two rates share: their checks, progress and exact ends. */
final class Ramp {

  private Ramp() {}

  /** Checks the two times and the two rates of a ramp. */
  static void check(double begin, double end, double from, double to) {
    finite("begin", begin);
    finite("end", end);
    finite("from", from);
    finite("to", to);
    if (end <= begin) {
      throw new IllegalArgumentException(
          "end %s does not come after begin %s; give a later end, or use oneShot for a step"
              .formatted(end, begin));
    }
    finite("end - begin", end - begin);
    finite("from - to", from - to);
  }

  /** Checks one number. */
  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is %s; give a finite number".formatted(name, value));
    }
  }

  /** Checks that a combinator has a schedule to work on. */
  static void present(String name, Schedule schedule) {
    if (schedule == null) {
      throw new IllegalArgumentException(
          "%s is missing; give a schedule, such as Schedule.constant(0)".formatted(name));
    }
  }

  /** Gives the share of the way from begin to end that lies behind a time, from 0 to 1. */
  static double progress(double begin, double end, double time) {
    return Math.min(Math.max((time - begin) / (end - begin), 0), 1);
  }

  /**
   * Keeps rounding errors from carrying a value past the ramp's ends: a schedule that ends at 0.9
   * must neither stop at 0.8999 nor overshoot, since counts of weights are made from it.
   */
  static double settle(double progress, double from, double to, double value) {
    if (progress <= 0) {
      return from;
    }
    if (progress >= 1) {
      return to;
    }
    return Math.min(Math.max(value, Math.min(from, to)), Math.max(from, to));
  }
}
