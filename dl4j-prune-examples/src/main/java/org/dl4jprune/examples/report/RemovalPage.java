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

import java.util.List;
import java.util.Locale;
import org.dl4jprune.plot.PageStyle;

/** A removal of channels as one page: what it cost and bought, and what went. */
public final class RemovalPage {

  /**
   * What was measured of a model.
   *
   * @param name what the model is
   * @param accuracy the fraction of test images that it classifies rightly
   * @param parameters how many it has
   * @param operations multiply-accumulates for one image
   * @param bytes of its file without updater state
   * @param one milliseconds for one image
   * @param batch milliseconds for 32 images
   */
  public record Row(
      String name,
      double accuracy,
      long parameters,
      long operations,
      long bytes,
      double one,
      double batch) {}

  private RemovalPage() {}

  /**
   * The rows as a table for a terminal.
   *
   * @param rows the models, the given one first
   * @return several lines
   */
  public static String table(List<Row> rows) {
    StringBuilder text =
        new StringBuilder(
            "%-18s %10s %12s %14s %12s %9s %9s%n"
                .formatted(
                    "", "accuracy", "parameters", "operations", "file bytes", "ms (1)", "ms (32)"));
    for (Row row : rows) {
      text.append(
          "%-18s %8.2f %% %,12d %,14d %,12d %9.2f %9.2f%n"
              .formatted(
                  row.name(),
                  100 * row.accuracy(),
                  row.parameters(),
                  row.operations(),
                  row.bytes(),
                  row.one(),
                  row.batch()));
    }
    return text.append(verdict(rows)).toString();
  }

  private static String verdict(List<Row> rows) {
    Row before = rows.get(0);
    Row after = rows.get(rows.size() - 1);
    return String.format(
        Locale.ROOT,
        "%.2f times fewer operations: %.2f times faster for one image, %.2f times for 32",
        (double) before.operations() / after.operations(),
        before.one() / after.one(),
        before.batch() / after.batch());
  }

  /**
   * The page.
   *
   * @param command what made it
   * @param rows the models, the given one first
   * @param picture an SVG element
   * @param words what is coupled and why
   * @return the text of an HTML file that needs no other file
   */
  public static String html(String command, List<Row> rows, String picture, String words) {
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<title>Channels removed</title>\n<style>\n")
        .append(PageStyle.CSS)
        .append("pre { white-space: pre-wrap; font-size: 12px; color: #46505e; }\n")
        .append("</style>\n</head>\n<body>\n<main>\n<h1>Channels removed</h1>\n")
        .append("<p class=\"lead\">")
        .append(escaped(verdict(rows)))
        .append(".</p>\n")
        .append("<div class=\"wide\"><table><thead><tr><th></th><th>accuracy</th>")
        .append("<th>parameters</th><th>operations</th><th>file bytes</th><th>ms, 1 image</th>")
        .append("<th>ms, 32 images</th></tr></thead><tbody>\n");
    for (Row row : rows) {
      html.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%.2f %%</td><td>%,d</td><td>%,d</td><td>%,d</td><td>%.2f</td><td>%.2f</td></tr>%n",
              escaped(row.name()),
              100 * row.accuracy(),
              row.parameters(),
              row.operations(),
              row.bytes(),
              row.one(),
              row.batch()));
    }
    return html.append("</tbody></table></div>\n<h2>What went</h2>\n")
        .append("<p class=\"note\">Each bar is an axis of a weight: full where slices stay, empty")
        .append(" where they went, grey where nothing can go; a line joins what goes")
        .append(" together.</p>\n")
        .append(picture)
        .append("<h2>What is coupled, and why</h2>\n<pre>")
        .append(escaped(words))
        .append("</pre>\n<p class=\"note\">")
        .append(escaped(command))
        .append("</p>\n</main>\n</body>\n</html>\n")
        .toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
