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

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolarizationTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... options) {
    CommandLine line = Polarization.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(options);
  }

  @Test
  void writesTableAndPage() throws IOException {
    assertEquals(
        0,
        run("--epochs", "1", "--limit", "256", "--batch", "64", "--report", folder.toString()),
        err::toString);
    String page = Files.readString(folder.resolve("index.html"));
    assertTrue(page.contains("training step over") || page.contains("over training step"));
    assertTrue(page.contains("with polarisation"));
    assertFalse(page.contains("NaN"));
    assertFalse(page.contains("http://") || page.contains("https://"));
    assertTrue(out.toString().contains("of 256 gates kept, agreement"));
    assertTrue(out.toString().contains("plain network of the final widths"));
  }

  @Test
  void badInputIsUsage() {
    assertEquals(2, run("--sparsity", "1", "--report", folder.toString()));
    assertTrue(err.toString().contains("sparsity 1.0 in [0, 1)"));
    assertEquals(2, run("--limit", "0", "--report", folder.toString()));
  }
}
