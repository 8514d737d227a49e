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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jprune.examples.run.ConsensusRun;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.Page;
import org.dl4jprune.plot.Series;
import org.dl4jprune.plot.Series.Point;

/** The page of the polarisation example: one table, and the gates over the training. */
public final class PolarizationPage {
  private static final String WITH = "#0072b2";
  private static final String WITHOUT = "#d55e00";

  /** The columns of the table. */
  public static final List<String> COLUMNS =
      List.of("", "gated", "extracted", "agreement", "gates kept", "operations", "ms of a batch");

  private PolarizationPage() {}

  /**
   * The table's rows.
   *
   * @param with the run with polarisation
   * @param without the control
   * @param plain the accuracy of a plain network of the final widths, in [0, 1]
   * @return one list of cells for each row
   */
  public static List<List<String>> rows(
      ConsensusRun.Result with, ConsensusRun.Result without, double plain) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("with polarisation", with));
    rows.add(row("without polarisation", without));
    rows.add(List.of("plain network of the final widths", "–", percent(plain), "–", "–", "–", "–"));
    return rows;
  }

  private static List<String> row(String name, ConsensusRun.Result result) {
    return List.of(
        name,
        percent(result.gated()),
        percent(result.extracted()),
        text("%.4f", result.consensus().agreement()),
        percent(result.consensus().keptCost()),
        percent(result.consensus().keptOperations()),
        text("%.2f → %.2f", result.gatedMilliseconds(), result.milliseconds()));
  }

  /**
   * The page.
   *
   * @param lead one sentence on what was run
   * @param with the run with polarisation
   * @param without the control
   * @param plain the accuracy of a plain network of the final widths, in [0, 1]
   * @return HTML that needs no network
   */
  public static String of(
      String lead, ConsensusRun.Result with, ConsensusRun.Result without, double plain) {
    Map<String, String> charts = new LinkedHashMap<>();
    charts.put("Open gates", chart("open, % of the gated cost", with, without, false));
    charts.put("Agreement in a batch", chart("agreement, %", with, without, true));
    return new Page("One training, one smaller network", lead)
        .table("Results", COLUMNS, rows(with, without, plain))
        .charts(charts, lines(with, without, true))
        .html();
  }

  private static List<Series> lines(
      ConsensusRun.Result with, ConsensusRun.Result without, boolean agreement) {
    return List.of(
        new Series("without polarisation", WITHOUT, "none", points(without, agreement)),
        new Series("with polarisation", WITH, "none", points(with, agreement)));
  }

  private static String chart(
      String label, ConsensusRun.Result with, ConsensusRun.Result without, boolean agreement) {
    List<Series> lines = lines(with, without, agreement);
    double least = 99;
    double last = 1;
    for (Series line : lines) {
      for (Point point : line.points()) {
        least = Math.min(least, point.y());
        last = Math.max(last, point.x());
      }
    }
    return Chart.lines(
        Axis.upTo("training step", 0, last), Axis.covering(label, least, 100), false, lines);
  }

  private static List<Point> points(ConsensusRun.Result result, boolean agreement) {
    List<Double> values = agreement ? result.agreement() : result.open();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      points.add(new Point(result.steps().get(i), 100 * values.get(i)));
    }
    return points;
  }

  private static String percent(double fraction) {
    return text("%.2f %%", 100 * fraction);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
