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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.merge.Ensemble;
import org.dl4jprune.merge.Soup;
import org.dl4jprune.merge.SoupResult;
import org.dl4jprune.merge.SoupStep;
import org.dl4jprune.merge.SparseModelSoup;
import org.dl4jprune.merge.SparseModelSoupBuilder;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.LoggerFactory;

/** Soups as a procedure: phases, copies, files, and what they are compared with. */
class SoupTest {
  @TempDir Path folder;

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
