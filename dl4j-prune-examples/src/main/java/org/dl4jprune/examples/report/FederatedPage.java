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
import org.dl4jprune.federated.FederatedReport;
import org.dl4jprune.federated.FederatedRound;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.PageStyle;
import org.dl4jprune.plot.Series;
import org.dl4jprune.plot.Series.Point;

/** A federated training as one page that needs no other file, no script and no network. */
public final class FederatedPage {
  private static final String LINE = "#0072b2";
  private static final double MEGA = 1e6;

  private FederatedPage() {}

  /**
   * Writes the page.
   *
   * @param title what was trained
   * @param report of a training with an evaluation, in percent
   * @return the text of an HTML file
   */
  public static String of(String title, FederatedReport report) {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>%s</title>\n<style>\n%s".formatted(escaped(title), PageStyle.CSS));
    html.append("</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n".formatted(escaped(title)));
    figure(html, "Accuracy by rounds", accuracy(report, "round", roundsOf(report)));
    figure(
        html,
        "Accuracy by what was sent",
        accuracy(report, "megabytes of all clients, both ways", megabytesOf(report)));
    changes(html, report);
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void figure(StringBuilder html, String title, String chart) {
    html.append("<figure><h2>%s</h2>%n%s</figure>%n".formatted(title, chart));
  }

  private static List<Double> roundsOf(FederatedReport report) {
    return report.rounds().stream().map(round -> (double) round.round()).toList();
  }

  private static List<Double> megabytesOf(FederatedReport report) {
    List<Double> sent = new ArrayList<>();
    double sum = 0;
    for (FederatedRound round : report.rounds()) {
      sum += (round.bytesDown() + round.bytesUp()) / MEGA;
      sent.add(sum);
    }
    return sent;
  }

  private static String accuracy(FederatedReport report, String label, List<Double> places) {
    List<Point> points = new ArrayList<>();
    double least = 100;
    double most = 0;
    for (int i = 0; i < places.size(); i++) {
      double score = report.rounds().get(i).score();
      points.add(new Point(places.get(i), score));
      least = Math.min(least, score);
      most = Math.max(most, score);
    }
    return Chart.lines(
        Axis.upTo(label, 0, Math.max(1, places.get(places.size() - 1))),
        Axis.covering("right answers on test images, %", least, most),
        false,
        List.of(new Series(label, LINE, "none", points)));
  }

  private static void changes(StringBuilder html, FederatedReport report) {
    Map<String, List<String>> rounds = new LinkedHashMap<>();
    report.parameters().keySet().forEach(name -> rounds.put(name, new ArrayList<>()));
    for (FederatedRound round : report.rounds()) {
      round
          .changes()
          .forEach(
              (name, count) ->
                  rounds
                      .get(name)
                      .add(String.format(Locale.ROOT, "%d: %,d", round.round(), count)));
    }
    html.append("<h2>Masks</h2><table><thead><tr><th>parameter</th><th>weights kept</th>");
    html.append("<th>exchanged, by round</th></tr></thead><tbody>\n");
    rounds.forEach(
        (name, list) ->
            html.append(
                String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%,d</td><td>%s</td></tr>%n",
                    escaped(name),
                    report.parameters().get(name),
                    String.join("; ", list))));
    html.append("</tbody></table>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
