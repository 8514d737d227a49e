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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.merge.CopySpread;
import org.dl4jprune.merge.Ensemble;
import org.dl4jprune.merge.RePrune;
import org.dl4jprune.merge.Soup;
import org.dl4jprune.merge.SoupResult;
import org.dl4jprune.merge.SoupStep;
import org.dl4jprune.merge.SparseModelSoup;
import org.dl4jprune.merge.SparseModelSoupBuilder;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.model.Selector;
import org.dl4jprune.report.Stability;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.slf4j.LoggerFactory;

/** Card sparse-model-soups: its worked example and its exact checks. */
class SoupTest {
  private static final double[][] A = {{.8, 0, -.4}, {0, .6, .2}};
  private static final double[][] B = {{.6, 0, -.2}, {0, 1, .4}};
  private static final double[][] C = {{1, 0, .3}, {0, -.4, 0}};

  @TempDir Path folder;

  private static MultiLayerNetwork linear(double[][] weights) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(new Sgd(0.1), DataType.DOUBLE)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(3)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    network.getParam("0_W").assign(Nd4j.create(weights));
    return network;
  }

  private static PrunableModel model(double[][] weights) {
    return PrunableModel.of(linear(weights));
  }

  private static INDArray weights(PrunableModel model) {
    return ((MultiLayerNetwork) model.unwrap()).getParam("0_W");
  }

  private static void same(double[][] expected, PrunableModel model) {
    double off = Nd4j.create(expected).sub(weights(model)).norm1Number().doubleValue();
    assertEquals(0, off, 1e-15, weights(model).toString());
  }

  @Test
  void theUniformSoupOfTheCard() {
    Soup.Mix mix = Soup.uniform().mix(List.of(model(A), model(B), model(C)), m -> {});
    same(new double[][] {{.8, 0, -.1}, {0, .4, .2}}, mix.model());
    assertEquals(List.of(0, 1, 2), mix.chosen());
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 2, 3);
    assertEquals(0.529150, Stability.of(Nd4j.create(A), Nd4j.create(B), ones).distance(), 5e-7);
    List<PrunableModel> parts = List.of(model(A), model(B), model(C));
    Pruned masked = Rewinding.mask(model(A), mask(0b111001L));
    CopySpread spread = CopySpread.of(parts, masked.masks(), Double.NaN);
    assertEquals(0.938083, spread.farthest(), 5e-7);
    double nearest = Stability.of(weights(mix.model()), Nd4j.create(A), ones).distance();
    assertEquals(nearest, spread.nearest(), 1e-12);
    assertEquals(0.529150, spread.distances().get(0).get(1), 5e-7);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, spread.distances().get(i).get(i));
      for (int j = 0; j < 3; j++) {
        assertEquals(spread.distances().get(i).get(j), spread.distances().get(j).get(i));
      }
    }
    String text = spread.toText();
    assertTrue(text.contains("1–2 0.5292") && text.contains("to 0.9381"), text);
    assertFalse(text.contains("barrier"), text);
    masked.masks().close();
  }

  @Test
  void theGreedySoupOfTheCard() {
    Map<List<Long>, Double> scores = new HashMap<>();
    scores.put(key(A), .90);
    scores.put(key(B), .88);
    scores.put(key(C), .89);
    scores.put(key(average(A, C)), .895);
    scores.put(key(average(A, B)), .90);
    AtomicInteger refreshed = new AtomicInteger();
    Soup.Mix mix =
        Soup.greedy(m -> scores.get(Training.bits(((MultiLayerNetwork) m).getParam("0_W"))))
            .mix(List.of(model(A), model(B), model(C)), m -> refreshed.incrementAndGet());
    same(new double[][] {{.7, 0, -.3}, {0, .8, .3}}, mix.model());
    assertEquals(List.of(0, 1), mix.chosen());
    assertEquals(2, refreshed.get());
  }

  private static List<Long> key(double[][] weights) {
    return Training.bits(linear(weights).getParam("0_W"));
  }

  private static double[][] average(double[][] one, double[][] two) {
    return weights(Soup.average(List.of(model(one), model(two)))).toDoubleMatrix();
  }

  @Test
  void rePruneOfTheCard() {
    double[][] d = {{.9, .2, 0}, {0, .5, 0}};
    double[][] e = {{.7, 0, -.1}, {0, 0, .6}};
    same(new double[][] {{.8, .1, -.05}, {0, .25, .3}}, Soup.average(List.of(model(d), model(e))));
    Pruned pruned = RePrune.of(List.of(model(d), model(e)), Selector.weights(), 0.5);
    same(new double[][] {{.8, 0, 0}, {0, .25, .3}}, pruned.model());
    IllegalArgumentException differ =
        assertThrows(
            IllegalArgumentException.class,
            () -> Soup.checkSameMasks(List.of(mask(0b110L), mask(0b011L))));
    assertTrue(differ.getMessage().contains("0_W differ"), differ.getMessage());
    Soup.checkSameMasks(List.of(mask(0b110L), mask(0b110L)));
  }

  private static PackedMasks mask(long bits) {
    return PackedMasks.of(Map.of("0_W", new long[] {bits}), Map.of("0_W", 6L));
  }

  @Test
  void countsOfTheCard() {
    double[] sparsities = {0.728558, 0.926319, 0.98};
    long[] zeros = {729, 926, 980};
    for (int phase = 1; phase <= 3; phase++) {
      double sparsity = SparseModelSoup.sparsity(.98, 3, phase);
      assertEquals(sparsities[phase - 1], sparsity, 5e-7);
      assertEquals(zeros[phase - 1], Counts.zeros(sparsity, 1000));
    }
  }

  /**
   * Statistics of w1 = [2, 0] and w2 = [0, 2], and what their average makes of the first sample.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void averagedStatisticsOfTheCard(boolean logarithm) {
    List<PrunableModel> parts =
        List.of(normalised(logarithm, 2, 0, 0.5, 2.75), normalised(logarithm, 0, 2, 1, 1));
    MultiLayerNetwork soup = (MultiLayerNetwork) Soup.average(parts).unwrap();
    assertEquals(0.75, soup.getParam("1_mean").getDouble(0), 1e-12);
    double variance =
        logarithm
            ? Math.pow(10, 2 * soup.getParam("1_log10stdev").getDouble(0))
            : soup.getParam("1_var").getDouble(0);
    assertEquals(1.875, variance, 1e-12);
    INDArray first = Nd4j.create(new double[][] {{1, 0}});
    assertEquals(0.182574, soup.feedForward(first).get(2).getDouble(0), 5e-7);
    INDArray x = Nd4j.create(new double[][] {{1, 0}, {0, 1}, {1, 1}, {-1, 0}});
    MultiDataSet data = new org.nd4j.linalg.dataset.MultiDataSet(x, x.getColumn(0).reshape(4, 1));
    BatchNormStatistics.recompute(PrunableModel.of(soup), List.of(data));
    assertEquals(0.229415, soup.feedForward(first).get(2).getDouble(0), 5e-7);
    for (PrunableModel part : parts) {
      for (int count : new int[] {1, 3, 7}) {
        PrunableModel same = Soup.average(java.util.Collections.nCopies(count, part));
        assertEquals(Training.bits(part.unwrap()), Training.bits(same.unwrap()));
      }
    }
  }

  private static PrunableModel normalised(
      boolean logarithm, double first, double second, double mean, double variance) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(new Sgd(0.1), DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new DenseLayer.Builder().nOut(1).hasBias(false).build())
                .layer(new BatchNormalization.Builder().useLogStd(logarithm).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    network.getParam("0_W").assign(Nd4j.create(new double[][] {{first}, {second}}));
    network.getParam("1_mean").assign(mean);
    INDArray spread = network.getParam(logarithm ? "1_log10stdev" : "1_var");
    spread.assign(logarithm ? Math.log10(Math.sqrt(variance)) : variance);
    return PrunableModel.of(network);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void prunedModelsAreMixedIfTheirMasksAreTheSame(Kind kind) {
    Pruned one = Pruner.of(trained(kind)).sparsity(0.6).prune();
    PrunableModel second = one.model().copy();
    second.blocks().forEach(block -> block.values().muli(3));
    Pruned two = Rewinding.mask(second, PackedMasks.of(one.masks()));
    List<Long> before = Training.bits(one.model().unwrap());
    Pruned soup = Soup.uniform().mixPruned(List.of(one, two), model -> {});
    assertEquals(PackedMasks.of(one.masks()), PackedMasks.of(soup.masks()));
    assertEquals(before, Training.bits(one.model().unwrap()));
    PrunableModel twice = one.model().copy();
    twice.blocks().forEach(block -> block.values().muli(2));
    assertEquals(Training.bits(twice.unwrap()), Training.bits(soup.model().unwrap()));

    Pruned other = Pruner.of(one.model().unwrap()).sparsity(0.7).prune();
    IllegalArgumentException masks =
        assertThrows(
            IllegalArgumentException.class,
            () -> Soup.uniform().mixPruned(List.of(one, other), model -> {}));
    assertTrue(
        masks.getMessage().matches("The masks of .* differ.*use RePrune"), masks.getMessage());

    second.blocks().forEach(block -> block.values().assign(Float.NaN));
    List<String> warnings =
        Training.warnings(
            LoggerFactory.getLogger(Soup.class.getPackageName()),
            () -> {
              Pruned alone = Soup.uniform().mixPruned(List.of(two, one), model -> {});
              assertEquals(before, Training.bits(alone.model().unwrap()));
            });
    assertTrue(warnings.get(0).startsWith("model 1 is left out"), "" + warnings);
    assertThrows(
        IllegalStateException.class, () -> Soup.uniform().mixPruned(List.of(two), model -> {}));
    assertThrows(
        IllegalArgumentException.class, () -> Soup.uniform().mixPruned(List.of(), model -> {}));
  }

  @Test
  void aLayerWithoutWeightsAndStatisticsWithoutDataAreWarnedOf() {
    PrunableModel network = PrunableModel.of(Toys.convolutional());
    Parameter first =
        network.parameters().stream()
            .filter(p -> p.role() == Role.WEIGHT)
            .findFirst()
            .orElseThrow();
    network.values(first).muli(1e-9);
    SparseModelSoupBuilder soup =
        tiny("a").trainer(TrainerTest.trainer(DataType.DOUBLE)).phases(1).sparsity(0.5);
    List<String> warnings =
        Training.warnings(
            LoggerFactory.getLogger("org.dl4jprune"), () -> soup.build().run(network.unwrap()));
    assertTrue(
        warnings.stream().anyMatch(w -> w.contains(first.name() + " has no weight left")),
        "" + warnings);
    assertTrue(warnings.stream().anyMatch(w -> w.contains("recomputeBatchNorm")), "" + warnings);
  }

  /** From the files of the copies: their average is the soup, and their predictions are mixed. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theCopiesOfAPhaseCanBeComparedWithTheirSoup(Kind kind) throws IOException {
    SoupResult result = tiny("a").phases(1).build().run(trained(kind));
    List<PrunableModel> copies = result.copiesOf(1);
    assertEquals(2, copies.size());
    for (int i = 0; i < 2; i++) {
      assertEquals(result.copies(1).get(i).score(), score(copies.get(i).unwrap()));
    }
    assertEquals(Training.bits(result.model()), Training.bits(Soup.average(copies).unwrap()));
    MultiDataSet batch = Toys.batches(DataType.FLOAT, 1).get(0).toMultiDataSet();
    INDArray mean = Ensemble.probabilities(copies, batch)[0];
    INDArray first = Nd4j.nn().softmax(copies.get(0).logits(batch)[0], 1);
    INDArray second = Nd4j.nn().softmax(copies.get(1).logits(batch)[0], 1);
    INDArray expected = first.add(second).divi(2).castTo(DataType.DOUBLE);
    assertEquals(0, expected.sub(mean).amaxNumber().doubleValue(), 1e-6);
    assertTrue(first.sub(second).amaxNumber().doubleValue() > 1e-4);
    assertEquals(16, mean.sumNumber().doubleValue(), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> Ensemble.probabilities(List.of(), batch));
  }

  /** One order of the data, so that the copies differ by their decay alone. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void copiesOfDifferentWeightDecay(Kind kind) {
    Object dense = trained(kind);
    List<Long> before = Training.bits(dense);
    SoupResult result =
        tiny("a").phases(1).weightDecays(0, 0.5, 0).copies(3).dataSeeds(7, 7, 7).build().run(dense);
    List<Double> scores = result.copies(1).stream().map(SoupStep::score).toList();
    assertEquals(scores.get(0), scores.get(2));
    // The score is less the norm of all weights.
    assertTrue(scores.get(1) > scores.get(0), "" + scores);
    assertEquals(before, Training.bits(dense));
    // The given model decays as before.
    Object like = trained(kind);
    Training.fit(like, 1);
    Training.fit(dense, 1);
    assertEquals(Training.bits(like), Training.bits(dense));
    refused(tiny("b").weightDecays(0.1), "[0.1] are not one for each of 2 copies");
    refused(tiny("b").weightDecays(0.1, -1), "[0.1, -1.0] are not one for each");
  }

  @Test
  void copiesOfDifferentLengths() {
    List<Span> spans = new ArrayList<>();
    Trainer trainer = TrainerTest.trainer(DataType.FLOAT);
    SoupResult result =
        tiny("a")
            .phases(1)
            .iterationsOfCopies(3, 6)
            .dataSeeds(7, 7)
            .trainer(
                (model, span) -> {
                  spans.add(span);
                  return trainer.train(model, span);
                })
            .build()
            .run(trained(Kind.NETWORK));
    assertEquals(List.of(3L, 6L), spans.stream().map(Span::iterations).toList());
    assertEquals(spans.get(0).seed(), spans.get(1).seed());
    assertNotEquals(result.copies(1).get(0).score(), result.copies(1).get(1).score());
    refused(tiny("b").iterationsOfCopies(3), "[3] are not one for each of 2 copies");
    refused(tiny("b").iterationsOfCopies(3, 0), "[3, 0] are not all trainings");
    IllegalArgumentException other =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                tiny("a")
                    .phases(1)
                    .iterationsOfCopies(3, 7)
                    .dataSeeds(7, 7)
                    .build()
                    .run(trained(Kind.NETWORK)));
    assertTrue(other.getMessage().contains("iterationsOfCopies [3, 6]"), other.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theSoupOfEqualModelsIsTheModelWhateverTheOrder(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 1);
    PrunableModel view = PrunableModel.ofAny(model);
    for (int parts : new int[] {1, 3, 7}) {
      PrunableModel soup = Soup.average(java.util.Collections.nCopies(parts, view));
      assertEquals(Training.bits(model), Training.bits(soup.unwrap()));
    }
    PrunableModel other = view.copy();
    Training.fit(other.unwrap(), 1);
    assertEquals(
        Training.bits(Soup.average(List.of(view, other)).unwrap()),
        Training.bits(Soup.average(List.of(other, view)).unwrap()));
  }

  @Test
  void aConvexLossOfTheSoupIsBelowTheMean() {
    DataSet data = new DataSet(Nd4j.rand(DataType.DOUBLE, 9, 2), Nd4j.rand(DataType.DOUBLE, 9, 3));
    List<PrunableModel> parts = List.of(model(A), model(B), model(C));
    double mean =
        parts.stream()
            .mapToDouble(p -> ((MultiLayerNetwork) p.unwrap()).score(data))
            .average()
            .orElseThrow();
    double soup = ((MultiLayerNetwork) Soup.average(parts).unwrap()).score(data);
    assertTrue(soup < mean, soup + " " + mean);
  }

  @Test
  void modelsOfOtherShapesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Soup.average(List.of()));
    PrunableModel other = PrunableModel.of(Toys.decayed(new Sgd(0.1)));
    IllegalArgumentException shape =
        assertThrows(IllegalArgumentException.class, () -> Soup.average(List.of(model(A), other)));
    assertTrue(shape.getMessage().contains("0_W [2, 3] of a OutputLayer"), shape.getMessage());
    PrunableModel graph = PrunableModel.of(linear(A).toComputationGraph());
    IllegalArgumentException kind =
        assertThrows(IllegalArgumentException.class, () -> Soup.average(List.of(model(A), graph)));
    assertTrue(kind.getMessage().contains("and a ComputationGraph"), kind.getMessage());
  }

  private SparseModelSoupBuilder tiny(String directory) {
    return SparseModelSoup.builder()
        .trainer(TrainerTest.trainer(DataType.FLOAT))
        .evaluate(SoupTest::score)
        .directory(folder.resolve(directory))
        .sparsity(0.9)
        .phases(2)
        .copies(2)
        .iterations(4)
        .seed(3);
  }

  private static double score(Object model) {
    return -PrunableModel.ofAny(model).blocks().stream()
        .mapToDouble(block -> block.values().norm2Number().doubleValue())
        .sum();
  }

  private static Object trained(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 2);
    return model;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everySoupHasExactlyTheMaskOfItsCopies(Kind kind) {
    Object dense = trained(kind);
    List<Long> before = Training.bits(dense);
    SoupResult result = tiny("a").build().run(dense);
    assertEquals(before, Training.bits(dense));
    assertEquals(6, result.steps().size());
    for (int phase = 1; phase <= 2; phase++) {
      SoupStep soup = result.soup(phase);
      double asked = phase == 2 ? 0.9 : 1 - Math.sqrt(0.1);
      assertEquals(Counts.zeros(asked, soup.weights()), soup.zeros());
      result.copies(phase).forEach(copy -> assertEquals(soup.zeros(), copy.zeros()));
      assertEquals(List.of(1, 2), soup.chosen());
      assertTrue(soup.distance() > 0);
    }
    List<Long> bits = Training.bits(result.model());
    result.pruned().masks().applyToValues();
    assertEquals(bits, Training.bits(result.model()));
    assertEquals(
        result.soup(2).zeros(),
        result.soup(2).weights() - PackedMasks.of(result.pruned().masks()).kept());
    assertEquals(result.soup(2).score(), score(result.model()));
  }

  /** In the middle of trainings, and in evaluations, those of the greedy soup included. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void killedAnywhereItEndsAtTheSameBits(Kind kind) throws IOException {
    Object dense = trained(kind);
    SoupResult whole = tiny("whole").greedy(SoupTest::score).build().run(dense);
    int killed = 0;
    for (boolean died = true; died; killed += 5) {
      AtomicInteger left = new AtomicInteger(killed);
      Runnable maybe =
          () -> {
            if (left.getAndDecrement() == 0) {
              throw new IllegalStateException("killed");
            }
          };
      ToDoubleFunction<Object> dyingScore =
          model -> {
            maybe.run();
            return score(model);
          };
      Trainer inner = TrainerTest.trainer(DataType.FLOAT);
      Trainer dyingTrainer =
          (model, span) -> {
            PrunableModel view = PrunableModel.ofAny(model);
            List<Object> listeners = new ArrayList<>(view.listeners());
            listeners.add(Training.eachStep(model, step -> maybe.run()));
            ModelTraining.setListeners(view, listeners);
            return inner.train(model, span);
          };
      String name = "killed" + killed;
      SparseModelSoupBuilder dying =
          tiny(name).greedy(dyingScore).evaluate(dyingScore).trainer(dyingTrainer);
      try {
        dying.build().run(dense);
        died = false;
      } catch (IllegalStateException e) {
        assertEquals("killed", e.getMessage());
      }
      SoupResult resumed = tiny(name).greedy(SoupTest::score).build().run(dense);
      assertEquals(whole.steps(), resumed.steps());
      assertEquals(Training.bits(whole.model()), Training.bits(resumed.model()));
      for (String file : List.of("copy-1-2.bin", "soup-1.bin", "copy-2-1.bin", "soup-2.bin")) {
        assertEquals(
            -1,
            Files.mismatch(
                folder.resolve("whole").resolve(file), folder.resolve(name).resolve(file)));
      }
    }
    // Two phases of two copies, four steps each, and their evaluations.
    assertTrue(killed > 20, "" + killed);
  }

  /** With dropout, so that random numbers matter. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void workersSideBySideEndAtTheBitsOfOne(Kind kind) throws IOException {
    Object dense = TrainedInParts.model(kind, "adam");
    Training.fit(dense, 1);
    SoupResult one = tiny("one").copies(3).build().run(dense);
    Set<String> threads = ConcurrentHashMap.newKeySet();
    SparseModelSoupBuilder wide =
        tiny("three")
            .copies(3)
            .workers(3)
            .prepare((model, copy) -> threads.add(Thread.currentThread().getName()));
    SoupResult three = wide.build().run(dense);
    // Three in each of the two phases.
    assertEquals(6, threads.size(), threads.toString());
    assertFalse(threads.contains(Thread.currentThread().getName()));
    assertEquals(one.steps(), three.steps());
    assertEquals(Training.bits(one.model()), Training.bits(three.model()));
    for (String file : List.of("copy-1-1.bin", "copy-1-2.bin", "copy-2-3.bin", "soup-2.bin")) {
      assertEquals(
          -1, Files.mismatch(folder.resolve("one/" + file), folder.resolve("three/" + file)));
    }
  }

  @Test
  void aWorkerThatFailsLeavesTheOthersFinishedAndItsCopyIsTrainedAnew() {
    Object dense = trained(Kind.NETWORK);
    SoupResult whole = tiny("whole").copies(3).phases(1).build().run(dense);
    SparseModelSoupBuilder failing =
        tiny("a")
            .copies(3)
            .phases(1)
            .workers(3)
            .prepare(
                (model, copy) -> {
                  if (copy == 2) {
                    // So that the others have begun.
                    waitForFiles(2);
                    throw new IllegalStateException("copy 2 fails");
                  }
                });
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> failing.build().run(dense));
    assertEquals("copy 2 fails", failure.getMessage());
    AtomicInteger trainings = new AtomicInteger();
    Trainer trainer = TrainerTest.trainer(DataType.FLOAT);
    SoupResult resumed =
        tiny("a")
            .copies(3)
            .phases(1)
            .workers(2)
            .trainer(
                (model, span) -> {
                  trainings.incrementAndGet();
                  return trainer.train(model, span);
                })
            .build()
            .run(dense);
    assertEquals(1, trainings.get());
    assertEquals(whole.steps(), resumed.steps());
    assertEquals(Training.bits(whole.model()), Training.bits(resumed.model()));
  }

  private void waitForFiles(int copies) {
    for (int tries = 0; tries < 1000; tries++) {
      String[] files =
          folder.resolve("a").toFile().list((directory, name) -> name.startsWith("copy-"));
      if (files != null && files.length == copies) {
        return;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
    throw new IllegalStateException("the other copies did not end");
  }

  @Test
  void theBarrierIsMeasuredOnRequestAndASoupBelowItsCopiesIsWarnedOf() {
    Object dense = trained(Kind.NETWORK);
    SoupResult plain = tiny("a").phases(1).build().run(dense);
    assertTrue(Double.isNaN(plain.soup(1).spread().barrier()));
    AtomicInteger evaluations = new AtomicInteger();
    // The eleven points of the line come before the soup, and after two copies.
    double[] scores = {2, 3, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 3, 1.5};
    SoupResult[] measured = new SoupResult[1];
    List<String> warnings =
        Training.warnings(
            SparseModelSoup.class,
            () ->
                measured[0] =
                    tiny("b")
                        .phases(1)
                        .measureBarrier()
                        .evaluate(model -> scores[evaluations.getAndIncrement()])
                        .build()
                        .run(dense));
    assertEquals(14, evaluations.get());
    SoupStep soup = measured[0].soup(1);
    assertEquals(1.5, soup.spread().barrier(), 1e-12);
    assertEquals(plain.soup(1).spread().distances(), soup.spread().distances());
    assertTrue(measured[0].toText().contains("barrier 1.5000"), measured[0].toText());
    assertTrue(warnings.stream().anyMatch(w -> w.contains("different basins")), "" + warnings);
  }

  @Test
  void oneCopyIsPruningAndRetraining() {
    List<Span> spans = new ArrayList<>();
    Trainer trainer = TrainerTest.trainer(DataType.FLOAT);
    Object dense = trained(Kind.NETWORK);
    SoupResult result =
        tiny("a")
            .copies(1)
            .phases(1)
            .trainer(
                (model, span) -> {
                  spans.add(span);
                  return trainer.train(model, span);
                })
            .build()
            .run(dense);
    PrunableModel byHand = PrunableModel.ofAny(dense).copy();
    Pruned chosen = Pruner.of(dense).sparsity(0.9).prune();
    byHand.updaterStates().forEach(state -> state.array().assign(state.initialValue()));
    ModelTraining.setCounts(byHand, 0, 0);
    Pruned masked = Rewinding.mask(byHand, PackedMasks.of(chosen.masks()));
    Rewinding.train(masked, trainer, spans.get(0));
    assertEquals(1, spans.size());
    assertEquals(Training.bits(byHand.unwrap()), Training.bits(result.model()));
  }

  @Test
  void aCopyThatDivergesIsLeftOut() {
    AtomicInteger calls = new AtomicInteger();
    Trainer inner = TrainerTest.trainer(DataType.FLOAT);
    Trainer diverging =
        (model, span) -> {
          inner.train(model, span);
          if (calls.incrementAndGet() == 1) {
            ((MultiLayerNetwork) model).getParam("1_b").assign(Double.NaN);
          }
          return model;
        };
    Object dense = trained(Kind.NETWORK);
    SoupResult result = tiny("a").trainer(diverging).build().run(dense);
    assertEquals(List.of(2), result.soup(1).chosen());
    assertTrue(Double.isNaN(result.copies(1).get(0).score()));
    Trainer worse =
        (model, span) -> {
          inner.train(model, span);
          ((MultiLayerNetwork) model).getParam("1_b").assign(Double.NaN);
          return model;
        };
    IllegalStateException none =
        assertThrows(
            IllegalStateException.class, () -> tiny("b").trainer(worse).build().run(dense));
    assertTrue(none.getMessage().contains("All copies of phase 1"), none.getMessage());
  }

  @Test
  void greedyIsNeverBelowItsBestCopyAndPrepareIsCalled() {
    List<Integer> prepared = new ArrayList<>();
    SoupResult result =
        tiny("a")
            .copies(3)
            .greedy(SoupTest::score)
            .prepare((model, copy) -> prepared.add(copy))
            .dataSeeds(1, 1, 2)
            .build()
            .run(trained(Kind.NETWORK));
    for (int phase = 1; phase <= 2; phase++) {
      double best = result.copies(phase).stream().mapToDouble(SoupStep::score).max().orElseThrow();
      assertTrue(result.soup(phase).score() >= best, result.toText());
    }
    assertEquals(List.of(1, 2, 3, 1, 2, 3), prepared);
    assertEquals(result.copies(1).get(0).score(), result.copies(1).get(1).score());
  }

  @Test
  void badSettingsAreNamed() {
    refused(tiny("a").sparsity(1), "sparsity 1.0");
    refused(tiny("a").sparsity(Double.NaN), "sparsity NaN");
    refused(tiny("a").phases(0), "0 phases");
    refused(tiny("a").copies(0), "0 copies");
    refused(tiny("a").iterations(0), "iterations 0");
    refused(tiny("a").dataSeeds(1, 1), "[1, 1] are not distinct");
    refused(tiny("a").dataSeeds(1), "dataSeeds [1] are not one for each of 2 copies");
    refused(tiny("a").workers(0), "0 workers");
    refused(tiny("a").trainer(null), "trainer(...)");
    assertThrows(IllegalArgumentException.class, () -> tiny("a").greedy(null));
  }

  private static void refused(SparseModelSoupBuilder builder, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, builder::build);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
