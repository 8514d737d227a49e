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

import java.util.List;
import org.dl4jprune.examples.run.Method;

/**
 * One line of a chart.
 *
 * @param label what it belongs to
 * @param colour of the line
 * @param dash its dashes, in the words of SVG
 * @param points from left to right
 */
record Series(String label, String colour, String dash, List<Point> points) {

  /**
   * A point of a line.
   *
   * @param x its place on the horizontal axis
   * @param y its place on the vertical axis
   */
  record Point(double x, double y) {}

  Series {
    points = List.copyOf(points);
  }

  /** The line of a method. */
  Series(Method method, List<Point> points) {
    this(method.label(), colour(method), dash(method), points);
  }

  /** Names the colour of a method: those of Okabe and Ito, which colour-blind people tell apart. */
  static String colour(Method method) {
    return switch (method) {
      case DENSE -> "#444444";
      case ONE_SHOT_AT_END -> "#e69f00";
      case ONE_SHOT -> "#d55e00";
      case GMP -> "#0072b2";
      case GRANET -> "#009e73";
      case RIGL -> "#cc79a7";
      case SET -> "#56b4e9";
    };
  }

  /** Dashes GraNet, whose sparsity runs along that of gradual pruning and would hide it. */
  static String dash(Method method) {
    return method == Method.GRANET ? "7 5" : "none";
  }
}
