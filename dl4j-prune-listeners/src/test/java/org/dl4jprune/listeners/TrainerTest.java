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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.ProcedureLog;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.slf4j.LoggerFactory;

/** Trainers stop and start exactly, and one that does something else is found out. */
class TrainerTest {
  /** Five batches in an order that follows from the seed; seed 0 is the order of Training.fit. */
  static DataSetIterator ordered(DataType type, long seed) {
    List<DataSet> batches = new ArrayList<>(Toys.batches(type, Training.BATCHES));
    if (seed != 0) {
      Collections.shuffle(batches, new Random(seed));
    }
    return new ExistingDataSetIterator(batches);
  }

  static Trainer trainer(DataType type) {
    return Trainer.onDataSets(seed -> ordered(type, seed));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aTrainingInPiecesIsTheSameTraining(Kind kind) {
    Object whole = kind.make();
    Training.fit(whole, 3);
    Object pieces = kind.make();
    PrunableModel view = PrunableModel.ofAny(pieces);
    long[] ends = {0, 2, 5, 6, 13, 15};
    for (int i = 1; i < ends.length; i++) {
      Span span = new Span(ends[i - 1], ends[i], 0);
      Supervision.train(trainer(DataType.FLOAT), view, span, List.of(), null);
      assertEquals(ends[i], view.iteration());
      assertEquals(ends[i] / Training.BATCHES, view.epoch());
    }
    assertEquals(Training.bits(whole), Training.bits(pieces));
    assertTrue(view.listeners().isEmpty());
  }

  @Test
  void truncatedBackpropagationIsRefusedBeforeItTrains() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new LSTM.Builder().nIn(2).nOut(3).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(2).build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(2)
                .build());
    network.init();
    ComputationGraph graph = network.toComputationGraph();
    // DL4J's conversion drops the kind of backpropagation.
    graph.getConfiguration().setBackpropType(BackpropType.TruncatedBPTT);
    for (Object model : List.of(network, graph)) {
      PrunableModel view = PrunableModel.ofAny(model);
      INDArray before = view.blocks().get(0).values().dup();
      Trainer trainer = trainer(DataType.FLOAT);
      Span span = new Span(0, 1, 0);
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> Supervision.train(trainer, view, span, List.of(), null));
      assertTrue(refusal.getMessage().contains("truncated"), refusal.getMessage());
      assertEquals(before, view.blocks().get(0).values());
      assertEquals(0, view.iteration());
    }
  }

  @Test
  void theProceduresListenersSeeEachStepAndAreTakenOff() {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    PrunableModel view = PrunableModel.of(network);
    List<Long> steps = new ArrayList<>();
    Object listener = Training.eachStep(network, steps::add);
    Supervision.train(trainer(DataType.FLOAT), view, new Span(3, 7, 0), List.of(listener), null);
    assertEquals(List.of(4L, 5L, 6L, 7L), steps);
    assertTrue(network.getListeners().isEmpty());
    assertThrows(
        IllegalArgumentException.class,
        () -> ModelTraining.setListeners(view, List.of("no listener")));
  }

  @Test
  void whatATrainerChangedIsNamed() {
    PrunableModel view = PrunableModel.of(Toys.mlp(new Adam(1e-2), DataType.FLOAT));
    Object other = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    refused(view, (m, s) -> null, "returned null");
    refused(view, (m, s) -> ((MultiLayerNetwork) m).toComputationGraph(), "a ComputationGraph");
    refused(view, (m, s) -> Toys.decayed(new Adam()), "1_W has shape [20, 3]");
    refused(view, (m, s) -> Toys.convolutional(), "0_W has shape");
    refused(view, (m, s) -> other, "returned another MultiLayerNetwork");
    refused(view, (m, s) -> m, "from iteration 0 to 4 and left the model at 0");
    refused(
        view,
        (m, s) -> {
          ((MultiLayerNetwork) m).fit(ordered(DataType.FLOAT, 0));
          return m;
        },
        "left the model at 5");
  }

  private static void refused(PrunableModel model, Trainer trainer, String why) {
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> Supervision.train(trainer, model, new Span(0, 4, 0), List.of(), null));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  @Test
  void aTrainerThatTakesTheListenersOffIsFoundOut() {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    Pruned half = Pruner.of(network).sparsity(0.5).prune();
    PackedMasks mask = PackedMasks.of(half.masks());
    Pruned pruned = Rewinding.mask(PrunableModel.of(network), mask);
    Trainer careless =
        (model, span) -> {
          ((MultiLayerNetwork) model).setListeners();
          return trainer(DataType.FLOAT).train(model, span);
        };
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> Rewinding.train(pruned, careless, new Span(0, 3, 0)));
    assertTrue(refusal.getMessage().contains("dead weights of 0_W"), refusal.getMessage());
  }

  @Test
  void dataThatCannotBeRepeatedAreRefused() {
    PrunableModel view = PrunableModel.of(Toys.mlp(new Adam(1e-2), DataType.FLOAT));
    DataSetIterator one = ordered(DataType.FLOAT, 0);
    Random random = new Random(3);
    List<Trainer> trainers =
        List.of(
            Trainer.onDataSets(seed -> ordered(DataType.FLOAT, random.nextLong())),
            Trainer.onDataSets(seed -> new ExistingDataSetIterator(List.of())),
            Trainer.onMultiDataSets(seed -> null));
    for (Trainer trainer : trainers) {
      assertThrows(
          IllegalArgumentException.class, () -> trainer.train(view.unwrap(), new Span(0, 1, 0)));
    }
    org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter same =
        new org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter(one);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Trainer.onMultiDataSets(seed -> same).train(view.unwrap(), new Span(0, 1, 0)));
    assertTrue(refusal.getMessage().contains("the same one twice"), refusal.getMessage());
    assertEquals(0, view.iteration());
  }

  /** Dropout sees the same random numbers, whatever making and skipping data draws. */
  @Test
  void makingDataDoesNotDisturbTheRandomNumbersOfTheTraining() {
    Trainer plain = trainer(DataType.DOUBLE);
    Trainer drawing =
        Trainer.onDataSets(
            seed -> {
              Nd4j.rand(3, 3);
              return ordered(DataType.DOUBLE, seed);
            });
    List<List<Long>> bits = new ArrayList<>();
    // The first use of a trainer makes the data more often.
    for (Trainer trainer : List.of(plain, drawing, drawing)) {
      MultiLayerNetwork network = Toys.regularised(new Adam(1e-2));
      Nd4j.getRandom().setSeed(3);
      trainer.train(network, new Span(0, 4, 1));
      bits.add(Training.bits(network));
    }
    assertEquals(bits.get(0), bits.get(1));
    assertEquals(bits.get(0), bits.get(2));
  }

  @Test
  void theEstimateCountsTheStepsThatAreLeft() {
    List<String> said = new ArrayList<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ProcedureLog.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    appender.start();
    logger.addAppender(appender);
    try {
      ProcedureLog log = new ProcedureLog("P", 30, 10);
      assertEquals(Duration.ZERO, log.left());
      log.done("one", 15);
      assertTrue(log.left().compareTo(Duration.ZERO) > 0);
      log.done("two", 5);
      assertEquals(Duration.ZERO, log.left());
    } finally {
      logger.detachAppender(appender);
      logger.setLevel(before);
    }
    appender.list.forEach(event -> said.add(event.getFormattedMessage()));
    assertEquals("P: goes on after 10 of 30 training steps", said.get(0));
    assertTrue(said.get(1).startsWith("P: one; 25 of 30 training steps, about "), said.get(1));
    assertEquals("P: two; 30 of 30 training steps, about 0 s left", said.get(2));
  }

  @Test
  void aSpanGoesForward() {
    assertThrows(IllegalArgumentException.class, () -> new Span(-1, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> new Span(3, 3, 0));
    assertEquals(4, new Span(3, 7, 0).iterations());
  }
}
