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
import org.dl4jprune.examples.run.RunResult;
import org.dl4jprune.examples.run.Setting;
import org.dl4jprune.plot.PageStyle;
import org.dl4jprune.report.PruningReport;

/** A comparison as one page that needs no other file, no script and no network. */
public final class HtmlReport {
  private final Experiment experiment;
  private final StringBuilder html = new StringBuilder();

  private HtmlReport(Experiment experiment) {
    this.experiment = experiment;
  }

  /**
   * Writes the page.
   *
   * @param experiment what was run and what it came to
   * @return the text of an HTML file
   */
  public static String of(Experiment experiment) {
    HtmlReport report = new HtmlReport(experiment);
    report.head();
    report.results();
    report.curves();
    report.layers();
    report.facts();
    report.html.append("</main>\n</body>\n</html>\n");
    return report.html.toString();
  }

  private void add(String format, Object... values) {
    html.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void head() {
    Setting setting = experiment.setting();
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>Pruning while training</title>\n");
    html.append("<style>\n").append(PageStyle.CSS).append("</style>\n</head>\n<body>\n<main>\n");
    add("<h1>Pruning while training</h1>");
    add(
        "<p class=\"lead\">One network, <b>%s</b> on Fashion-MNIST, trained by each method with the"
            + " same seed, batches, learning rate and <b>%s</b> steps, to <b>%s</b> zeros.</p>",
        setting.network(),
        ResultsTable.whole(setting.steps()),
        ResultsTable.percent(setting.sparsity()));
  }

  private void results() {
    add("<h2>Results</h2>");
    add("<div class=\"wide\"><table class=\"results\"><thead><tr>");
    for (String column : ResultsTable.COLUMNS) {
      add("<th>%s</th>", column);
    }
    add("</tr></thead><tbody>");
    List<List<String>> rows = ResultsTable.rows(experiment.results());
    for (int i = 0; i < rows.size(); i++) {
      add("<tr>");
      add("<td>%s%s</td>", swatch(experiment.results().get(i)), escaped(rows.get(i).get(0)));
      rows.get(i).stream().skip(1).forEach(cell -> add("<td>%s</td>", escaped(cell)));
      add("</tr>");
    }
    add("</tbody></table></div>");
    add("<p class=\"note\">%s</p>", escaped(ResultsTable.NOTE));
  }

  private static String swatch(RunResult result) {
    return "<i class=\"swatch\" style=\"background:%s\"></i>"
        .formatted(Plots.colour(result.method()));
  }

  private void curves() {
    add("<div class=\"charts\">");
    add("<figure><h2>Sparsity</h2>");
    html.append(Plots.sparsity(experiment.results()));
    add("</figure>");
    add("<figure><h2>Accuracy</h2>");
    html.append(Plots.accuracy(experiment.results()));
    add("</figure>");
    add("</div>");
    add("<p class=\"legend\">");
    for (RunResult result : experiment.results()) {
      add(
          "<span><svg viewBox=\"0 0 34 8\"><path class=\"line\" d=\"M1 4L33 4\" stroke=\"%s\""
              + " stroke-dasharray=\"%s\"/></svg>%s</span>",
          Plots.colour(result.method()),
          Plots.dash(result.method()),
          escaped(result.method().label()));
    }
    add("</p>");
  }

  private void layers() {
    add("<h2>Zeros by layer</h2>");
    add("<div class=\"wide\"><table class=\"layers\"><thead><tr><th>weights</th><th>number</th>");
    for (RunResult result : experiment.results()) {
      add("<th>%s%s</th>", swatch(result), escaped(result.method().label()));
    }
    add("</tr></thead><tbody>");
    List<PruningReport.Layer> first = experiment.results().get(0).pruning().layers();
    for (int i = 0; i < first.size(); i++) {
      PruningReport.Layer layer = first.get(i);
      add(
          "<tr><td>%s <small>%s</small></td><td>%s</td>",
          escaped(layer.name()), escaped(layer.layerType()), ResultsTable.whole(layer.weights()));
      for (RunResult result : experiment.results()) {
        shaded(result.pruning().layers().get(i).sparsity());
      }
      add("</tr>");
    }
    add("<tr class=\"total\"><td>all</td><td>%s</td>", weights());
    experiment.results().forEach(result -> shaded(result.pruning().reachedSparsity()));
    add("</tr></tbody></table></div>");
  }

  private String weights() {
    return ResultsTable.whole(experiment.results().get(0).pruning().weights());
  }

  private void shaded(double sparsity) {
    add(
        "<td style=\"background:rgba(0,114,178,%.3f)\">%s</td>",
        0.28 * sparsity, ResultsTable.percent(sparsity));
  }

  private void facts() {
    Setting setting = experiment.setting();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", experiment.command());
    facts.put(
        "network",
        "%s on %s, %s parameters"
            .formatted(
                setting.network(),
                setting.engine(),
                ResultsTable.whole(experiment.results().get(0).pruning().parameters())));
    facts.put("data", experiment.data());
    facts.put(
        "images",
        "%s to train, %s to test"
            .formatted(
                ResultsTable.whole(setting.images()), ResultsTable.whole(experiment.testImages())));
    facts.put(
        "budget",
        "%d epochs of %s steps, batches of %d"
            .formatted(
                setting.epochs(), ResultsTable.whole(setting.stepsPerEpoch()), setting.batch()));
    facts.put(
        "optimiser",
        "Adam, learning rate from %s to %s".formatted(Setting.FIRST_RATE, Setting.LAST_RATE));
    facts.put("seed", Long.toString(setting.seed()));
    facts.putAll(experiment.versions());
    facts.put(
        "finished",
        experiment.finished() + String.format(Locale.ROOT, ", after %.0f s", experiment.seconds()));
    add("<h2>What was run</h2><table class=\"facts\"><tbody>");
    List<String> names = new ArrayList<>(facts.keySet());
    names.forEach(
        name -> add("<tr><th>%s</th><td>%s</td></tr>", escaped(name), escaped(facts.get(name))));
    add("</tbody></table>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
