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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.compare.Arm;
import org.dl4jprune.compare.ArmRun;
import org.dl4jprune.compare.EpochBudgets;
import org.dl4jprune.compare.ScratchComparison;
import org.dl4jprune.compare.ScratchResult;
import org.dl4jprune.compare.ScratchVerdict;
import org.dl4jprune.compare.SparseAware;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.stats.WelchInterval;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruner;
import org.dl4jprune.transform.StructuredPruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The numbers of the card: epochs, initial weights, table and verdicts. */
class ScratchNumbersTest {
  @TempDir Path folder;

  @Test
  void epochsOfTheCard() {
    EpochBudgets budgets = new EpochBudgets(160, 40, Double.POSITIVE_INFINITY);
    int epochs = budgets.of(Arm.SCRATCH_B, 290_080, 88_592);
    assertEquals(523, epochs);
    assertEquals(261, EpochBudgets.milestone(epochs, 0.5));
    assertEquals(392, EpochBudgets.milestone(epochs, 0.75));
    assertEquals(320, new EpochBudgets(160, 40, 2).of(Arm.SCRATCH_B, 290_080, 88_592));
    assertEquals(563, budgets.of(Arm.SCRATCH_TOTAL, 290_080, 88_592));
    EpochBudgets short10 = new EpochBudgets(10, 1, Double.POSITIVE_INFINITY);
    assertEquals(32, short10.of(Arm.SCRATCH_B, 290_080, 88_592));
    assertEquals(16, EpochBudgets.milestone(32, 0.5));
    assertEquals(24, EpochBudgets.milestone(32, 0.75));
    assertEquals(10, short10.of(Arm.SCRATCH_E, 290_080, 88_592));
    assertEquals(5, EpochBudgets.milestone(10, 0.5));
    assertEquals(7, EpochBudgets.milestone(10, 0.75));
    assertEquals(10, short10.of(Arm.SCRATCH_B, 5, 5));
    for (long pruned : List.of(0L, 6L)) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> short10.of(Arm.SCRATCH_B, 5, pruned));
      assertTrue(refusal.getMessage().contains(pruned + " multiply"), refusal.getMessage());
    }
  }

  @Test
  void theConvolutionsOfTheCard() {
    Trainer idle =
        (model, span) -> {
          org.dl4jprune.model.ModelTraining.setCounts(PrunableModel.ofAny(model), span.to(), 0);
          return model;
        };
    ScratchResult result =
        ScratchComparison.builder()
            .recipe((seed, epochs) -> WideNetwork.convolutions(seed))
            .fineTune(1, (seed, epochs) -> WideNetwork.convolutions(seed))
            .trainer(idle)
            .evaluate(model -> 1)
            .structured(m -> StructuredPruning.of(m).sparsity(0.5).prune())
            .epochs(10, 1, 3)
            .example(
                new org.nd4j.linalg.dataset.MultiDataSet(
                    Nd4j.zeros(DataType.FLOAT, 1, 784), Nd4j.zeros(DataType.FLOAT, 1, 10)))
            .seeds(List.of(1L))
            .directory(folder)
            .build()
            .run();
    ArmRun dense = result.runs().get(0);
    ArmRun scratchB = result.runs().get(3);
    assertEquals(290_080, dense.operations());
    assertEquals(88_592, scratchB.operations());
    assertEquals(3.274336, (double) dense.operations() / scratchB.operations(), 1e-6);
    assertEquals(Arm.SCRATCH_B, scratchB.arm());
    assertEquals(32, scratchB.epochs());
    assertEquals(10 * 3 * 290_080.0, dense.cost());
    assertEquals(32 * 3 * 88_592.0, scratchB.cost());
    assertEquals(10 * 3 * 290_080.0 + 3 * 88_592.0, result.runs().get(1).cost());
  }

  @Test
  void standardDeviationsOfTheCard() {
    Parameter dense =
        new Parameter(
            "w",
            "0",
            "DenseLayer",
            Role.WEIGHT,
            true,
            new long[] {2, 4},
            new int[] {1},
            new int[] {0});
    assertEquals(1, SparseAware.FAN_OUT.sigma(dense, 4, 1), 1e-12);
    assertEquals(1.414214, SparseAware.FAN_IN.sigma(dense, 4, 1), 1e-6);
    assertEquals(0.707107, SparseAware.FAN_OUT.sigma(dense, 8, 1), 1e-6);
    Parameter conv =
        new Parameter(
            "w",
            "0",
            "ConvolutionLayer",
            Role.WEIGHT,
            true,
            new long[] {8, 4, 3, 3},
            new int[] {0},
            new int[] {1});
    assertEquals(0.408248, SparseAware.FAN_OUT.sigma(conv, 48, 1), 1e-6);
    assertEquals(0.166667, SparseAware.FAN_OUT.sigma(conv, 288, 1), 1e-6);
    // The own initialiser with fan-in scaling comes to the same as FAN_IN.
    assertEquals(
        SparseAware.FAN_IN.sigma(conv, 48, 1),
        SparseAware.OWN.sigma(conv, 48, SparseAware.FAN_IN.sigma(conv, 288, 1)),
        1e-12);
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> SparseAware.FAN_IN.sigma(conv, 0, 1));
    assertTrue(none.getMessage().contains("no live weight"), none.getMessage());
  }

  private static ScratchResult card() {
    List<ArmRun> runs = new ArrayList<>();
    Map<Arm, double[]> scores =
        Map.of(
            Arm.FINE_TUNE, new double[] {88.9, 89.3, 89.1},
            Arm.SCRATCH_B, new double[] {89.4, 89.2, 89.7},
            Arm.SCRATCH_E, new double[] {88.6, 88.9, 89.0});
    scores.forEach(
        (arm, values) -> {
          for (int i = 0; i < values.length; i++) {
            runs.add(new ArmRun(arm, i, values[i], 1, 1, 1, 1, false));
          }
        });
    runs.add(new ArmRun(Arm.SCRATCH_E, 9, Double.NaN, 1, 1, 1, 1, true));
    return new ScratchResult(runs, 0.5);
  }

  @Test
  void theTableAndVerdictsOfTheCard() throws IOException {
    ScratchResult result = card();
    List<ScratchResult.Row> rows = result.rows();
    assertEquals(
        List.of(Arm.FINE_TUNE, Arm.SCRATCH_E, Arm.SCRATCH_B),
        rows.stream().map(ScratchResult.Row::arm).toList());
    assertEquals(89.1, rows.get(0).mean(), 1e-9);
    assertEquals(88.833333, rows.get(1).mean(), 1e-6);
    assertEquals(89.433333, rows.get(2).mean(), 1e-6);
    assertEquals(0.2, rows.get(0).deviation(), 1e-9);
    assertEquals(0.208167, rows.get(1).deviation(), 1e-6);
    assertEquals(0.251661, rows.get(2).deviation(), 1e-6);
    assertEquals(1, rows.get(1).failed());
    assertEquals(3, rows.get(1).n());
    WelchInterval b = result.difference(Arm.SCRATCH_B);
    assertEquals(3.805941, b.degrees(), 1e-6);
    assertEquals(0.150556, b.pValue(), 1e-6);
    assertEquals(-0.192482, b.low(), 1e-6);
    assertEquals(0.859149, b.high(), 1e-6);
    assertEquals(ScratchVerdict.ARCHITECTURE_SUFFICES, result.verdict(Arm.SCRATCH_B));
    WelchInterval e = result.difference(Arm.SCRATCH_E);
    assertEquals(-0.266667, e.difference(), 1e-6);
    assertEquals(-0.729700, e.low(), 1e-6);
    assertEquals(0.196366, e.high(), 1e-6);
    assertEquals(ScratchVerdict.UNDECIDED, result.verdict(Arm.SCRATCH_E));
    OptionalInt seeds = result.decidingSeeds(Arm.SCRATCH_E);
    assertTrue(seeds.getAsInt() > 3 && seeds.getAsInt() < 20, seeds.toString());
    assertTrue(
        result.toText().contains(seeds.getAsInt() + " seeds with these means"), result.toText());
    assertTrue(result.toText().contains("(1 more failed)"), result.toText());
    Path saved = folder.resolve("result.json");
    result.save(saved);
    assertEquals(result, ScratchResult.load(saved));
    assertEquals(result.toText(), ScratchResult.load(saved).toText());
    Path page = folder.resolve("result.html");
    result.writeHtml(page);
    String html = Files.readString(page);
    assertEquals(9, html.split("<circle", -1).length - 1, "the seeds that did not fail");
    // Three means of scores and two differences to fine-tuning.
    assertEquals(3 + 2, html.split("<rect", -1).length - 1);
    assertTrue(html.contains("<td>scratch-b</td><td>89.4333</td><td>0.2517</td>"), html);
    assertTrue(html.contains("ARCHITECTURE_SUFFICES"), html);
  }

  @Test
  void aPageOfASingleSeedHasNoDifferences() throws IOException {
    ScratchResult single =
        new ScratchResult(List.of(new ArmRun(Arm.FINE_TUNE, 1, Double.NaN, 1, 1, 1, 1, true)), 0.5);
    single.writeHtml(folder.resolve("single.html"));
    String html = Files.readString(folder.resolve("single.html"));
    assertTrue(html.contains("<td>fine-tune</td><td>–</td>"), html);
    assertFalse(html.contains("<svg"), "nothing was measured");
  }

  @Test
  void multiplyAccumulatesOfTheCardLayerByLayer() {
    var image =
        new org.nd4j.linalg.dataset.MultiDataSet(
            Nd4j.zeros(DataType.FLOAT, 1, 784), Nd4j.zeros(DataType.FLOAT, 1, 10));
    MultiLayerNetwork network = WideNetwork.convolutions(1);
    assertEquals(List.of(56_448L, 225_792L, 7_840L), byLayer(PrunableModel.of(network), image));
    PrunableModel half = StructuredPruning.of(network).sparsity(0.5).prune().model();
    assertEquals(List.of(28_224L, 56_448L, 3_920L), byLayer(half, image));
  }

  private static List<Long> byLayer(
      PrunableModel model, org.nd4j.linalg.dataset.api.MultiDataSet image) {
    Map<String, Long> positions = model.positions(image);
    return model.parameters().stream()
        .filter(p -> p.role() == Role.WEIGHT)
        .map(p -> p.length() * positions.getOrDefault(p.layer(), 1L))
        .toList();
  }

  @Test
  void worseAndEqualArms() {
    List<ArmRun> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      runs.add(new ArmRun(Arm.FINE_TUNE, i, 90, 1, 1, 1, 1, false));
      runs.add(new ArmRun(Arm.SCRATCH_E, i, 80 + i, 1, 1, 1, 1, false));
      runs.add(new ArmRun(Arm.SCRATCH_B, i, 90, 1, 1, 1, 1, false));
    }
    ScratchResult result = new ScratchResult(runs, 0.5);
    assertEquals(ScratchVerdict.WEIGHTS_MATTER, result.verdict(Arm.SCRATCH_E));
    assertEquals(ScratchVerdict.ARCHITECTURE_SUFFICES, result.verdict(Arm.SCRATCH_B));
    assertEquals(0, result.difference(Arm.SCRATCH_B).high());
    ScratchResult single = new ScratchResult(runs.subList(0, 3), 0.5);
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> single.verdict(Arm.SCRATCH_E));
    assertTrue(refusal.getMessage().contains("more seeds"), refusal.getMessage());
    assertTrue(single.toText().contains("no verdict from fewer than 2"), single.toText());
  }

  @Test
  void newWeightsKeepTheVarianceOfPreActivations() {
    for (SparseAware way : SparseAware.values()) {
      List<INDArray> starts = new ArrayList<>();
      wide(way, 0.9, starts);
      INDArray values = starts.get(0);
      double live = values.length() * 0.1;
      double sigma =
          Math.sqrt(values.norm2Number().doubleValue() * values.norm2Number().doubleValue() / live);
      double expected =
          way == SparseAware.OWN
              ? Math.sqrt(2.0 / 2200) * Math.sqrt(10)
              : Math.sqrt(2 / 100.0 / (way == SparseAware.FAN_IN ? 1 : 1.2));
      assertEquals(expected, sigma, 0.01 * expected, way.toString());
      List<INDArray> dense = new ArrayList<>();
      wide(way, 0, dense);
      INDArray inputs = Nd4j.randn(DataType.FLOAT, 200, 1000);
      double all = inputs.mmul(dense.get(0)).varNumber().doubleValue();
      double kept = inputs.mmul(values).varNumber().doubleValue() / all;
      assertEquals(1, kept, 0.1, way.toString());
      INDArray naive = dense.get(0).mul(values.neq(0).castTo(DataType.FLOAT));
      assertEquals(0.1, inputs.mmul(naive).varNumber().doubleValue() / all, 0.02);
    }
  }

  /** A layer 1000 to 1200 of which scratch-E begins with new weights; the trainer does nothing. */
  private void wide(SparseAware way, double sparsity, List<INDArray> starts) {
    Trainer idle =
        (model, span) -> {
          starts.add(((MultiLayerNetwork) model).getParam("0_W").dup());
          org.dl4jprune.model.ModelTraining.setCounts(PrunableModel.ofAny(model), span.to(), 0);
          return model;
        };
    ScratchComparison.builder()
        .recipe((seed, epochs) -> WideNetwork.of(seed, 1000, 1200))
        .trainer(idle)
        .evaluate(model -> 1)
        .unstructured(
            m ->
                Pruner.of(m)
                    .criterion(new Random())
                    .allocation(new Uniform())
                    .sparsity(sparsity)
                    .prune())
        .epochs(1, 1, 1)
        .example(
            new org.nd4j.linalg.dataset.MultiDataSet(
                Nd4j.zeros(DataType.FLOAT, 1, 1000), Nd4j.zeros(DataType.FLOAT, 1, 2)))
        .initialisation(way)
        .arms(Arm.SCRATCH_E)
        .seeds(List.of(1L))
        .directory(folder.resolve(way + "-" + sparsity))
        .build()
        .run();
    starts.remove(0);
  }
}
