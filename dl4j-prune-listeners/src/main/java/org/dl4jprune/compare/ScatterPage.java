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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.file.AtomicFile;

/** A page with one scatter plot for each result of a check, and the check's text. */
final class ScatterPage {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int MARGIN = 60;
  private static final String[] COLOURS = {"#d62728", "#2ca02c", "#9467bd", "#ff7f0e"};

  private final OracleCheck check;

  ScatterPage(OracleCheck check) {
    this.check = check;
  }

  void write(Path file) throws IOException {
    StringBuilder page = new StringBuilder("<!DOCTYPE html><html><head><meta charset=\"utf-8\">");
    page.append("<title>Is the oracle an oracle?</title></head>");
    page.append("<body style=\"font-family:sans-serif\">");
    page.append(plot(OracleCheck.TEST_LOSS, Retrained::loss));
    if (check.predictions().stream().anyMatch(p -> p.result().equals(OracleCheck.SCORE))) {
      page.append(plot(OracleCheck.SCORE, Retrained::score));
    }
    page.append("<pre>").append(escaped(check.toText())).append("</pre></body></html>");
    byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(
        file,
        channel -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /** From the numbers of one axis to pixels. */
  private record Axis(double low, double high, double start, double end) {
    static Axis of(List<Retrained> all, ToDoubleFunction<Retrained> value, double from, double to) {
      double[] finite = all.stream().mapToDouble(value).filter(Double::isFinite).toArray();
      double low = java.util.Arrays.stream(finite).min().orElse(0);
      double high = java.util.Arrays.stream(finite).max().orElse(1);
      return new Axis(low, high > low ? high : low + 1, from, to);
    }

    double at(double value) {
      return start + (value - low) / (high - low) * (end - start);
    }
  }

  private String plot(String result, ToDoubleFunction<Retrained> value) {
    List<Retrained> all = new ArrayList<>(check.candidates());
    all.addAll(check.overlays().values());
    Axis x = Axis.of(all, Retrained::before, MARGIN, WIDTH - 20.0);
    Axis y = Axis.of(all, value, HEIGHT - MARGIN, 20);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<h2>%s after retraining</h2><svg width=\"%d\" height=\"%d\" font-size=\"12\">"
            .formatted(result, WIDTH, HEIGHT));
    svg.append(
        "<rect x=\"%d\" y=\"20\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>"
            .formatted(MARGIN, WIDTH - 20 - MARGIN, HEIGHT - MARGIN - 20));
    text(svg, x.start(), HEIGHT - MARGIN + 16.0, number(x.low()));
    text(svg, x.end() - 50, HEIGHT - MARGIN + 16.0, number(x.high()));
    text(svg, 4, y.start(), number(y.low()));
    text(svg, 4, y.end() + 10, number(y.high()));
    text(svg, WIDTH / 2.0 - 60, HEIGHT - 20.0, OracleCheck.LOSS);
    check.candidates().forEach(c -> dot(svg, x, y, c, value, 3, "#1f77b4"));
    int overlay = 0;
    for (var entry : check.overlays().entrySet()) {
      String colour = COLOURS[overlay % COLOURS.length];
      dot(svg, x, y, entry.getValue(), value, 6, colour);
      svg.append(
          "<text x=\"%d\" y=\"%d\" fill=\"%s\">● %s</text>"
              .formatted(WIDTH - 160, 40 + 16 * overlay, colour, escaped(entry.getKey())));
      overlay++;
    }
    return svg.append("</svg>").toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static void text(StringBuilder svg, double x, double y, String words) {
    svg.append(
        String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", x, y, escaped(words)));
  }

  private static void dot(
      StringBuilder svg,
      Axis x,
      Axis y,
      Retrained one,
      ToDoubleFunction<Retrained> value,
      int radius,
      String colour) {
    if (Double.isFinite(one.before()) && Double.isFinite(value.applyAsDouble(one))) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\" fill-opacity=\"0.6\"/>",
              x.at(one.before()),
              y.at(value.applyAsDouble(one)),
              radius,
              colour));
    }
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
