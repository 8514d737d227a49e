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

import java.util.List;

/**
 * One line, or one cloud of points, of a chart.
 *
 * @param label what it belongs to
 * @param colour of the line, in the words of SVG
 * @param dash its dashes, in the words of SVG; {@code none} for a full line
 * @param points from left to right
 */
public record Series(String label, String colour, String dash, List<Point> points) {
  /** Those of Okabe and Ito, which colour-blind people tell apart. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444");

  /**
   * A point.
   *
   * @param x its place on the horizontal axis
   * @param y its place on the vertical axis
   */
  public record Point(double x, double y) {}

  /**
   * Copies the points.
   *
   * @param label what it belongs to
   * @param colour of the line
   * @param dash its dashes
   * @param points from left to right
   */
  public Series {
    points = List.copyOf(points);
  }

  /**
   * A colour for the series of a chart.
   *
   * @param number of the series, from 0
   * @return a colour that differs from those of its neighbours
   */
  public static String colour(int number) {
    return COLOURS.get(number % COLOURS.size());
  }
}
