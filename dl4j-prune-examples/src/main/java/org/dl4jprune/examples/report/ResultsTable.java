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
import java.util.List;
import java.util.Locale;
import org.dl4jprune.examples.run.RunResult;
import org.dl4jprune.report.PruningReport;

/** One line for each method. Text and HTML show the same strings, made here. */
public final class ResultsTable {

  /** The heads of the columns. */
  static final List<String> COLUMNS =
      List.of("method", "asked", "reached", "zeros", "accuracy", "ms/step", "gzipped file");

  /** What has to be known to read the numbers. */
  static final String NOTE =
      "zeros: of all weights that may be pruned; biases stay. ms/step: everything from loading the"
          + " batch to the masks, averaged over training. gzipped file: the saved model without"
          + " updater state.";

  private ResultsTable() {}

  /**
   * Lays the table out for a terminal.
   *
   * @param results what to show
   * @return several lines
   */
  public static String text(List<RunResult> results) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(COLUMNS);
    lines.addAll(rows(results));
    int[] widths = new int[COLUMNS.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    List<String> text = new ArrayList<>();
    for (List<String> line : lines) {
      text.add(padded(line, widths));
    }
    text.add(1, "-".repeat(text.get(0).length()));
    return String.join(System.lineSeparator(), text);
  }

  private static String padded(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder(("%-" + widths[0] + "s").formatted(line.get(0)));
    for (int i = 1; i < widths.length; i++) {
      text.append(("  %" + widths[i] + "s").formatted(line.get(i)));
    }
    return text.toString();
  }

  /** Writes the numbers as people read them, one list of cells for each result. */
  static List<List<String>> rows(List<RunResult> results) {
    return results.stream().map(ResultsTable::row).toList();
  }

  private static List<String> row(RunResult result) {
    PruningReport pruning = result.pruning();
    return List.of(
        result.method().label(),
        percent(pruning.askedSparsity()),
        percent(pruning.reachedSparsity()),
        "%s of %s".formatted(whole(pruning.zeros()), whole(pruning.weights())),
        percent(result.accuracy()),
        String.format(Locale.ROOT, "%.1f", result.millisecondsPerStep()),
        String.format(Locale.ROOT, "%.1f kB", result.size().gzipped() / 1000.0));
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
