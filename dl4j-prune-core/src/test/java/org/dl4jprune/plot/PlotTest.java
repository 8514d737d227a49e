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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.dl4jprune.plot.Series.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Axes, charts and pages. */
class PlotTest {
  private static final Axis PERCENT = Axis.covering("right answers, %", 84.1, 87.3);

  @TempDir Path folder;

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void anAxisEndsAtRoundNumbersAroundItsValues() {
    assertEquals(84, PERCENT.from());
    assertEquals(88, PERCENT.to());
    assertEquals(1, PERCENT.step());
    assertEquals(List.of("84", "85", "86", "87", "88"), texts(PERCENT));
    assertEquals(0.25, PERCENT.place(85));
    Axis small = Axis.covering("loss", 0.4312, 0.4341);
    assertEquals(List.of("0.4310", "0.4315", "0.4320"), texts(small).subList(0, 3));
    assertEquals(List.of("-0.2", "-0.1", "0.0", "0.1", "0.2"), texts(new Axis("", -0.2, 0.2, 0.1)));
    assertEquals(7, texts(Axis.covering("tiny", 0, 6e-7)).stream().distinct().count());
  }

  @Test
  void equalValuesHaveARangeAroundThem() {
    for (double value : new double[] {0, 87.5, -3e-9, 4e12}) {
      Axis axis = Axis.covering("", value, value);
      assertEquals(0.5, axis.place(value), 0.5 + 1e-9, axis.toString());
      assertTrue(axis.ticks().size() > 1, axis.toString());
    }
  }

  private static List<String> texts(Axis axis) {
    return axis.ticks().stream().map(axis::text).toList();
  }

  @Test
  void chartsAreWellFormedWhateverTheNames() throws Exception {
    Series series =
        new Series(
            "a < b & \"c\"", Series.colour(0), "none", List.of(new Point(0, 85), new Point(1, 83)));
    Axis below = Axis.upTo("step <k>", 0, 1);
    Document lines = parsed(Chart.lines(below, PERCENT, true, List.of(series)));
    assertEquals(1, lines.getElementsByTagName("path").getLength());
    assertEquals(1, lines.getElementsByTagName("circle").getLength());
    // The second point lies under the axis and is written in words.
    assertTrue(lines.getDocumentElement().getTextContent().contains("a < b & \"c\": 83.00"));
  }

  @Test
  void cloudsLeaveOutWhatIsNotFinite() throws Exception {
    List<Point> points =
        List.of(
            new Point(0, 85), new Point(Double.NaN, 86), new Point(1, Double.POSITIVE_INFINITY));
    Series cloud = new Series("all", Series.colour(1), "none", points);
    Series one = new Series("one", Series.colour(2), "none", List.of(new Point(0.5, 86)));
    Document chart = parsed(Chart.clouds(Axis.upTo("x", 0, 1), PERCENT, List.of(cloud, one)));
    assertEquals(2, chart.getElementsByTagName("circle").getLength());
  }

  @Test
  void aPageHoldsItsPartsInOrder() throws IOException {
    Page page =
        new Page("Is <it>?", "Lead & more")
            .chart("Chart", "<svg></svg>", List.of(new Series("<l>", "#123456", "none", List.of())))
            .table("Numbers", List.of("name", "value"), List.of(List.of("<row>", "1")))
            .text("a  <  b");
    Path file = folder.resolve("page.html");
    page.write(file);
    String html = Files.readString(file);
    assertEquals(page.html(), html);
    assertTrue(html.contains("<title>Is &lt;it&gt;?</title>"), html);
    int chart = html.indexOf("<svg></svg>");
    int table = html.indexOf("<td>&lt;row&gt;</td><td>1</td>");
    assertTrue(chart > 0 && chart < table && table < html.indexOf("<pre>a  &lt;  b</pre>"), html);
    assertFalse(html.contains("http"), "needs no network");
  }

  @Test
  void rowsShowValuesMeansAndIntervals() throws Exception {
    RowChart.Row all =
        new RowChart.Row("a <b>", "#123456", List.of(85.0, Double.NaN, 86.0), 85.5, 84.5, 86.5);
    RowChart.Row failed =
        new RowChart.Row("failed", "#123456", List.of(), Double.NaN, Double.NaN, Double.NaN);
    Document chart = parsed(RowChart.draw(PERCENT, List.of(all, failed), 85));
    assertEquals(2, chart.getElementsByTagName("circle").getLength());
    assertEquals(1, chart.getElementsByTagName("rect").getLength(), "one mean");
    String text = chart.getDocumentElement().getTextContent();
    assertTrue(
        text.contains("a <b>") && text.contains("failed") && text.contains("right answers, %"));
    assertFalse(RowChart.draw(PERCENT, List.of(all, failed)).contains("NaN"));
  }
}
