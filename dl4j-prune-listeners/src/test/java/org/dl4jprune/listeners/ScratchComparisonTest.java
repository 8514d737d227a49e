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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.compare.Arm;
import org.dl4jprune.compare.ArmRun;
import org.dl4jprune.compare.EpochBudgets;
import org.dl4jprune.compare.ScratchComparison;
import org.dl4jprune.compare.ScratchComparisonBuilder;
import org.dl4jprune.compare.ScratchResult;
import org.dl4jprune.compare.ScratchVerdict;
import org.dl4jprune.compare.SparseAware;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.stats.WelchInterval;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruner;
import org.dl4jprune.transform.StructuredPruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** The card's numbers, exactness at rate 0, masks while training from scratch, and bad input. */
class ScratchComparisonTest {
  private static final Arm[] ALL = {
    Arm.FINE_TUNE, Arm.SCRATCH_E, Arm.SCRATCH_B, Arm.SCRATCH_TOTAL, Arm.TICKET
  };

  @TempDir Path folder;

  private static Object network(Kind kind, long seed, IUpdater updater) {
    if (kind == Kind.SAME_DIFF) {
      return Toys.sameDiff(updater, DataType.FLOAT);
    }
    MultiLayerNetwork network = Toys.mlp(updater, DataType.FLOAT);
    network.getLayerWiseConfigurations().getConfs().forEach(conf -> conf.setSeed(seed));
    MultiLayerNetwork seeded = new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
    seeded.init();
    if (kind == Kind.NETWORK) {
      return seeded;
    }
    // Not the network's values, but those of the graph's own configuration.
    ComputationGraph graph =
        new ComputationGraph(seeded.toComputationGraph().getConfiguration().clone());
    // Made with the time of day for a seed.
    graph.getConfiguration().getDefaultConfiguration().setSeed(seed);
    graph.init();
    return graph;
  }

  private ScratchComparisonBuilder tiny(Kind kind, IUpdater updater) {
    return ScratchComparison.builder()
        .recipe((seed, epochs) -> network(kind, seed, updater))
        .fineTune(1, (seed, epochs) -> network(kind, seed, new Sgd(1e-3)))
        .trainer(TrainerTest.trainer(DataType.FLOAT))
        .evaluate(ScratchComparisonTest::score)
        .epochs(2, Training.BATCHES, 80)
        .example(Toys.batches(DataType.FLOAT, 1).get(0).toMultiDataSet())
        .arms(ALL)
        .seeds(List.of(3L))
        .directory(folder);
  }

  private static double score(Object model) {
    return PrunableModel.ofAny(model).blocks().stream()
        .mapToDouble(block -> block.values().norm2Number().doubleValue())
        .sum();
  }

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
  void theTableAndVerdictsOfTheCard() {
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
    assertTrue(result.toJson().contains("SCRATCH_B"));
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

  @ParameterizedTest
  @EnumSource(Kind.class)
  void rateZeroRepeatsTheDenseTraining(Kind kind) {
    // What a dense training of the seed gives from which the scratch arms begin.
    ScratchComparison other =
        tiny(kind, new Adam(1e-2))
            .structured(m -> StructuredPruning.of(m).sparsity(0))
            .seeds(List.of(ScratchComparison.scratchSeed(3)))
            .arms()
            .directory(folder.resolve("dense"))
            .build();
    double dense = other.run().runs().get(0).score();
    List<UnaryOperator<ScratchComparisonBuilder>> prunings = new ArrayList<>();
    prunings.add(b -> b.unstructured(m -> Pruner.of(m).sparsity(0)));
    if (kind != Kind.SAME_DIFF) {
      prunings.add(b -> b.structured(m -> StructuredPruning.of(m).sparsity(0)));
    }
    for (int i = 0; i < prunings.size(); i++) {
      List<List<Long>> bits = new ArrayList<>();
      ScratchResult result =
          prunings
              .get(i)
              .apply(tiny(kind, new Adam(1e-2)))
              .evaluate(
                  model -> {
                    bits.add(Training.bits(model));
                    return score(model);
                  })
              .directory(folder.resolve("zero" + i))
              .build()
              .run();
      Map<Arm, ArmRun> runs = new HashMap<>();
      result.runs().forEach(run -> runs.put(run.arm(), run));
      assertEquals(2, runs.get(Arm.SCRATCH_B).epochs());
      assertEquals(3, runs.get(Arm.SCRATCH_TOTAL).epochs());
      assertEquals(dense, runs.get(Arm.SCRATCH_E).score());
      assertEquals(dense, runs.get(Arm.SCRATCH_B).score());
      assertEquals(runs.get(Arm.DENSE).score(), runs.get(Arm.TICKET).score());
      // In the order dense, fine-tune, E, B, total, ticket.
      assertEquals(bits.get(2), bits.get(3));
      assertEquals(bits.get(0), bits.get(5));
      if (kind != Kind.SAME_DIFF) {
        assertNotEquals(bits.get(0), bits.get(2));
      }
      assertEquals(runs.get(Arm.DENSE).cost() * 1.5, runs.get(Arm.FINE_TUNE).cost(), 1e-6);
      assertEquals(runs.get(Arm.DENSE).cost(), runs.get(Arm.SCRATCH_B).cost());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void maskedArmsKeepExactlyTheZerosOfTheMask(Kind kind) {
    for (IUpdater updater : List.of(new Adam(1e-2), new Nesterovs(0.05, 0.9))) {
      List<List<Boolean>> zeros = new ArrayList<>();
      ScratchResult result =
          tiny(kind, updater)
              .unstructured(m -> Pruner.of(m).sparsity(0.8))
              .evaluate(
                  model -> {
                    zeros.add(weightZeros(model));
                    return score(model);
                  })
              .directory(folder.resolve(updater.getClass().getSimpleName()))
              .build()
              .run();
      assertEquals(6, zeros.size());
      long weights = zeros.get(1).size();
      assertEquals(Math.round(0.8 * weights), zeros.get(1).stream().filter(zero -> zero).count());
      for (int arm = 2; arm < 6; arm++) {
        assertEquals(zeros.get(1), zeros.get(arm));
      }
      ArmRun b =
          result.runs().stream().filter(r -> r.arm() == Arm.SCRATCH_B).findFirst().orElseThrow();
      assertEquals(10, b.epochs(), "a fifth of the weights is left");
    }
  }

  private static List<Boolean> weightZeros(Object model) {
    PrunableModel view = PrunableModel.ofAny(model);
    List<Boolean> zeros = new ArrayList<>();
    for (Parameter p : view.parameters()) {
      if (p.role() == Role.WEIGHT) {
        for (double value : view.values(p).dup().data().asDouble()) {
          zeros.add(value == 0);
        }
      }
    }
    return zeros;
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
            m -> Pruner.of(m).criterion(new Random()).allocation(new Uniform()).sparsity(sparsity))
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

  @Test
  void structuredArmsAreSmall() {
    List<List<Long>> shapes = new ArrayList<>();
    ScratchResult result =
        tiny(Kind.NETWORK, new Adam(1e-2))
            .structured(m -> StructuredPruning.of(m).sparsity(0.5))
            .evaluate(
                model -> {
                  MultiLayerNetwork network = (MultiLayerNetwork) model;
                  shapes.add(
                      List.of(network.getParam("0_W").size(1), network.getParam("1_W").size(1)));
                  return score(model);
                })
            .build()
            .run();
    assertEquals(List.of(20L, 10L), shapes.get(0));
    for (int arm = 1; arm < 6; arm++) {
      assertEquals(List.of(10L, 5L), shapes.get(arm));
    }
    // 12·20 + 20·10 + 10·3 = 470 and 12·10 + 10·5 + 5·3 = 185.
    assertEquals(470, result.runs().get(0).operations());
    assertEquals(185, result.runs().get(1).operations());
    assertEquals(5, result.rows().get(3).epochs());
  }

  @Test
  void sameDiffIsCutWithDrawnWeights() {
    ScratchComparisonBuilder own =
        tiny(Kind.SAME_DIFF, new Adam(1e-2))
            .arms(Arm.SCRATCH_E)
            .structured(m -> StructuredPruning.of(m).sparsity(0.5));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> own.build().run());
    assertTrue(refusal.getMessage().contains("SparseAware.FAN_IN"), refusal.getMessage());
    ScratchResult drawn =
        own.initialisation(SparseAware.FAN_IN).directory(folder.resolve("drawn")).build().run();
    assertEquals(Arm.SCRATCH_E, drawn.runs().get(1).arm());
    assertFalse(drawn.runs().get(1).failed());
    assertTrue(drawn.runs().get(1).parameters() < drawn.runs().get(0).parameters());
  }

  @Test
  void resumingGivesTheSameNumbersAndFailuresAreCounted() {
    UnaryOperator<ScratchComparisonBuilder> common =
        b -> b.unstructured(m -> Pruner.of(m).sparsity(0.5)).seeds(List.of(1L, 2L));
    ScratchResult whole =
        common
            .apply(tiny(Kind.NETWORK, new Adam(1e-2)))
            .directory(folder.resolve("a"))
            .build()
            .run();
    for (int dies = 2; dies < 12; dies += 6) {
      int[] left = {dies};
      Path where = folder.resolve("dies" + dies);
      ScratchComparison dying =
          common
              .apply(tiny(Kind.NETWORK, new Adam(1e-2)))
              .directory(where)
              .evaluate(
                  model -> {
                    if (left[0]-- == 0) {
                      throw new IllegalStateException("killed");
                    }
                    return score(model);
                  })
              .build();
      assertThrows(IllegalStateException.class, dying::run);
      ScratchResult resumed =
          common.apply(tiny(Kind.NETWORK, new Adam(1e-2))).directory(where).build().run();
      assertEquals(whole, resumed);
    }
    int[] calls = {0};
    ScratchResult failing =
        common
            .apply(tiny(Kind.NETWORK, new Adam(1e-2)))
            .directory(folder.resolve("nan"))
            .evaluate(model -> calls[0]++ == 1 ? Double.NaN : score(model))
            .build()
            .run();
    assertEquals(1, failing.rows().get(1).failed());
    assertEquals(1, failing.rows().get(1).n());
  }

  @Test
  void badInputIsNamed() {
    UnaryOperator<ScratchComparisonBuilder> pruned =
        b -> b.unstructured(m -> Pruner.of(m).sparsity(0.5));
    ScratchComparisonBuilder none = tiny(Kind.NETWORK, new Adam());
    refused(none::build, "structured(...) or unstructured(...)");
    ScratchComparisonBuilder good = pruned.apply(tiny(Kind.NETWORK, new Adam()));
    refused(() -> good.budgetCap(0.5).build(), "cap is at least 1");
    good.budgetCap(2);
    refused(() -> good.seeds(List.of(1L, 1L)).build(), "one of them twice");
    good.seeds(List.of(1L));
    refused(() -> good.tolerance(-1).build(), "tolerance -1.0");
    good.tolerance(0);
    refused(() -> good.epochs(1, 0, 1).build(), "at least 1 step");
    good.epochs(1, Training.BATCHES, 80);
    refused(() -> good.fineTune(1, null).build(), "fineTune(epochs, recipe)");
    good.fineTune(1, (seed, epochs) -> network(Kind.NETWORK, seed, new Sgd(0.1)));
    Object trained = Kind.NETWORK.make();
    Training.fit(trained, 1);
    refused(() -> good.recipe((s, e) -> trained).build().run(), "trained for 5 iterations");
    Object same = Kind.NETWORK.make();
    Trainer idle =
        (model, span) -> {
          org.dl4jprune.model.ModelTraining.setCounts(PrunableModel.ofAny(model), span.to(), 0);
          return model;
        };
    refused(
        () ->
            good.recipe(
                    (s, e) -> {
                      org.dl4jprune.model.ModelTraining.setCounts(PrunableModel.ofAny(same), 0, 0);
                      return same;
                    })
                .arms(Arm.TICKET)
                .trainer(idle)
                .build()
                .run(),
        "the same model twice");
  }

  private static void refused(org.junit.jupiter.api.function.Executable act, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, act);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
