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
package org.dl4jprune.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PruneWhileTrainingTest {
  /** The weights of LeNet-300-100. */
  private static final long WEIGHTS = 784 * 300 + 300 * 100 + 100 * 10;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Path report, String... options) {
    CommandLine line = PruneWhileTraining.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("--report", report.toString()));
    all.addAll(List.of(options));
    return line.execute(all.toArray(String[]::new));
  }

  private static String[] tiny(String engine, String... more) {
    List<String> options =
        new ArrayList<>(
            List.of("--net", "mlp", "--engine", engine, "--epochs", "1", "--limit", "320"));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private static JsonNode results(Path report) throws IOException {
    return new ObjectMapper().readTree(report.resolve("results.json").toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dl4j", "samediff"})
  void everyMethodReachesTheExactSparsity(String engine) throws IOException {
    Path report = folder.resolve(engine);
    String[] methods = {
      "--method", "dense", "--method", "one-shot-at-end", "--method", "one-shot", "--method", "gmp",
      "--method", "granet", "--method", "rigl", "--method", "set", "--sparsity", "0.85"
    };
    assertEquals(0, run(report, tiny(engine, methods)), err::toString);
    JsonNode results = results(report).get("results");
    assertEquals(7, results.size());
    String page = Files.readString(report.resolve("index.html"));
    for (JsonNode result : results) {
      boolean dense = result.get("method").asText().equals("dense");
      JsonNode pruning = result.get("pruning");
      assertEquals(WEIGHTS, pruning.get("weights").asLong());
      assertEquals(dense ? 0 : Math.round(0.85 * WEIGHTS), pruning.get("zeros").asLong());
      long byLayer = 0;
      for (JsonNode layer : pruning.get("layers")) {
        byLayer += layer.get("zeros").asLong();
      }
      assertEquals(pruning.get("zeros").asLong(), byLayer);
      assertEquals(320 / 16, result.get("steps").asLong());
      for (String shown : shown(result)) {
        assertTrue(page.contains("<td>" + shown + "</td>"), shown);
        assertTrue(out.toString().contains(shown), shown);
      }
    }
    assertTrue(
        results.get(4).get("size").get("gzipped").asLong()
            < results.get(0).get("size").get("gzipped").asLong() / 2);
    assertFalse(page.contains("NaN"));
    assertFalse(
        page.contains("http://") || page.contains("https://"), "the page needs the network");
  }

  /** What the table must say, worked out from the JSON on its own. */
  private static List<String> shown(JsonNode result) {
    JsonNode pruning = result.get("pruning");
    return List.of(
        String.format(Locale.ROOT, "%.2f %%", 100 * result.get("accuracy").asDouble()),
        String.format(Locale.ROOT, "%.2f %%", 100 * pruning.get("reachedSparsity").asDouble()),
        String.format(
            Locale.ROOT,
            "%,d of %,d",
            pruning.get("zeros").asLong(),
            pruning.get("weights").asLong()),
        String.format(Locale.ROOT, "%.1f kB", result.get("size").get("gzipped").asLong() / 1000.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dl4j", "samediff"})
  void oneSeedGivesTheSameNumbersTwice(String engine) throws IOException {
    String[] methods = {"--method", "granet", "--method", "set", "--seed", "7"};
    List<String> twice = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      Path report = folder.resolve(name);
      assertEquals(0, run(report, tiny(engine, methods)), err::toString);
      StringBuilder numbers = new StringBuilder();
      for (JsonNode result : results(report).get("results")) {
        numbers.append(result.get("accuracies")).append(result.get("size"));
        numbers.append(result.get("pruning"));
      }
      twice.add(numbers.toString());
    }
    assertEquals(twice.get(0), twice.get(1));
  }

  @Test
  void oneShotAtTheEndPrunesWhatTheDenseTrainingMade() throws IOException {
    Path together = folder.resolve("together");
    Path alone = folder.resolve("alone");
    assertEquals(
        0, run(together, tiny("dl4j", "--method", "one-shot-at-end", "--method", "dense")));
    assertEquals(0, run(alone, tiny("dl4j", "--method", "one-shot-at-end")));
    assertEquals(
        results(together).get("results").get(1).get("accuracies"),
        results(alone).get("results").get(0).get("accuracies"));
  }

  @Test
  void oneStepIsEnough() {
    assertEquals(0, run(folder, tiny("dl4j", "--batch", "320")), err::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "--sparsity, 1, 'sparsity 1.0', '[0, 1)'",
    "--sparsity, NaN, 'sparsity NaN', '[0, 1)'",
    "--sparsity, many, 'many', 'not a double'",
    "--epochs, 0, 'epochs 0', 'at least 1'",
    "--batch, -3, 'batch -3', 'at least 1'",
    "--limit, 10001, '10001', 'from 1 to 10000'",
    "--method, magic, 'magic', 'granet'",
    "--net, vgg, 'vgg', 'lenet5'",
    "--engine, torch, 'torch', 'samediff'",
    "--data, /no/such/folder, '/no/such/folder', 'dataset-fashion-mnist'",
    "--colour, blue, '--colour', '--help'"
  })
  void badInputIsNamedWithItsMend(String option, String value, String named, String mend)
      throws IOException {
    refused(named, mend, folder.resolve("report"), option, value);
  }

  @Test
  void anEngineWithoutTheNetworkIsRefused() throws IOException {
    refused("lenet", "dl4j", folder.resolve("report"), "--net", "lenet", "--engine", "samediff");
  }

  @Test
  void aReportInsideAFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "taken");
    assertEquals(2, run(file.resolve("report")));
    assertTrue(err.toString().contains("is no folder; give another"), err::toString);
    assertEquals("taken", Files.readString(file));
  }

  private void refused(String named, String mend, Path report, String... options)
      throws IOException {
    assertEquals(2, run(report, options));
    assertTrue(err.toString().contains(named), err::toString);
    assertTrue(err.toString().contains(mend), err::toString);
    assertEquals("", out.toString());
    try (Stream<Path> written = Files.list(folder)) {
      assertEquals(0, written.count());
    }
  }
}
