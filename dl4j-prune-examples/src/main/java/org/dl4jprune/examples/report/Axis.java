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
package org.dl4jprune.examples.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of values along one side of a chart, with ticks at round numbers.
 *
 * @param label what is measured
 * @param from the first value
 * @param to the last value
 * @param step the distance between two ticks
 */
record Axis(String label, double from, double to, double step) {
  private static final int TICKS = 6;

  /** Covers all values by whole steps. */
  static Axis covering(String label, double least, double most) {
    double step = roundStep(Math.max(most - least, 1e-9));
    double from = Math.floor(least / step + 1e-9) * step;
    double to = Math.max(from + step, Math.ceil(most / step - 1e-9) * step);
    return new Axis(label, from, to, step);
  }

  /** Ends exactly at the last value, where a next tick may lie beyond. */
  static Axis upTo(String label, double from, double to) {
    return new Axis(label, from, to, Math.max(1, roundStep(to - from)));
  }

  private static double roundStep(double span) {
    double rough = span / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= rough) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** Gives the values to mark. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; from + i * step <= to + step * 1e-6; i++) {
      ticks.add(from + i * step);
    }
    return ticks;
  }

  /** Gives the place of a value, 0 at the first and 1 at the last. */
  double place(double value) {
    return (value - from) / (to - from);
  }
}
