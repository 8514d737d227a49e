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
package org.dl4jprune.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.slf4j.LoggerFactory;

/** A procedure speaks in the middle of a training, and its estimate covers all trainings. */
class ProcedureLogTest {
  private final AtomicLong now = new AtomicLong();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  private List<String> said(Runnable action) {
    Logger logger = (Logger) LoggerFactory.getLogger(ProcedureLog.class);
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    appender.start();
    logger.addAppender(appender);
    try {
      action.run();
    } finally {
      logger.detachAppender(appender);
      logger.setLevel(before);
    }
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static Object model(String kind) {
    if (kind.equals("SameDiff")) {
      SameDiff graph = SameDiff.create();
      var in = graph.placeHolder("in", DataType.FLOAT, -1, 3);
      var label = graph.placeHolder("label", DataType.FLOAT, -1, 1);
      graph.loss.meanSquaredError("loss", label, in.mmul(graph.var("w", Nd4j.ones(3, 1))), null);
      graph.setLossVariables("loss");
      graph.setTrainingConfig(
          new TrainingConfig.Builder()
              .updater(new Sgd(0.1))
              .dataSetFeatureMapping("in")
              .dataSetLabelMapping("label")
              .build());
      return graph;
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    return kind.equals("graph") ? network.toComputationGraph() : network;
  }

  /** Ten seconds for each batch. */
  private ExistingDataSetIterator slow() {
    return new ExistingDataSetIterator(
        java.util.stream.Stream.generate(() -> new DataSet(Nd4j.ones(2, 3), Nd4j.ones(2, 1)))
            .limit(10)
            .map(
                batch -> {
                  now.addAndGet(TimeUnit.SECONDS.toNanos(10));
                  return batch;
                })
            .iterator());
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "graph", "SameDiff"})
  void aLongTrainingSaysTwiceAMinuteHowFarAllIs(String kind) {
    Object model = model(kind);
    Trainer trainer =
        (given, span) -> {
          if (given instanceof SameDiff graph) {
            graph.fit(slow(), 1);
          } else if (given instanceof MultiLayerNetwork network) {
            network.fit(slow());
          } else {
            ((org.deeplearning4j.nn.graph.ComputationGraph) given).fit(slow());
          }
          return given;
        };
    List<String> said =
        said(
            () -> {
              ProcedureLog log = new ProcedureLog("P", "training steps", 35, 5, now::get);
              log.watch(trainer).train(model, new Span(0, 10, 0));
              assertEquals(Duration.ofSeconds(200), log.left());
              log.done("one", 10);
              assertEquals(Duration.ofSeconds(200), log.left());
            });
    assertTrue(PrunableModel.ofAny(model).listeners().isEmpty());
    assertEquals("P: goes on after 5 of 35 training steps", said.get(0));
    assertEquals("P: one; 15 of 35 training steps, about 200 s left", said.get(said.size() - 1));
    // Batches may be drawn ahead of the steps, so the clock of a step is not exact.
    List<String> between = said.subList(1, said.size() - 1);
    assertTrue(between.size() >= 1 && between.size() <= 3, "" + between);
    assertTrue(
        between.stream().allMatch(s -> s.matches("P: training; \\d+ of 35 training steps, .*")),
        "" + between);
  }

  @Test
  void trainingsSideBySideAreCountedOnce() {
    ProcedureLog log = new ProcedureLog("P", "training steps", 40, 0, now::get);
    Trainer steps = (given, span) -> given;
    log.watch(steps).train(model("network"), new Span(0, 10, 0));
    now.addAndGet(TimeUnit.SECONDS.toNanos(20));
    // What was spared counts too.
    log.done("spared", 20);
    assertEquals(Duration.ofSeconds(20), log.left());
  }
}
