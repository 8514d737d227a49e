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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.lottery.LayerRewinding;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.depth.BlockSurgeon;
import org.dl4jprune.structure.depth.BypassDivergence;
import org.dl4jprune.structure.depth.RemovableBlocks;
import org.dl4jprune.structure.depth.ResidualBlocks;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.training.Trainer;
import org.junit.jupiter.api.Test;
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

  private static LayerRewinding rewinding() {
    return LayerRewinding.of(LayerRewindingTest::residual, TRAINER)
        .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(1))
        .iterations(12)
        .seed(4);
  }

  @Test
  void everyTicketIsTheCutSnapshotTrainedToTheEnd() {
    LayerRewinding.Tickets tickets = rewinding().rewindTo(0, 3, 7).run();
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
    LayerRewinding.Tickets tickets =
        LayerRewinding.of(LayerRewindingTest::residual, recording)
            .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(2))
            .iterations(12)
            .rewindTo(7)
            .randomReinitialisation()
            .seed(4)
            .run();
    assertEquals(List.of(0L, 7L, 7L), spans.stream().map(Span::from).toList());
    assertEquals(List.of(7L, 12L, 12L), spans.stream().map(Span::to).toList());
    assertNotEquals(spans.get(0).seed(), spans.get(2).seed());
    PrunableModel ticket = tickets.tickets().get(7L);
    assertEquals(2, tickets.report().removed().size());
    assertTrue(ticket.parameters().size() < tickets.dense().parameters().size());
    assertNotEquals(
        Training.bits(rewinding().rewindTo(7).run().tickets().get(7L).unwrap()),
        Training.bits(ticket.unwrap()));
  }

  @Test
  void sameDiffGraphsGoBackToo() {
    LayerRewinding.Tickets tickets =
        LayerRewinding.of(seed -> sameDiff(), TRAINER)
            .lottery(l -> l.criterion(new BypassDivergence()).data(DATA).blocks(1))
            .iterations(6)
            .rewindTo(0, 2)
            .run();
    assertEquals(2, tickets.tickets().size());
    for (PrunableModel ticket : tickets.tickets().values()) {
      assertEquals(4, ticket.parameters().size());
      assertEquals(6, ticket.iteration());
    }
    assertNotEquals(
        Training.bits(tickets.tickets().get(0L).unwrap()),
        Training.bits(tickets.tickets().get(2L).unwrap()));
  }

  @Test
  void badSettingsAreNamed() {
    refused(rewinding().rewindTo(12), "rewindTo [12] has no step that is left of 12");
    refused(rewinding().rewindTo(-1), "rewindTo [-1]");
    refused(rewinding().rewindTo(), "rewindTo []");
    refused(
        LayerRewinding.of(LayerRewindingTest::residual, TRAINER).iterations(3), "Say what goes");
    refused(rewinding().lottery(l -> l.data(DATA).blocks(4)), "4 blocks cannot be removed");
  }

  private static void refused(LayerRewinding rewinding, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, rewinding::run);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
