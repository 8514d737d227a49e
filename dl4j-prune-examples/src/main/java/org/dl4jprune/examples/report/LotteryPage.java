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
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.Page;
import org.dl4jprune.plot.Series;
import org.dl4jprune.plot.Series.Point;

/**
 * Accuracy against what is left, as one page that needs no other file, no script and no network.
 */
public final class LotteryPage {
  private LotteryPage() {}

  /**
   * A line of the chart and a row of the table.
   *
   * @param label what it is called
   * @param accuracies the accuracy in percent by the number of halvings, from 0 on for tickets
   */
  public record Row(String label, Map<Integer, Double> accuracies) {

    /**
     * Copies its arguments.
     *
     * @param label what it is called
     * @param accuracies the accuracy in percent by round
     */
    public Row {
      accuracies = new LinkedHashMap<>(accuracies);
    }
  }

  /**
   * Writes the page.
   *
   * @param rows at least one
   * @param sparsities of the rounds, the dense training first
   * @param facts what was run
   * @return the text of an HTML file
   */
  public static String of(List<Row> rows, List<Double> sparsities, Map<String, String> facts) {
    List<String> columns = new ArrayList<>(List.of("right answers, %"));
    sparsities.forEach(sparsity -> columns.add(number(100 * sparsity) + " % zeros"));
    List<List<String>> table = new ArrayList<>();
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.label()));
      for (int round = 0; round < sparsities.size(); round++) {
        Double accuracy = row.accuracies().get(round);
        cells.add(accuracy == null ? "" : number(accuracy));
      }
      table.add(cells);
    }
    List<Series> lines = lines(rows);
    return new Page(
            "Lottery tickets",
            "A network is trained, loses its smallest weights, and what is left goes back to an"
                + " early step and is trained again.")
        .table("Results", columns, table)
        .chart("Accuracy", chart(lines, sparsities), lines)
        .facts("What was run", facts)
        .html();
  }

  private static List<Series> lines(List<Row> rows) {
    List<Series> lines = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      List<Point> points = new ArrayList<>();
      rows.get(i).accuracies().forEach((round, score) -> points.add(new Point(round, score)));
      lines.add(new Series(rows.get(i).label(), Series.colour(i), "none", points));
    }
    return lines;
  }

  /** Each step to the right halves, or nearly so, what is left: rounds are evenly spaced. */
  private static String chart(List<Series> lines, List<Double> sparsities) {
    DoubleSummaryStatistics scores =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(Point::y)
            .summaryStatistics();
    return Chart.lines(
        Axis.upTo("round", 0, sparsities.size() - 1),
        Axis.covering("right answers on test images, %", scores.getMin(), scores.getMax()),
        true,
        lines);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
