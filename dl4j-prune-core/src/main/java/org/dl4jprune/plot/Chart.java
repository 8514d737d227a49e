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
import org.dl4jprune.plot.Series.Point;

/**
 * Lines or clouds of points over two axes as one SVG element, to be read in a browser without
 * scripts.
 */
public final class Chart {
  private static final int WIDTH = 620;
  private static final int HEIGHT = 360;
  private static final int LEFT = 66;
  private static final int RIGHT = 18;
  private static final int TOP = 14;
  private static final int BOTTOM = 46;

  private final Axis horizontal;
  private final Axis vertical;
  private final StringBuilder svg = new StringBuilder();

  private Chart(Axis horizontal, Axis vertical) {
    this.horizontal = horizontal;
    this.vertical = vertical;
    add(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s over %s\">",
        WIDTH, HEIGHT, escaped(vertical.label()), escaped(horizontal.label()));
    grid();
  }

  /**
   * Draws lines.
   *
   * @param horizontal the axis below
   * @param vertical the axis at the left; what lies under it is cut off and written in words
   * @param dots whether points are marked
   * @param lines what to draw, the first below all others
   * @return an SVG element
   */
  public static String lines(Axis horizontal, Axis vertical, boolean dots, List<Series> lines) {
    Chart chart = new Chart(horizontal, vertical);
    lines.forEach(series -> chart.line(series, dots));
    return chart.end();
  }

  /**
   * Draws clouds of points. Points that are not finite are left out.
   *
   * @param horizontal the axis below
   * @param vertical the axis at the left
   * @param clouds what to draw, the first below all others; a single point is drawn larger
   * @return an SVG element
   */
  public static String clouds(Axis horizontal, Axis vertical, List<Series> clouds) {
    Chart chart = new Chart(horizontal, vertical);
    for (Series cloud : clouds) {
      int radius = cloud.points().size() == 1 ? 6 : 3;
      for (Point point : cloud.points()) {
        if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
          chart.dot(cloud, point, radius);
        }
      }
    }
    return chart.end();
  }

  /**
   * Text as it may stand in HTML.
   *
   * @param text any
   * @return without the signs that begin an element or end an attribute
   */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private String end() {
    add("</svg>");
    return svg.toString();
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private double x(double value) {
    return LEFT + horizontal.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - vertical.place(value) * (HEIGHT - TOP - BOTTOM);
  }

  private void grid() {
    for (double tick : vertical.ticks()) {
      add(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
          LEFT, WIDTH - RIGHT, y(tick), y(tick));
      add(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 8, y(tick) + 4, vertical.text(tick));
    }
    for (double tick : horizontal.ticks()) {
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(tick), HEIGHT - BOTTOM + 18, horizontal.text(tick));
    }
    add(
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
        LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM);
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, escaped(horizontal.label()));
    add(
        "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        (TOP + HEIGHT - BOTTOM) / 2, escaped(vertical.label()));
  }

  private void line(Series series, boolean dots) {
    StringBuilder path = new StringBuilder();
    for (Point point : series.points()) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              x(point.x()),
              y(Math.max(point.y(), vertical.from()))));
    }
    add(
        "<path class=\"line\" d=\"%s\" stroke=\"%s\" stroke-dasharray=\"%s\"><title>%s</title></path>",
        path, series.colour(), series.dash(), escaped(series.label()));
    for (Point point : series.points()) {
      if (point.y() < vertical.from()) {
        below(series, point);
      } else if (dots) {
        dot(series, point, 4);
      }
    }
  }

  private void dot(Series series, Point point, int radius) {
    add(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\" fill-opacity=\"%s\"><title>%s: %s</title></circle>",
        x(point.x()),
        y(point.y()),
        radius,
        series.colour(),
        radius < 4 ? "0.55" : "1",
        escaped(series.label()),
        String.format(Locale.ROOT, "%.4g", point.y()));
  }

  /** Writes the value of a point that the chart cannot show without squeezing all others. */
  private void below(Series series, Point point) {
    add(
        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"end\" style=\"fill:%s\" class=\"below\">%s: %s ▼</text>",
        x(point.x()) - 6,
        HEIGHT - BOTTOM - 8,
        series.colour(),
        escaped(series.label()),
        String.format(Locale.ROOT, "%.2f", point.y()));
  }
}
