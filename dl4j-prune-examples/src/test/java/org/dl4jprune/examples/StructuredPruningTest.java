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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StructuredPruningTest {
  @TempDir private Path folder;

  private int run(String... arguments) {
    return StructuredPruning.command()
        .setErr(new PrintWriter(new StringWriter()))
        .execute(arguments);
  }

  @Test
  void theSmallerModelIsSavedWithItsPage() throws Exception {
    Path out = folder.resolve("out");
    assertEquals(
        CommandLine.ExitCode.OK,
        run(
            "--net",
            "lenet5",
            "--limit",
            "160",
            "--epochs",
            "1",
            "--timed",
            "1",
            "--out",
            out.toString()));
    assertTrue(Files.size(out.resolve("after.zip")) < Files.size(out.resolve("before.zip")));
    long before = parameters(out.resolve("before.zip"));
    long after = parameters(out.resolve("after.zip"));
    assertTrue(after < before);
    String page = Files.readString(out.resolve("index.html"));
    assertTrue(page.contains("<svg") && page.contains("fine-tuned"), page);
    assertTrue(Files.readString(out.resolve("plan.json")).contains("units"));
  }

  private static long parameters(Path file) throws Exception {
    return ModelSerializer.restoreMultiLayerNetwork(file.toFile()).numParams();
  }

  @Test
  void whatCannotBeIsRefusedAndNothingWritten() {
    Path out = folder.resolve("none");
    assertEquals(CommandLine.ExitCode.USAGE, run("--net", "other", "--out", out.toString()));
    assertEquals(
        CommandLine.ExitCode.USAGE, run("--data", folder.toString(), "--out", out.toString()));
    assertEquals(
        CommandLine.ExitCode.USAGE,
        run("--operations", "1", "--limit", "32", "--epochs", "1", "--out", out.toString()));
    assertFalse(Files.exists(out));
  }
}
