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
import java.util.Locale;

/** Values, means and intervals of several things below each other as one SVG element. */
public final class RowChart {
  private static final int WIDTH = 620;
  private static final int LEFT = 130;
  private static final int RIGHT = 18;
  private static final int ROW = 34;
  private static final int BOTTOM = 46;

  private final Axis axis;
  private final int bottom;
  private final StringBuilder svg = new StringBuilder();

  /**
   * One row.
   *
   * @param label at its left
   * @param colour in the words of SVG
   * @param values drawn as small circles; those that are not finite are left out
   * @param mean drawn as a bar; left out if it is not finite
   * @param low the lower end of an interval, drawn as a line; left out if it is not finite
   * @param high the upper end
   */
  public record Row(
      String label, String colour, List<Double> values, double mean, double low, double high) {

    /**
     * Copies the values.
     *
     * @param label at its left
     * @param colour in the words of SVG
     * @param values drawn as small circles
     * @param mean drawn as a bar
     * @param low the lower end of an interval
     * @param high the upper end
     */
    public Row {
      values = List.copyOf(values);
    }
  }

  private RowChart(Axis axis, int rows) {
    this.axis = axis;
    this.bottom = ROW * rows + 8;
  }

  /**
   * Draws rows, the first on top.
   *
   * @param axis under all rows
   * @param rows what to draw
   * @param marks values at which a dashed line goes through all rows
   * @return an SVG element
   */
  public static String draw(Axis axis, List<Row> rows, double... marks) {
    RowChart chart = new RowChart(axis, rows.size());
    chart.add(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        WIDTH, chart.bottom + BOTTOM, Chart.escaped(axis.label()));
    chart.grid();
    for (double mark : marks) {
      chart.add(
          "<line class=\"axis\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"0\" y2=\"%2$d\" stroke-dasharray=\"4 4\"/>",
          chart.x(mark), chart.bottom);
    }
    for (int i = 0; i < rows.size(); i++) {
      chart.row(rows.get(i), ROW * i + ROW / 2 + 4);
    }
    chart.add("</svg>");
    return chart.svg.toString();
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private double x(double value) {
    return LEFT + axis.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private void grid() {
    for (double tick : axis.ticks()) {
      add(
          "<line class=\"grid\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"0\" y2=\"%2$d\"/>",
          x(tick), bottom);
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(tick), bottom + 18, axis.text(tick));
    }
    add(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%3$d\" y2=\"%3$d\"/>",
        LEFT, WIDTH - RIGHT, bottom);
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2, bottom + 38, Chart.escaped(axis.label()));
  }

  private void row(Row row, int y) {
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
        LEFT - 10, y + 4, Chart.escaped(row.label()));
    if (Double.isFinite(row.low()) && Double.isFinite(row.high())) {
      add(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$d\" y2=\"%3$d\" stroke=\"%4$s\" stroke-width=\"2\"/>",
          x(row.low()), x(row.high()), y, row.colour());
    }
    for (double value : row.values()) {
      if (Double.isFinite(value)) {
        add(
            "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\" fill-opacity=\"0.55\"><title>%.4g</title></circle>",
            x(value), y, row.colour(), value);
      }
    }
    if (Double.isFinite(row.mean())) {
      add(
          "<rect x=\"%.1f\" y=\"%d\" width=\"3\" height=\"20\" fill=\"%s\"><title>%.4g</title></rect>",
          x(row.mean()) - 1.5, y - 10, row.colour(), row.mean());
    }
  }
}
