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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.lottery.LayerRewinding;
import org.dl4jprune.lottery.LayerTickets;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.depth.BlockSurgeon;
import org.dl4jprune.structure.depth.BypassDivergence;
import org.dl4jprune.structure.depth.RemovableBlocks;
import org.dl4jprune.structure.depth.ResidualBlocks;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.training.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Blocks removed after training, with rewinding. */
class LayerRewindingTest {
  @TempDir Path folder;

  private static final Trainer TRAINER = TrainerTest.trainer(DataType.FLOAT);
  private static final List<MultiDataSet> DATA =
      List.of(Toys.batches(DataType.FLOAT, 1).get(0).toMultiDataSet());

  /** Three residual blocks of width 8, and a learning rate that falls at every step. */
  static ComputationGraph residual(long seed) {
    GraphBuilder builder =
        Toys.base(new Adam(new StepSchedule(ScheduleType.ITERATION, 0.02, 0.8, 1)), DataType.FLOAT)
            .seed(seed)
            .graphBuilder()
            .addInputs("in")
            .addLayer("stem", new DenseLayer.Builder().nOut(8).build(), "in");
    String last = "stem";
    for (int i = 1; i <= 3; i++) {
      builder.addLayer("dense" + i, new DenseLayer.Builder().nOut(8).build(), last);
      builder.addVertex(
          "add" + i, new ElementWiseVertex(ElementWiseVertex.Op.Add), "dense" + i, last);
      last = "add" + i;
    }
    builder.addLayer(
        "out",
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build(),
        last);
    ComputationGraph graph =
        new ComputationGraph(
            builder.setOutputs("out").setInputTypes(InputType.feedForward(12)).build());
    graph.init();
    return graph;
  }

  private static SameDiff sameDiff() {
    Nd4j.getRandom().setSeed(3);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("in", DataType.FLOAT, -1, 12);
    SDVariable label = sd.placeHolder("label", DataType.FLOAT, -1, 3);
    SDVariable h = x.mmul(sd.var("stem", Nd4j.randn(DataType.FLOAT, 12, 8).muli(0.3)));
    for (int i = 1; i <= 3; i++) {
      SDVariable w = sd.var("w" + i, Nd4j.randn(DataType.FLOAT, 8, 8).muli(0.3));
      h = sd.math().tanh(h.mmul(w)).add("add" + i, h);
    }
    SDVariable w = sd.var("w", Nd4j.randn(DataType.FLOAT, 8, 3).muli(0.3));
    sd.loss.softmaxCrossEntropy("loss", label, h.mmul("logits", w), null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return sd;
  }

  private LayerRewinding rewinding() {
    return rewinding("a", TRAINER);
  }

  private LayerRewinding rewinding(String directory, Trainer trainer) {
    return LayerRewinding.of(LayerRewindingTest::residual, trainer)
        .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(1))
        .evaluate(LayerRewindingTest::score)
        .directory(folder.resolve(directory))
        .iterations(12)
        .seed(4);
  }

  /** Any number that follows from all weights. */
  private static double score(Object model) {
    return PrunableModel.ofAny(model).blocks().stream()
        .mapToDouble(block -> block.values().norm2Number().doubleValue())
        .sum();
  }

  @Test
  void everyTicketIsTheCutSnapshotTrainedToTheEnd() {
    LayerTickets tickets = rewinding().rewindTo(0, 3, 7).run();
    assertEquals(1, tickets.report().removed().size());
    assertEquals(List.of(0L, 3L, 7L), List.copyOf(tickets.tickets().keySet()));
    List<List<Long>> found = new ArrayList<>();
    tickets
        .tickets()
        .forEach(
            (point, ticket) -> {
              PrunableModel byHand = PrunableModel.of(residual(4));
              if (point > 0) {
                train(byHand, 0, point);
              }
              RemovableBlocks blocks = ResidualBlocks.of(byHand.unwrap());
              PrunableModel cut =
                  new BlockSurgeon(blocks)
                      .remove(
                          blocks.blocks().stream()
                              .filter(b -> tickets.report().removed().contains(b.name()))
                              .toList());
              train(cut, point, 12);
              assertEquals(Training.bits(cut.unwrap()), Training.bits(ticket.unwrap()));
              assertEquals(12, ticket.iteration());
              found.add(Training.bits(ticket.unwrap()));
            });
    assertNotEquals(found.get(0), found.get(1));
    PrunableModel plain = PrunableModel.of(residual(4));
    train(plain, 0, 12);
    assertEquals(Training.bits(plain.unwrap()), Training.bits(tickets.dense().unwrap()));
  }

  private static void train(PrunableModel model, long from, long to) {
    Supervision.train(TRAINER, model, new Span(from, to, 4), List.of(), null);
  }

  @Test
  void theRandomControlBeginsWithOtherWeightsAtTheSameLearningRate() {
    List<Span> spans = new ArrayList<>();
    Trainer recording =
        (model, span) -> {
          spans.add(span);
          return TRAINER.train(model, span);
        };
    LayerTickets tickets =
        rewinding("random", recording)
            .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(2))
            .rewindTo(7)
            .randomReinitialisation()
            .run();
    assertEquals(List.of(0L, 7L, 7L), spans.stream().map(Span::from).toList());
    assertEquals(List.of(7L, 12L, 12L), spans.stream().map(Span::to).toList());
    assertNotEquals(spans.get(0).seed(), spans.get(2).seed());
    PrunableModel ticket = tickets.tickets().get(7L);
    assertEquals(2, tickets.report().removed().size());
    assertTrue(ticket.parameters().size() < tickets.dense().parameters().size());
    assertNotEquals(
        Training.bits(rewinding("kept", TRAINER).rewindTo(7).run().tickets().get(7L).unwrap()),
        Training.bits(ticket.unwrap()));
  }

  @Test
  void sameDiffGraphsGoBackToo() {
    LayerTickets tickets = graphs("a", TRAINER).run();
    assertEquals(2, tickets.tickets().size());
    for (PrunableModel ticket : tickets.tickets().values()) {
      assertEquals(4, ticket.parameters().size());
      assertEquals(6, ticket.iteration());
    }
    assertNotEquals(
        Training.bits(tickets.tickets().get(0L).unwrap()),
        Training.bits(tickets.tickets().get(2L).unwrap()));
  }

  private LayerRewinding graphs(String directory, Trainer trainer) {
    return LayerRewinding.of(seed -> sameDiff(), trainer)
        .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(1))
        .evaluate(LayerRewindingTest::score)
        .directory(folder.resolve(directory))
        .iterations(6)
        .rewindTo(0, 2);
  }

  private LayerRewinding killable(int kind, String directory, Trainer trainer) {
    return switch (kind) {
      case 0 -> rewinding(directory, trainer).rewindTo(0, 3);
      case 1 -> rewinding(directory, trainer).rewindTo(2, 3).randomReinitialisation();
      default -> graphs(directory, trainer);
    };
  }

  /** In the middle of trainings, and in the evaluations after them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void killedAnywhereItEndsAtTheSameBits(int kind) throws IOException {
    LayerTickets whole = killable(kind, "whole", TRAINER).run();
    int killed = 0;
    for (boolean died = true; died; killed += 7) {
      AtomicInteger left = new AtomicInteger(killed);
      String name = "killed" + killed;
      Runnable maybe =
          () -> {
            if (left.getAndDecrement() == 0) {
              throw new IllegalStateException("killed");
            }
          };
      LayerRewinding dying =
          killable(kind, name, dying(maybe))
              .evaluate(
                  model -> {
                    maybe.run();
                    return score(model);
                  });
      try {
        dying.run();
        died = false;
      } catch (IllegalStateException e) {
        assertEquals("killed", e.getMessage());
      }
      Nd4j.getRandom().setSeed(killed);
      LayerTickets resumed = killable(kind, name, TRAINER).run();
      assertEquals(whole.scores(), resumed.scores(), name);
      assertEquals(whole.report(), resumed.report(), name);
      assertEquals(whole.denseScore(), resumed.denseScore(), name);
      whole
          .tickets()
          .forEach(
              (point, ticket) ->
                  assertEquals(
                      Training.bits(ticket.unwrap()),
                      Training.bits(resumed.tickets().get(point).unwrap()),
                      name));
      for (String file : files(folder.resolve("whole"))) {
        Path same = folder.resolve("whole").resolve(file);
        assertEquals(-1, Files.mismatch(same, folder.resolve(name).resolve(file)), name + file);
      }
    }
    // At least once in each training.
    assertTrue(killed >= 4 * 7, "" + killed);
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Dies in the middle of a fit. */
  private static Trainer dying(Runnable maybe) {
    return (model, span) -> {
      PrunableModel view = PrunableModel.ofAny(model);
      ModelTraining.setListeners(view, List.of(Training.eachStep(model, step -> maybe.run())));
      return TRAINER.train(model, span);
    };
  }

  /** Dropout, and the seed for which ND4J takes the clock. */
  @Test
  void theSeedZeroIsASeedToo() {
    List<List<Long>> bits = new ArrayList<>();
    for (String directory : List.of("a", "b")) {
      LayerTickets tickets =
          LayerRewinding.of(seed -> noisy(), TRAINER)
              .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(1))
              .evaluate(LayerRewindingTest::score)
              .directory(folder.resolve(directory))
              .iterations(4)
              .seed(0)
              .run();
      bits.add(Training.bits(tickets.tickets().get(0L).unwrap()));
    }
    assertEquals(bits.get(0), bits.get(1));
  }

  private static ComputationGraph noisy() {
    ComputationGraph graph = residual(1);
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof DenseLayer dense) {
        dense.setIDropout(new Dropout(0.5));
      }
    }
    return graph;
  }

  @Test
  void whatIsFinishedIsNotTrainedAgainAndOtherBlocksAreRefused() {
    LayerTickets first = rewinding().rewindTo(3).run();
    LayerTickets again = rewinding("a", LayerRewindingTest::forbidden).rewindTo(3).run();
    assertEquals(first.scores(), again.scores());
    assertEquals(Training.bits(first.dense().unwrap()), Training.bits(again.dense().unwrap()));
    refused(
        rewinding("a", LayerRewindingTest::forbidden)
            .rewindTo(3)
            .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(2)),
        "holds tickets without " + first.report().removed());
    refused(rewinding("a", LayerRewindingTest::forbidden).rewindTo(2), "rewindTo [3], not [2]");
  }

  private static Object forbidden(Object model, Span span) {
    throw new AssertionError("trained");
  }

  @Test
  void aTicketIsComparedWithTheDenseNetwork() {
    double[] scores = {0.5, 0.25, 0.625};
    AtomicInteger next = new AtomicInteger();
    LayerTickets tickets =
        rewinding().rewindTo(0, 3).evaluate(model -> scores[next.getAndIncrement()]).run();
    assertEquals(0.5, tickets.denseScore());
    assertEquals(-0.25, tickets.difference(0));
    assertEquals(0.125, tickets.difference(3));
    assertFalse(tickets.winning(0, 0));
    assertTrue(tickets.winning(0, 0.25));
    assertTrue(tickets.winning(3, 0));
    assertTrue(tickets.toText().contains("%+.4f".formatted(-0.25)), tickets.toText());
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> tickets.difference(7));
    assertTrue(none.getMessage().contains("there are [0, 3]"), none.getMessage());
  }

  @Test
  void aTicketThatDivergesNeverWinsAndADenseNetworkThatDoesIsNamed() {
    AtomicInteger calls = new AtomicInteger();
    // To 0 nothing is trained, so the dense network takes one call to 3 and one to 12.
    LayerTickets tickets = rewinding("a", diverging(calls, 3)).rewindTo(0, 3).run();
    assertTrue(Double.isNaN(tickets.scores().get(0L)));
    assertFalse(tickets.winning(0, 100));
    assertTrue(Double.isFinite(tickets.scores().get(3L)));
    calls.set(0);
    IllegalStateException dense =
        assertThrows(
            IllegalStateException.class,
            () -> rewinding("b", diverging(calls, 2)).rewindTo(0, 3).run());
    assertTrue(dense.getMessage().contains("trained weights of out_b"), dense.getMessage());
  }

  private static Trainer diverging(AtomicInteger calls, int at) {
    return (model, span) -> {
      TRAINER.train(model, span);
      if (calls.incrementAndGet() == at) {
        ((ComputationGraph) model).getParam("out_b").assign(Double.NaN);
      }
      return model;
    };
  }

  @Test
  void badSettingsAreNamedBeforeAnyTraining() {
    Supplier<LayerRewinding> untrained = () -> rewinding("a", LayerRewindingTest::forbidden);
    refused(untrained.get().rewindTo(12), "rewindTo [12] has no step that is left of 12");
    refused(untrained.get().rewindTo(-1), "rewindTo [-1]");
    refused(untrained.get().rewindTo(), "rewindTo []");
    refused(
        LayerRewinding.of(LayerRewindingTest::residual, TRAINER).iterations(3), "Say what goes");
    refused(untrained.get().evaluate(null), "evaluate(model -> ...)");
    refused(untrained.get().directory(null), "directory(...)");
    refused(untrained.get().lottery(l -> l.data(DATA).blocks(4)), "4 blocks cannot be removed");
    refused(untrained.get().lottery(l -> l.blocks(1).criterion(new BypassDivergence())), "data");
    refused(untrained.get().lottery(l -> l.data(DATA).untilMacs(0.01)), "cannot be reached");
    refused(
        LayerRewinding.of(seed -> residual(1), LayerRewindingTest::forbidden)
            .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(1))
            .evaluate(model -> 0)
            .directory(folder.resolve("a"))
            .iterations(3)
            .randomReinitialisation(),
        "let its initial weights follow from the seed");
    assertFalse(Files.exists(folder.resolve("a")));
  }

  private static void refused(LayerRewinding rewinding, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, rewinding::run);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
