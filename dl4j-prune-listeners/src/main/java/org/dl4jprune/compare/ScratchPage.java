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
package org.dl4jprune.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Page;
import org.dl4jprune.plot.RowChart;
import org.dl4jprune.plot.Series;
import org.dl4jprune.stats.WelchInterval;

/** The table of a comparison, its scores, and its differences to fine-tuning as a page. */
final class ScratchPage {
  private final ScratchResult result;
  private final List<ScratchResult.Row> arms;

  ScratchPage(ScratchResult result) {
    this.result = result;
    this.arms = result.rows();
  }

  Page page() {
    Page page =
        new Page(
            "Weights or architecture?",
            "A pruned network trained on, and the same architecture or mask trained from scratch.");
    page.table(
        "Trainings",
        List.of("", "mean", "std", "n", "failed", "epochs", "training cost", "parameters", "MACs"),
        arms.stream().map(ScratchPage::cells).toList());
    scores(page);
    differences(page);
    return page.text(String.join("\n", result.verdicts()));
  }

  private static List<String> cells(ScratchResult.Row arm) {
    return List.of(
        name(arm.arm()),
        number("%.4f", arm.mean()),
        number("%.4f", arm.deviation()),
        String.valueOf(arm.n()),
        String.valueOf(arm.failed()),
        number("%.1f", arm.epochs()),
        number("%.4g", arm.cost()),
        number("%,.0f", arm.parameters()),
        number("%,.0f", arm.operations()));
  }

  private static String name(Arm arm) {
    return arm.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
  }

  private void scores(Page page) {
    List<RowChart.Row> rows = new ArrayList<>();
    for (ScratchResult.Row arm : arms) {
      rows.add(
          new RowChart.Row(
              name(arm.arm()),
              Series.colour(arm.arm().ordinal()),
              result.runs().stream()
                  .filter(run -> run.arm() == arm.arm())
                  .map(ArmRun::score)
                  .toList(),
              arm.mean(),
              arm.mean() - arm.deviation(),
              arm.mean() + arm.deviation()));
    }
    add(
        page,
        "Scores after the last epoch",
        "score; circles are seeds, bars means, lines ± std",
        rows);
  }

  private void differences(Page page) {
    List<RowChart.Row> rows = new ArrayList<>();
    for (ScratchResult.Row arm : arms) {
      if (arm.arm() != Arm.DENSE && arm.arm() != Arm.FINE_TUNE && result.hasVerdict(arm.arm())) {
        WelchInterval interval = result.difference(arm.arm());
        rows.add(
            new RowChart.Row(
                name(arm.arm()),
                Series.colour(arm.arm().ordinal()),
                List.of(),
                interval.difference(),
                interval.low(),
                interval.high()));
      }
    }
    add(
        page,
        "Differences to fine-tuning",
        "score minus that of fine-tuning, with its 95 % interval",
        rows,
        0,
        -result.tolerance());
  }

  private static void add(
      Page page, String heading, String label, List<RowChart.Row> rows, double... marks) {
    double[] shown =
        DoubleStream.concat(
                DoubleStream.of(marks),
                rows.stream()
                    .flatMapToDouble(
                        row ->
                            DoubleStream.concat(
                                row.values().stream().mapToDouble(value -> value),
                                DoubleStream.of(row.mean(), row.low(), row.high()))))
            .filter(Double::isFinite)
            .toArray();
    if (rows.isEmpty() || shown.length == 0) {
      return;
    }
    Axis axis =
        Axis.covering(
            label,
            DoubleStream.of(shown).min().orElseThrow(),
            DoubleStream.of(shown).max().orElseThrow());
    page.chart(heading, RowChart.draw(axis, rows, marks), List.of());
  }
}
