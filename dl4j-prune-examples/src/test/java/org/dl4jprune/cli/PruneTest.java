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
package org.dl4jprune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.net.SameDiffNetworks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine;

class PruneTest {
  @TempDir private Path folder;
  private Path model;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void save() throws Exception {
    model = folder.resolve("model.zip");
    ModelSerializer.writeModel(
        Networks.lenet5(1, new Adam(1e-3), DataType.FLOAT), model.toFile(), true);
  }

  private int run(Object... arguments) {
    CommandLine command = Prune.command().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] texts = new String[arguments.length];
    java.util.Arrays.setAll(texts, i -> arguments[i].toString());
    return command.execute(texts);
  }

  private MultiLayerNetwork read(Path file) throws Exception {
    return ModelSerializer.restoreMultiLayerNetwork(file.toFile());
  }

  @Test
  void aSavedModelIsThinnedWithPlanReportAndPage() throws Exception {
    Path target = folder.resolve("smaller.zip");
    Path plan = folder.resolve("plan.json");
    Path report = folder.resolve("report.json");
    Path page = folder.resolve("page.html");
    assertEquals(
        0,
        run(
            "thin",
            model,
            target,
            "--sparsity",
            "0.5",
            "--of",
            "MULTIPLY_ACCUMULATES",
            "--input",
            "784",
            "--plan",
            plan,
            "--report",
            report,
            "--page",
            page),
        err::toString);
    assertTrue(read(target).numParams() < read(model).numParams());
    assertTrue(out.toString().contains("multiply-accumulates"), out::toString);
    assertTrue(Files.readString(report).contains("\"reached\""));
    assertTrue(Files.readString(page).contains("<svg"));

    Path replayed = folder.resolve("replayed.zip");
    assertEquals(0, run("apply", model, plan, replayed), err::toString);
    assertEquals(0, read(replayed).params().distance1(read(target).params()));
    Path masked = folder.resolve("masked.zip");
    assertEquals(0, run("apply", model, plan, masked, "--mask"), err::toString);
    INDArray image = Nd4j.rand(DataType.FLOAT, 2, 784);
    assertEquals(0, read(masked).output(image).distance1(read(target).output(image)), 1e-4);
  }

  @Test
  void everyCriterionWithoutDataIsThere() throws Exception {
    for (String by : new String[] {"L1", "L2", "FPGM", "RANDOM"}) {
      Path target = folder.resolve(by + ".zip");
      assertEquals(
          0,
          run(
              "thin",
              model,
              target,
              "--sparsity",
              "0.25",
              "--by",
              by,
              "--scope",
              "GLOBAL",
              "--per-operation",
              "--input",
              "784",
              "--round-to",
              "2"),
          err::toString);
      assertTrue(read(target).numParams() < read(model).numParams());
    }
  }

  /** How much time a channel takes is this machine's affair, so none of it is asked for. */
  @Test
  void timesAreMeasuredWhereTheyAreCounted() throws Exception {
    Path target = folder.resolve("faster.zip");
    assertEquals(
        0,
        run("thin", model, target, "--sparsity", "0", "--of", "LATENCY", "--input", "784"),
        err::toString);
    assertTrue(out.toString().contains("nanoseconds"), out::toString);
    assertEquals(read(model).numParams(), read(target).numParams());
  }

  @Test
  void namedLayersHaveTheirOwnSparsity() throws Exception {
    Path target = folder.resolve("named.zip");
    assertEquals(
        0, run("thin", model, target, "--sparsity", "0", "--layer", "layer2=0.5"), err::toString);
    assertEquals(8, read(target).getLayer(2).getParam("W").size(0));
    assertEquals(6, read(target).getLayer(0).getParam("W").size(0));
  }

  @Test
  void sameDiffFilesAreThinnedToo() {
    File file = folder.resolve("model.fb").toFile();
    SameDiffNetworks.lenet5(1, new Adam(1e-3), DataType.FLOAT).save(file, true);
    File target = folder.resolve("smaller.fb").toFile();
    assertEquals(0, run("thin", file, target, "--sparsity", "0.5"), err::toString);
    assertTrue(values(target) < values(file));
  }

  private static long values(File file) {
    return SameDiff.load(file, true).variables().stream()
        .filter(v -> v.getVariableType() == org.nd4j.autodiff.samediff.VariableType.VARIABLE)
        .mapToLong(v -> v.getArr().length())
        .sum();
  }

  @Test
  void theGroupsAreExplained() {
    assertEquals(0, run("explain", model));
    assertTrue(out.toString().contains("group 0: 6 units"), out::toString);
  }

  @Test
  void whatCannotBeIsOneSentenceAndWritesNothing() throws Exception {
    Path target = folder.resolve("none.zip");
    assertEquals(2, run("thin", model, target, "--sparsity", "1"));
    assertEquals(2, run("thin", model, target, "--sparsity", "0.5", "--protect", "nothing"));
    assertEquals(2, run("thin", model, target, "--sparsity", "0.5", "--per-operation"));
    assertEquals(
        2, run("thin", model, target, "--sparsity", "0.5", "--of", "BYTES", "--input", "x"));
    Path broken = folder.resolve("broken.zip");
    Files.write(broken, new byte[] {1, 2, 3});
    assertEquals(1, run("thin", broken, target, "--sparsity", "0.5"));
    Path plan = folder.resolve("plan.json");
    Files.writeString(plan, "{}");
    assertEquals(1, run("apply", model, plan, target));
    assertEquals(2, run("thin", model, target, "--sparsity", "0.5", "--of", "LATENCY"));
    assertFalse(err.toString().contains("\tat "), err::toString);
    assertFalse(err.toString().contains("Usage"), err::toString);
    assertFalse(Files.exists(target));
  }
}
