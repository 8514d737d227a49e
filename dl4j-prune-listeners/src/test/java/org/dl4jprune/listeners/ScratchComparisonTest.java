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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.compare.Arm;
import org.dl4jprune.compare.ArmRun;
import org.dl4jprune.compare.ScratchComparison;
import org.dl4jprune.compare.ScratchComparisonBuilder;
import org.dl4jprune.compare.ScratchResult;
import org.dl4jprune.compare.SparseAware;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruner;
import org.dl4jprune.transform.StructuredPruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Exactness at rate 0, masks and shapes while training from scratch, and bad input. */
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

  @ParameterizedTest
  @EnumSource(Kind.class)
  void rateZeroRepeatsTheDenseTraining(Kind kind) {
    // What a dense training of the seed gives from which the scratch arms begin.
    ScratchComparison other =
        tiny(kind, new Adam(1e-2))
            .structured(m -> StructuredPruning.of(m).sparsity(0).prune())
            .seeds(List.of(ScratchComparison.scratchSeed(3)))
            .arms()
            .directory(folder.resolve("dense"))
            .build();
    double dense = other.run().runs().get(0).score();
    List<UnaryOperator<ScratchComparisonBuilder>> prunings = new ArrayList<>();
    prunings.add(b -> b.unstructured(m -> Pruner.of(m).sparsity(0).prune()));
    if (kind != Kind.SAME_DIFF) {
      prunings.add(b -> b.structured(m -> StructuredPruning.of(m).sparsity(0).prune()));
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
              .unstructured(m -> Pruner.of(m).sparsity(0.8).prune())
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
  void structuredArmsAreSmall() {
    List<List<Long>> shapes = new ArrayList<>();
    ScratchResult result =
        tiny(Kind.NETWORK, new Adam(1e-2))
            .structured(m -> StructuredPruning.of(m).sparsity(0.5).prune())
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
  void theUniformArmHasTheSameFractionEverywhere() {
    List<List<Long>> shapes = new ArrayList<>();
    ScratchResult result =
        tiny(Kind.NETWORK, new Adam(1e-2))
            .structured(m -> StructuredPruning.of(m).sparsity("layer0", 0.75).sparsity(0.1).prune())
            .arms(Arm.UNIFORM)
            .evaluate(
                model -> {
                  MultiLayerNetwork network = (MultiLayerNetwork) model;
                  shapes.add(
                      List.of(network.getParam("0_W").size(1), network.getParam("1_W").size(1)));
                  return score(model);
                })
            .build()
            .run();
    // Found: 12·5 + 5·9 + 9·3 = 132 if the second layer loses a tenth.
    long first = shapes.get(1).get(0);
    long second = shapes.get(1).get(1);
    ArmRun uniform = result.runs().get(1);
    assertEquals(12 * first + first * second + 3 * second, uniform.operations());
    assertTrue(uniform.operations() <= 132, uniform.toString());
    assertEquals(first / 20.0, second / 10.0, 0.051);
    refused(
        () ->
            tiny(Kind.NETWORK, new Adam())
                .unstructured(m -> Pruner.of(m).sparsity(0.5).prune())
                .arms(Arm.UNIFORM)
                .build(),
        "needs structured(...)");
  }

  @Test
  void sameDiffIsCutWithDrawnWeights() {
    ScratchComparisonBuilder own =
        tiny(Kind.SAME_DIFF, new Adam(1e-2))
            .arms(Arm.SCRATCH_E)
            .structured(m -> StructuredPruning.of(m).sparsity(0.5).prune());
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
  void resumingGivesTheSameNumbersAndFailuresAreCounted() throws IOException {
    UnaryOperator<ScratchComparisonBuilder> common =
        b ->
            b.unstructured(m -> Pruner.of(m).sparsity(0.5).prune())
                .arms(Arm.FINE_TUNE, Arm.SCRATCH_E)
                .seeds(List.of(1L, 2L));
    ScratchResult whole =
        common
            .apply(tiny(Kind.NETWORK, new Adam(1e-2)))
            .directory(folder.resolve("a"))
            .build()
            .run();
    for (int dies = 2; dies < 6; dies += 2) {
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
    // A lost file of dense weights is made again; its training is not counted twice.
    Path lost = folder.resolve("lost");
    common
        .apply(tiny(Kind.NETWORK, new Adam(1e-2)))
        .arms(Arm.FINE_TUNE)
        .directory(lost)
        .build()
        .run();
    Files.delete(lost.resolve("dense-2.bin"));
    ScratchResult again =
        common.apply(tiny(Kind.NETWORK, new Adam(1e-2))).directory(lost).build().run();
    assertEquals(whole.rows(), again.rows());
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
  void aVeryLongScratchTrainingIsSaidBeforehand() {
    Trainer idle =
        (model, span) -> {
          org.dl4jprune.model.ModelTraining.setCounts(PrunableModel.ofAny(model), span.to(), 0);
          return model;
        };
    ScratchComparison twenty =
        tiny(Kind.NETWORK, new Adam())
            .unstructured(m -> Pruner.of(m).sparsity(0.95).prune())
            .arms(Arm.SCRATCH_B)
            .trainer(idle)
            .build();
    List<String> warnings = Training.warnings(ScratchComparison.class, twenty::run);
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains("budgetCap limits it"), warnings.get(0));
  }

  @Test
  void badInputIsNamed() {
    UnaryOperator<ScratchComparisonBuilder> pruned =
        b -> b.unstructured(m -> Pruner.of(m).sparsity(0.5).prune());
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
