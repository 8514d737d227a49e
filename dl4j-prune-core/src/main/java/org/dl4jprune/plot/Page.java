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
package org.dl4jprune.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jprune.file.AtomicFile;

/** A page of HTML with charts and tables that needs no script, no other file and no network. */
public final class Page {
  private final StringBuilder body = new StringBuilder();
  private final String title;

  /**
   * An empty page.
   *
   * @param title its heading
   * @param lead one sentence under it
   */
  public Page(String title, String lead) {
    this.title = Chart.escaped(title);
    body.append(
        "<h1>%s</h1>\n<p class=\"lead\">%s</p>\n".formatted(this.title, Chart.escaped(lead)));
  }

  /**
   * Appends a chart.
   *
   * @param heading over the chart
   * @param svg the chart, an SVG element
   * @param legend whose colours are explained under it; may be empty
   * @return this
   */
  public Page chart(String heading, String svg, List<Series> legend) {
    return charts(Map.of(heading, svg), legend);
  }

  /**
   * Appends charts, side by side where there is room.
   *
   * @param charts SVG elements by their headings, in their order
   * @param legend whose colours are explained under them; may be empty
   * @return this
   */
  public Page charts(Map<String, String> charts, List<Series> legend) {
    body.append("<div class=\"charts\">\n");
    charts.forEach(
        (heading, svg) ->
            body.append(
                "<figure><h2>%s</h2>\n%s</figure>\n".formatted(Chart.escaped(heading), svg)));
    body.append("</div>\n");
    if (!legend.isEmpty()) {
      body.append("<p class=\"legend\">");
      for (Series series : legend) {
        body.append(
            "<span><i class=\"swatch\" style=\"background:%s\"></i>%s</span>\n"
                .formatted(series.colour(), Chart.escaped(series.label())));
      }
      body.append("</p>\n");
    }
    return this;
  }

  /**
   * Appends a table.
   *
   * @param heading over the table
   * @param columns the names of the columns
   * @param rows as many cells each; the first names the row
   * @return this
   */
  public Page table(String heading, List<String> columns, List<List<String>> rows) {
    body.append(
        "<h2>%s</h2>\n<div class=\"wide\"><table><thead>".formatted(Chart.escaped(heading)));
    row("th", columns);
    body.append("</thead><tbody>\n");
    rows.forEach(cells -> row("td", cells));
    body.append("</tbody></table></div>\n");
    return this;
  }

  private void row(String element, List<String> cells) {
    body.append("<tr>");
    cells.forEach(cell -> body.append("<%1$s>%2$s</%1$s>".formatted(element, Chart.escaped(cell))));
    body.append("</tr>\n");
  }

  /**
   * Appends what is known of a run.
   *
   * @param heading over the facts
   * @param facts values by their names, in their order
   * @return this
   */
  public Page facts(String heading, Map<String, String> facts) {
    body.append("<h2>%s</h2>\n<table class=\"facts\"><tbody>\n".formatted(Chart.escaped(heading)));
    facts.forEach(
        (name, value) ->
            body.append(
                "<tr><th>%s</th><td>%s</td></tr>\n"
                    .formatted(Chart.escaped(name), Chart.escaped(value))));
    body.append("</tbody></table>\n");
    return this;
  }

  /**
   * Appends text as it is.
   *
   * @param lines of one width
   * @return this
   */
  public Page text(String lines) {
    body.append("<pre>").append(Chart.escaped(lines)).append("</pre>\n");
    return this;
  }

  /**
   * The whole page.
   *
   * @return the text of an HTML file
   */
  public String html() {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        %s</main>
        </body>
        </html>
        """
        .formatted(title, PageStyle.CSS, body);
  }

  /**
   * Writes the page.
   *
   * @param file an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFile.text(file, html());
  }
}
