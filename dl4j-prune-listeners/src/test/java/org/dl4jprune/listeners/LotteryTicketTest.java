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
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.allocation.PerLayer;
import org.dl4jprune.criterion.Snip;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.LotteryControls;
import org.dl4jprune.lottery.LotteryControls.Control;
import org.dl4jprune.lottery.LotteryResult;
import org.dl4jprune.lottery.LotteryRound;
import org.dl4jprune.lottery.LotteryTicket;
import org.dl4jprune.lottery.LotteryTicketBuilder;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.lottery.Ticket;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.slf4j.LoggerFactory;

/** Card lottery-rewinding: its worked example and its exact checks. */
class LotteryTicketTest {
  private static final int ROUNDS = 3;

  @TempDir Path folder;

  private LotteryTicketBuilder tiny(Kind kind, String directory) {
    return LotteryTicket.builder()
        .model(seed -> kind.make())
        .trainer(TrainerTest.trainer(DataType.FLOAT))
        .evaluate(LotteryTicketTest::score)
        .directory(folder.resolve(directory))
        .iterations(12)
        .rewindTo(3)
        .pruneFraction(0.5)
        .rounds(ROUNDS)
        .seed(2);
  }

  /** Any number that follows from all weights. */
  private static double score(Object model) {
    return PrunableModel.ofAny(model).blocks().stream()
        .mapToDouble(block -> block.values().norm2Number().doubleValue())
        .sum();
  }

  @Test
  void countsOfTheCardAreCumulative() {
    assertEquals(List.of(0L, 2L, 4L, 5L, 6L, 7L, 7L), zeros(10));
    assertEquals(List.of(0L, 53240L, 95832L, 129906L, 157164L, 178972L, 196417L), zeros(266_200));
  }

  private static List<Long> zeros(long weights) {
    List<Long> zeros = new ArrayList<>();
    for (int round = 0; round <= 6; round++) {
      zeros.add(Counts.zeros(1 - Math.pow(0.8, round), weights));
    }
    return zeros;
  }

  /** Two inputs, three outputs; rows of the card are inputs, as in DL4J. */
  private static MultiLayerNetwork six() {
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
    return network;
  }

  @Test
  void theWorkedExampleOfTheCard() throws IOException {
    double[][][] script = {
      {{.6, -.2, .25}, {-.1, .15, .3}},
      {{.9, -.3, .02}, {-.05, .4, .01}},
      {{1, -.1, 0}, {-.3, .35, 0}},
      {{.8, 0, 0}, {.1, .5, 0}}
    };
    AtomicInteger calls = new AtomicInteger();
    Trainer scripted =
        (model, span) -> {
          MultiLayerNetwork network = (MultiLayerNetwork) model;
          network.getParam("0_W").assign(Nd4j.create(script[calls.getAndIncrement()]));
          ModelTraining.setCounts(PrunableModel.of(network), span.to(), 0);
          return model;
        };
    LotteryResult result =
        LotteryTicket.builder()
            .model(seed -> six())
            .trainer(scripted)
            .evaluate(model -> 1)
            .directory(folder)
            .iterations(10)
            .rewindTo(1)
            .pruneFraction(0.34)
            .rounds(2)
            .build()
            .run();
    assertEquals(List.of(0L, 2L, 3L), result.rounds().stream().map(LotteryRound::zeros).toList());
    ticket(result.ticket(1), new double[][] {{.6, -.2, 0}, {-.1, .15, 0}});
    ticket(result.ticket(2), new double[][] {{.6, 0, 0}, {-.1, .15, 0}});
    assertEquals(2, result.lastMatching().orElseThrow().round());
  }

  private static void ticket(Ticket ticket, double[][] start) {
    MultiLayerNetwork network = six();
    Pruned pruned = ticket.applyTo(network);
    INDArray expected = Nd4j.create(start);
    assertEquals(0, expected.sub(network.getParam("0_W")).norm1Number().doubleValue());
    assertEquals(
        Training.bits(expected.neq(0).castTo(DataType.DOUBLE)),
        Training.bits(pruned.masks().of(pruned.masks().layout().parameters().get(0)).dup()));
    assertEquals(1, ticket.provenance().iteration());
    assertEquals(1, network.getIterationCount());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyRoundHasExactCountsAndNestedMasks(Kind kind) throws IOException {
    LotteryResult result = tiny(kind, "a").build().run();
    assertNull(result.stopped());
    assertEquals(ROUNDS + 1, result.rounds().size());
    PackedMasks before = null;
    for (int round = 1; round <= ROUNDS; round++) {
      LotteryRound done = result.rounds().get(round);
      Ticket ticket = result.ticket(round);
      assertEquals(Counts.zeros(1 - Math.pow(0.5, round), done.weights()), done.zeros());
      assertEquals(done.weights() - done.zeros(), ticket.mask().kept());
      if (before != null) {
        assertEquals(ticket.mask(), ticket.mask().and(before));
      }
      before = ticket.mask();
      // What was trained is zero exactly where the ticket is.
      Object model = kind.make();
      Rewinding.restore(
          PrunableModel.ofAny(model),
          result.trained(round),
          TrainerTest.trainer(DataType.FLOAT),
          0);
      List<Long> trained = Training.bits(model);
      Rewinding.mask(PrunableModel.ofAny(model), ticket.mask());
      assertEquals(trained, Training.bits(model));
      assertEquals(score(model), done.score());
    }
    assertTrue(
        result.toText().contains("%.4f".formatted(result.rounds().get(ROUNDS).sparsity())),
        result.toText());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theDenseRoundIsAnOrdinaryTraining(Kind kind) throws IOException {
    LotteryResult result = tiny(kind, "a").iterations(15).seed(0).rounds(1).build().run();
    Object plain = kind.make();
    Training.fit(plain, 3);
    Object dense = kind.make();
    result.trained(0).restoreValues(PrunableModel.ofAny(dense));
    assertEquals(Training.bits(plain), Training.bits(dense));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void killedAnywhereItEndsAtTheSameBits(Kind kind) throws IOException {
    LotteryResult whole = shorter(kind, "whole").build().run();
    // The dense training has two calls of the trainer, and one evaluation.
    for (int killed = 0; killed < 2 * 3 + 1; killed++) {
      String name = "killed" + killed;
      AtomicInteger left = new AtomicInteger(killed);
      Runnable maybe =
          () -> {
            if (left.getAndDecrement() == 0) {
              throw new IllegalStateException("killed");
            }
          };
      Trainer inner = TrainerTest.trainer(DataType.FLOAT);
      LotteryTicketBuilder dying =
          shorter(kind, name)
              .trainer(
                  (model, span) -> {
                    inner.train(model, span);
                    maybe.run();
                    return model;
                  })
              .evaluate(
                  model -> {
                    maybe.run();
                    return score(model);
                  });
      assertThrows(IllegalStateException.class, () -> dying.build().run(), name);
      Nd4j.getRandom().setSeed(killed);
      LotteryResult resumed = shorter(kind, name).build().run();
      assertEquals(whole.rounds(), resumed.rounds(), name);
      for (int round = 0; round <= 2; round++) {
        same(whole, resumed, "trained-%03d.bin".formatted(round));
        if (round > 0) {
          same(whole, resumed, "ticket-%03d.bin".formatted(round));
        }
      }
    }
  }

  private LotteryTicketBuilder shorter(Kind kind, String directory) {
    return tiny(kind, directory).iterations(6).rewindTo(2).rounds(2);
  }

  private static void same(LotteryResult one, LotteryResult two, String file) throws IOException {
    assertEquals(
        -1,
        Files.mismatch(one.directory().resolve(file), two.directory().resolve(file)),
        file + " of " + two.directory());
  }

  @Test
  void aFinishedLotteryTrainsNothingAndTakesMoreRounds() throws IOException {
    tiny(Kind.NETWORK, "a").build().run();
    Trainer forbidden =
        (model, span) -> {
          throw new IllegalStateException("trained again");
        };
    assertEquals(4, tiny(Kind.NETWORK, "a").trainer(forbidden).build().run().rounds().size());
    LotteryResult more = tiny(Kind.NETWORK, "a").rounds(4).build().run();
    LotteryResult atOnce = tiny(Kind.NETWORK, "b").rounds(4).build().run();
    same(atOnce, more, "trained-004.bin");
    IllegalArgumentException other =
        assertThrows(
            IllegalArgumentException.class,
            () -> tiny(Kind.NETWORK, "a").pruneFraction(0.3).build().run());
    assertTrue(other.getMessage().contains("pruneFraction 0.5, not 0.3"), other.getMessage());
  }

  @Test
  void aRoundThatTakesNothingIsNotTrained() throws IOException {
    LotteryResult result = tiny(Kind.NETWORK, "a").pruneFraction(1e-9).rounds(1).build().run();
    assertFalse(result.rounds().get(1).trained());
    assertEquals(result.dense().score(), result.rounds().get(1).score());
    assertEquals(0, result.rounds().get(1).zeros());
    same(result, result, "trained-001.bin");
    assertEquals(result.ticket(1).mask().kept(), result.rounds().get(1).weights());
  }

  @Test
  void replayAndNewOrdersDiffer() throws IOException {
    LotteryResult fresh = tiny(Kind.NETWORK, "a").rounds(1).build().run();
    LotteryResult replay = tiny(Kind.NETWORK, "b").rounds(1).replayData().build().run();
    same(fresh, replay, "trained-000.bin");
    assertNotEquals(fresh.rounds().get(1).score(), replay.rounds().get(1).score());
    assertEquals(fresh.ticket(1).mask(), replay.ticket(1).mask());
  }

  @Test
  void learningRateRewindingStartsFromTheTrainedWeights() throws IOException {
    LotteryResult result =
        tiny(Kind.NETWORK, "a").mode(Rewinding.Mode.LEARNING_RATE).rounds(1).build().run();
    PrunableModel dense = PrunableModel.ofAny(Kind.NETWORK.make());
    result.trained(0).restore(dense);
    Rewinding.mask(dense, result.ticket(1).mask());
    PrunableModel ticket = PrunableModel.ofAny(Kind.NETWORK.make());
    result.ticket(1).applyTo(ticket.unwrap());
    assertEquals(Training.bits(dense.unwrap()), Training.bits(ticket.unwrap()));
    assertEquals(3, ticket.iteration());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void controlsKeepTheCountsOfTheTicket(Kind kind) throws IOException {
    List<Map<String, Long>> kept = new ArrayList<>();
    LotteryTicketBuilder builder = tiny(kind, "a").model(seed -> seeded(kind, seed)).rounds(2);
    builder.build().run();
    LotteryControls controls =
        builder
            .evaluate(
                model -> {
                  PrunableModel view = PrunableModel.ofAny(model);
                  Map<String, Long> counts = new java.util.TreeMap<>();
                  view.parameters().stream()
                      .filter(p -> p.role() == Role.WEIGHT)
                      .forEach(p -> counts.put(p.name(), nonZero(view.values(p))));
                  kept.add(counts);
                  return score(model);
                })
            .build()
            .controls();
    double reinit = controls.train(2, Control.RANDOM_REINITIALISATION);
    double random = controls.train(2, Control.RANDOM_MASK);
    assertNotEquals(reinit, random);
    assertEquals(random, controls.train(2, Control.RANDOM_MASK));
    assertEquals(kept.get(0), kept.get(1));
    LotteryControls.TicketStability stability = controls.stability(2);
    assertTrue(stability.toPruning().distance() > 0);
    assertTrue(stability.toDataOrder().distance() > 0);
    assertEquals(11, stability.line().errors().size());
    LotteryControls.TicketStability ofRandom = controls.stabilityOfRandomMask(2);
    assertTrue(ofRandom.toPruning().distance() > 0);
    assertNotEquals(stability.toPruning(), ofRandom.toPruning());
    assertEquals(ofRandom, controls.stabilityOfRandomMask(2));
  }

  /** Initial weights that follow from the seed. */
  private static Object seeded(Kind kind, long seed) {
    Object model = kind.make();
    PrunableModel.ofAny(model).blocks().forEach(b -> b.values().muli(1 + seed % 1000 / 1e4));
    return model;
  }

  @Test
  void weightsThatDoNotFollowFromTheSeedAreWarnedOf() {
    AtomicInteger made = new AtomicInteger();
    LotteryTicketBuilder builder =
        tiny(Kind.NETWORK, "a")
            .rounds(1)
            .model(seed -> seeded(Kind.NETWORK, made.incrementAndGet()));
    Class<?> speaker = LotteryTicket.class;
    List<String> warnings =
        Training.warnings(LoggerFactory.getLogger(speaker.getPackageName()), builder.build()::run);
    assertTrue(warnings.stream().anyMatch(w -> w.contains("not repeated")), "" + warnings);
    List<String> none =
        Training.warnings(
            LoggerFactory.getLogger(speaker.getPackageName()),
            tiny(Kind.NETWORK, "b").rounds(1).build()::run);
    assertTrue(none.stream().noneMatch(w -> w.contains("not repeated")), "" + none);
  }

  @Test
  void aControlOfTheSameInitialWeightsIsRefused() throws IOException {
    LotteryTicket lottery = tiny(Kind.NETWORK, "a").rounds(1).build();
    lottery.run();
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> lottery.controls().train(1, Control.RANDOM_REINITIALISATION));
    assertTrue(refusal.getMessage().contains("same weights of 0_W"), refusal.getMessage());
  }

  /** The weights that the mask was chosen from, under the mask; the steps tell the two apart. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void withoutRewindingTheTrainedWeightsGoOnForAsManySteps(Kind kind) throws IOException {
    LotteryTicketBuilder builder = tiny(kind, "a").rounds(2);
    LotteryResult result = builder.build().run();
    PrunableModel expected = PrunableModel.ofAny(kind.make());
    try (Snapshot before = result.trained(1);
        Ticket ticket = result.ticket(2)) {
      before.restoreValues(expected);
      Rewinding.mask(expected, ticket.mask()).masks().close();
    }
    List<Span> spans = new ArrayList<>();
    List<List<Long>> starts = new ArrayList<>();
    Trainer inner = TrainerTest.trainer(DataType.FLOAT);
    LotteryControls controls =
        builder
            .trainer(
                (model, span) -> {
                  // Steps that only make a graph's updaters are short.
                  if (span.iterations() == 9) {
                    spans.add(span);
                    starts.add(Training.bits(model));
                  }
                  return inner.train(model, span);
                })
            .build()
            .controls();
    double again = controls.train(2, Control.NO_REWINDING);
    double tuned = controls.train(2, Control.FINE_TUNING);
    assertEquals(List.of(3L, 12L), spans.stream().map(Span::from).toList());
    assertEquals(List.of(12L, 21L), spans.stream().map(Span::to).toList());
    List<Long> bits = Training.bits(expected.unwrap());
    assertEquals(List.of(bits, bits), starts);
    assertEquals(again, controls.train(2, Control.NO_REWINDING));
    assertNotEquals(again, tuned);
    assertNotEquals(again, result.rounds().get(2).score());
  }

  private static long nonZero(INDArray values) {
    return Training.bits(values.dup()).stream()
        .filter(b -> Double.longBitsToDouble(b) != 0)
        .count();
  }

  @Test
  void divergenceStopsAndKeepsTheRoundsBefore() {
    AtomicInteger calls = new AtomicInteger();
    Trainer inner = TrainerTest.trainer(DataType.FLOAT);
    Trainer diverging =
        (model, span) -> {
          inner.train(model, span);
          if (calls.incrementAndGet() == 4) {
            ((MultiLayerNetwork) model).getParam("1_b").assign(Double.NaN);
          }
          return model;
        };
    LotteryResult result = tiny(Kind.NETWORK, "a").trainer(diverging).build().run();
    assertEquals(2, result.rounds().size());
    assertTrue(result.stopped().contains("1_b"), result.stopped());
    assertTrue(result.toText().contains("stopped"));
    calls.set(2);
    LotteryResult none = tiny(Kind.NETWORK, "b").trainer(diverging).build().run();
    assertTrue(none.rounds().isEmpty());
    assertTrue(none.lastMatching().isEmpty());
    IllegalStateException dense = assertThrows(IllegalStateException.class, none::dense);
    assertTrue(dense.getMessage().contains("1_b"), dense.getMessage());
  }

  @Test
  void partsThatDoNotFitAreFoundBeforeTheFirstTraining() {
    Trainer forbidden =
        (model, span) -> {
          throw new AssertionError("trained");
        };
    LotteryTicketBuilder twice =
        tiny(Kind.NETWORK, "a").trainer(forbidden).pattern(new NOfM(1, 2, Axis.INPUT));
    LotteryTicketBuilder noData = tiny(Kind.NETWORK, "a").trainer(forbidden).criterion(new Snip());
    LotteryTicketBuilder unknown =
        tiny(Kind.NETWORK, "a").trainer(forbidden).allocation(new PerLayer(Map.of("9_W", 0.5)));
    Map.of(twice, "prescribes sparsity 0.5", noData, "no data", unknown, "9_W")
        .forEach(
            (builder, why) -> {
              RuntimeException refusal =
                  assertThrows(RuntimeException.class, () -> builder.build().run());
              assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
            });
    assertFalse(Files.exists(folder.resolve("a")));
  }

  /** A gradient criterion, whose data the lottery brings. */
  @Test
  void anyCriterionRanksTheTrainedWeights() throws IOException {
    List<MultiDataSet> data = List.of(Toys.batches(DataType.FLOAT, 1).get(0).toMultiDataSet());
    LotteryResult result =
        tiny(Kind.GRAPH, "a").criterion(new Snip()).data(data).rounds(1).build().run();
    Object dense = Kind.GRAPH.make();
    try (Snapshot trained = result.trained(0);
        Ticket ticket = result.ticket(1)) {
      trained.restore(PrunableModel.ofAny(dense));
      Pruned byHand = Pruner.of(dense).criterion(new Snip()).data(data).sparsity(0.5).prune();
      assertEquals(PackedMasks.of(byHand.masks()), ticket.mask());
      Pruned magnitude = Pruner.of(dense).sparsity(0.5).prune();
      assertNotEquals(PackedMasks.of(magnitude.masks()), ticket.mask());
    }
  }

  @Test
  void aLayerWithoutWeightsStopsTheLotteryUnlessAllowed() {
    Consumer<LotteryTicketBuilder> all = b -> b.model(seed -> small()).pruneFraction(0.9).rounds(2);
    LotteryTicketBuilder stopping = tiny(Kind.NETWORK, "a");
    all.accept(stopping);
    LotteryResult stopped = stopping.build().run();
    assertTrue(stopped.stopped().contains("2_W would have no weight left"), stopped.toText());
    LotteryTicketBuilder going = tiny(Kind.NETWORK, "b").allowCollapse();
    all.accept(going);
    assertEquals(3, going.build().run().rounds().size());
  }

  /** An output layer of weights so small that they go first. */
  private static MultiLayerNetwork small() {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-9), DataType.FLOAT);
    network.getParam("2_W").muli(1e-6);
    return network;
  }

  @Test
  void badSettingsAreNamed() {
    refused(tiny(Kind.NETWORK, "a").rounds(0), "0 rounds draw no ticket");
    refused(tiny(Kind.NETWORK, "a").rewindTo(12), "rewindTo 12 is no step of 12 iterations");
    refused(tiny(Kind.NETWORK, "a").rewindTo(-1), "rewindTo -1");
    refused(tiny(Kind.NETWORK, "a").rewindToShare(1), "rewindToShare 1.0");
    refused(tiny(Kind.NETWORK, "a").pruneFraction(0), "pruneFraction 0.0");
    refused(tiny(Kind.NETWORK, "a").pruneFraction(1), "pruneFraction 1.0");
    refused(tiny(Kind.NETWORK, "a").iterations(0), "iterations 0");
    refused(tiny(Kind.NETWORK, "a").tolerance(Double.NaN), "tolerance NaN");
    refused(tiny(Kind.NETWORK, "a").trainer(null), "trainer(...)");
    refused(LotteryTicket.builder(), "model(seed -> ...)");
    assertFalse(Files.exists(folder.resolve("a")));
    Object trained = Kind.NETWORK.make();
    Training.fit(trained, 1);
    IllegalArgumentException old =
        assertThrows(
            IllegalArgumentException.class,
            () -> tiny(Kind.NETWORK, "a").model(seed -> trained).build().run());
    assertTrue(old.getMessage().contains("has trained 5 iterations"), old.getMessage());
    assertFalse(Files.exists(folder.resolve("a")));
  }

  private static void refused(LotteryTicketBuilder builder, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, builder::build);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  @Test
  void aPrunedModelIsRefused() {
    Object pruning = Kind.NETWORK.make();
    ((MultiLayerNetwork) pruning)
        .setListeners(PruningListener.keeping(Pruner.of(pruning).sparsity(0.5).prune()));
    Object shrinking = Kind.NETWORK.make();
    ((MultiLayerNetwork) shrinking)
        .setListeners(IssP.builder().ratio(0.5).pruneSteps(5).build().listener());
    for (Object model : List.of(pruning, shrinking)) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> tiny(Kind.NETWORK, "a").model(seed -> model).build().run());
      assertTrue(refusal.getMessage().contains("a listener of its own"), refusal.getMessage());
    }
  }

  @Test
  void aTicketFileIsChecked() throws IOException {
    LotteryResult result = tiny(Kind.NETWORK, "a").rounds(1).build().run();
    Ticket ticket = result.ticket(1);
    assertEquals(0.5, ticket.provenance().sparsity(), 1e-3);
    assertEquals(2, ticket.provenance().seed());
    assertEquals(3, ticket.provenance().iteration());
    assertEquals("0.5", ticket.provenance().settings().get("pruneFraction"));
    Path copy = folder.resolve("copy.bin");
    ticket.save(copy);
    assertEquals(-1, Files.mismatch(copy, result.directory().resolve("ticket-001.bin")));
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length / 3] ^= 1;
    Files.write(copy, bytes);
    IllegalArgumentException damaged =
        assertThrows(IllegalArgumentException.class, () -> Ticket.load(copy));
    assertTrue(damaged.getMessage().contains("damaged"), damaged.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Snapshot.load(result.directory().resolve("ticket-001.bin")));
  }
}
