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
package org.dl4jprune.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dl4jprune.allocation.DistortionCurve;
import org.dl4jprune.allocation.RateDistortion;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.Page;
import org.dl4jprune.plot.Series;
import org.dl4jprune.plot.Series.Point;

/** The curves of {@link RateDistortionCurves} as a page to look at. */
public final class DistortionPage {
  /** Zeros of which the table tells the distortion, in percent of a parameter. */
  private static final List<Integer> SHOWN = List.of(50, 80, 90, 95, 99);

  private DistortionPage() {}

  /**
   * Draws the curves.
   *
   * @param measured the curves
   * @return a page with one line for each parameter. Distortions are drawn by their logarithm, and
   *     those of 0 are left out
   */
  public static Page of(RateDistortion measured) {
    List<Series> lines = new ArrayList<>();
    for (DistortionCurve curve : measured.curves()) {
      lines.add(new Series(curve.parameter(), Series.colour(lines.size()), "none", points(curve)));
    }
    List<Double> heights = lines.stream().flatMap(l -> l.points().stream()).map(Point::y).toList();
    double least = heights.stream().mapToDouble(y -> y).min().orElse(0);
    double most = heights.stream().mapToDouble(y -> y).max().orElse(least);
    Page page =
        new Page(
            "Distortion curves",
            "How much the outputs change when one parameter alone is pruned further and further.");
    page.chart(
        "Distortion",
        Chart.lines(
            new Axis("zeros, % of the parameter", 0, 100, 20),
            Axis.covering("log10 of the mean squared change", least, most),
            false,
            lines.stream().filter(line -> !line.points().isEmpty()).toList()),
        lines);
    List<String> columns = new ArrayList<>(List.of("parameter", "weights"));
    SHOWN.forEach(percent -> columns.add(percent + " % zeros"));
    return page.table(
        "By parameter", columns, measured.curves().stream().map(c -> row(c)).toList());
  }

  private static List<Point> points(DistortionCurve curve) {
    List<Point> points = new ArrayList<>();
    for (int level = 0; level < curve.zeros().size(); level++) {
      double distortion = curve.distortions().get(level);
      if (distortion > 0) {
        points.add(
            new Point(100.0 * curve.zeros().get(level) / curve.units(), Math.log10(distortion)));
      }
    }
    return points;
  }

  /** The distortion at the highest level that does not exceed each percentage. */
  private static List<String> row(DistortionCurve curve) {
    List<String> row = new ArrayList<>();
    row.add(curve.parameter());
    row.add(String.format(Locale.ROOT, "%,d", curve.units()));
    for (int percent : SHOWN) {
      int level = 0;
      while (level + 1 < curve.zeros().size()
          && 100 * curve.zeros().get(level + 1) <= percent * curve.units()) {
        level++;
      }
      row.add(String.format(Locale.ROOT, "%.4g", curve.distortions().get(level)));
    }
    return row;
  }
}
