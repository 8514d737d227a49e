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
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.PageStyle;
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
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>Lottery tickets</title>\n<style>\n").append(PageStyle.CSS);
    html.append("</style>\n</head>\n<body>\n<main>\n<h1>Lottery tickets</h1>\n");
    html.append(
        "<p class=\"lead\">A network is trained, loses its smallest weights, and what is left goes"
            + " back to an early step and is trained again.</p>\n");
    table(html, rows, sparsities);
    html.append("<figure><h2>Accuracy</h2>\n")
        .append(chart(rows, sparsities))
        .append("</figure>\n");
    html.append("<h2>What was run</h2><table class=\"facts\"><tbody>\n");
    facts.forEach(
        (name, value) ->
            html.append(
                "<tr><th>%s</th><td>%s</td></tr>%n".formatted(escaped(name), escaped(value))));
    return html.append("</tbody></table>\n</main>\n</body>\n</html>\n").toString();
  }

  private static void table(StringBuilder html, List<Row> rows, List<Double> sparsities) {
    html.append("<h2>Results</h2><div class=\"wide\"><table><thead><tr><th>right answers, %</th>");
    for (double sparsity : sparsities) {
      html.append("<th>").append(number(100 * sparsity)).append(" % zeros</th>");
    }
    html.append("</tr></thead><tbody>\n");
    for (int i = 0; i < rows.size(); i++) {
      html.append(
          "<tr><td><i class=\"swatch\" style=\"background:%s\"></i>%s</td>"
              .formatted(Series.colour(i), escaped(rows.get(i).label())));
      for (int round = 0; round < sparsities.size(); round++) {
        Double accuracy = rows.get(i).accuracies().get(round);
        html.append("<td>").append(accuracy == null ? "" : number(accuracy)).append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  /** Each step to the right halves, or nearly so, what is left: rounds are evenly spaced. */
  private static String chart(List<Row> rows, List<Double> sparsities) {
    List<Series> lines = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < rows.size(); i++) {
      List<Point> points = new ArrayList<>();
      for (Map.Entry<Integer, Double> one : rows.get(i).accuracies().entrySet()) {
        points.add(new Point(one.getKey(), one.getValue()));
        least = Math.min(least, one.getValue());
        most = Math.max(most, one.getValue());
      }
      lines.add(new Series(rows.get(i).label(), Series.colour(i), "none", points));
    }
    return Chart.lines(
        Axis.upTo("round", 0, sparsities.size() - 1),
        Axis.covering("right answers on test images, %", least, most),
        true,
        lines);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
