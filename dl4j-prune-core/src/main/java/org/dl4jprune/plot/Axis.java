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
package org.dl4jprune.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values along one side of a chart, with ticks at round numbers.
 *
 * @param label what is measured, with its unit
 * @param from the first value
 * @param to the last value, above the first
 * @param step the distance between two ticks
 */
public record Axis(String label, double from, double to, double step) {
  private static final int TICKS = 6;

  /**
   * Covers all values by whole steps.
   *
   * @param label what is measured
   * @param least the smallest value
   * @param most the largest value; may be the same
   * @return an axis that begins and ends at ticks
   */
  public static Axis covering(String label, double least, double most) {
    double around = most == 0 ? 1 : 0.1 * Math.abs(most);
    double step = roundStep(most > least ? most - least : around);
    double from = Math.floor(least / step + 1e-9) * step;
    double to = Math.max(from + step, Math.ceil(most / step - 1e-9) * step);
    return new Axis(label, from, to, step);
  }

  /**
   * Ends exactly at the last value, where a next tick may lie beyond; for whole numbers.
   *
   * @param label what is counted
   * @param from the first value
   * @param to the last value
   * @return the axis
   */
  public static Axis upTo(String label, double from, double to) {
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

  /**
   * The values to mark.
   *
   * @return from the first one upwards
   */
  public List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; from + i * step <= to + step * 1e-6; i++) {
      ticks.add(from + i * step);
    }
    return ticks;
  }

  /**
   * The place of a value.
   *
   * @param value a number
   * @return 0 at the first value and 1 at the last
   */
  public double place(double value) {
    return (value - from) / (to - from);
  }

  /**
   * A value as it stands at a tick.
   *
   * @param value a number
   * @return with as many decimals as tell two ticks apart
   */
  public String text(double value) {
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    // Adding zero makes a negative zero positive.
    return String.format(Locale.ROOT, "%." + decimals + "f", Math.rint(value / step) * step + 0.0);
  }
}
