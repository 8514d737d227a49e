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
import org.dl4jprune.plot.Page;
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
    Map<String, String> charts = new LinkedHashMap<>();
    charts.put("Accuracy by rounds", accuracy(report, "round", roundsOf(report)));
    charts.put(
        "Accuracy by what was sent",
        accuracy(report, "megabytes of all clients, both ways", megabytesOf(report)));
    return new Page(title, "Devices train and the server averages; only messages were counted.")
        .charts(charts, List.of())
        .table(
            "Masks", List.of("parameter", "weights kept", "exchanged, by round"), exchanged(report))
        .html();
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

  private static List<List<String>> exchanged(FederatedReport report) {
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
    List<List<String>> rows = new ArrayList<>();
    rounds.forEach(
        (name, list) ->
            rows.add(
                List.of(
                    name,
                    String.format(Locale.ROOT, "%,d", report.parameters().get(name)),
                    String.join("; ", list))));
    return rows;
  }
}
