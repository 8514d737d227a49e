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
import picocli.CommandLine;

class LotteryTicketTest {
  private static final long WEIGHTS = 784 * 300 + 300 * 100 + 100 * 10;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... options) {
    CommandLine line = LotteryTicket.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> all =
        new ArrayList<>(List.of("--report", folder.resolve("report").toString(), "--limit", "256"));
    all.addAll(List.of("--epochs", "1"));
    all.addAll(List.of(options));
    return line.execute(all.toArray(String[]::new));
  }

  @Test
  void ticketsControlsAndThePageSayTheSame() throws IOException {
    assertEquals(0, run("--rounds", "2", "--rewind", "0.3"), err::toString);
    JsonNode results = new ObjectMapper().readTree(folder.resolve("report/results.json").toFile());
    assertEquals(3, results.get("rounds").size());
    assertEquals(Math.round(0.75 * WEIGHTS), results.get("rounds").get(2).get("zeros").asLong());
    String page = Files.readString(folder.resolve("report/index.html"));
    assertEquals(4, results.get("rows").size());
    for (JsonNode row : results.get("rows")) {
      for (JsonNode accuracy : row.get("accuracies")) {
        String shown = String.format(Locale.ROOT, "%.2f", accuracy.asDouble());
        assertTrue(page.contains("<td>" + shown + "</td>"), shown);
      }
    }
    assertTrue(
        page.contains("random mask") && page.contains("no rewinding") && page.contains("<svg"),
        page);
    assertFalse(page.contains("NaN") || page.contains("http"), "the page needs the network");
    String first = Files.readString(folder.resolve("report/results.json"));
    assertEquals(0, run("--rounds", "2", "--rewind", "0.3"), err::toString);
    assertEquals(first, Files.readString(folder.resolve("report/results.json")));
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds, 0, '0 rounds'",
    "--prune, 1, 'pruneFraction 1.0'",
    "--rewind, 1, 'rewindToShare 1.0'",
    "--epochs, 0, '--epochs 0'",
    "--limit, 10001, '10001'"
  })
  void badInputIsNamed(String option, String value, String named) throws IOException {
    CommandLine line = LotteryTicket.commandLine();
    line.setErr(new PrintWriter(err));
    assertEquals(2, line.execute("--report", folder.resolve("r").toString(), option, value));
    assertTrue(err.toString().contains(named), err::toString);
    try (Stream<Path> written = Files.list(folder)) {
      assertEquals(0, written.count());
    }
  }
}
