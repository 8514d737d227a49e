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
package org.dl4jprune.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Snip;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.depth.BlockCriterion;
import org.dl4jprune.structure.depth.BlockSum;
import org.dl4jprune.structure.depth.BypassDivergence;
import org.dl4jprune.structure.depth.DepthNetworks;
import org.dl4jprune.structure.depth.EqualShapeLayers;
import org.dl4jprune.structure.depth.GraspExact;
import org.dl4jprune.structure.depth.MeanActivation;
import org.dl4jprune.structure.depth.RandomBlocks;
import org.dl4jprune.structure.depth.ResidualBlocks;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class LayerLotteryTest {
  private static final List<MultiDataSet> CHAIN = DepthNetworks.chainData();
  private static final MultiDataSet IMAGES = DepthNetworks.images();

  private static double[] chainScores(BlockCriterion criterion) {
    return criterion.scores(ResidualBlocks.of(DepthNetworks.chain()), List.copyOf(CHAIN), 1);
  }

  private static List<String> removed(BlockCriterion criterion, int blocks) {
    return LayerLottery.atInitialization(DepthNetworks.chain())
        .criterion(criterion)
        .data(CHAIN)
        .blocks(blocks)
        .run()
        .report()
        .removed();
  }

  @Test
  void snipSumsOfTheCard() {
    // Snip gives shares of the sum over all weights: the card's three blocks and |v·g|.
    double all = 0.154829 + 0.296755 + 0.127181 + 0.593510;
    double[] expected = {0.154829 / all, 0.296755 / all, 0.127181 / all};
    assertArrayEquals(expected, chainScores(new BlockSum(new Snip())), 1e-6);
    assertEquals(List.of("h3"), removed(new BlockSum(new Snip()), 1));
    assertEquals(List.of("h1", "h3"), removed(new BlockSum(new Snip()), 2));
  }

  @Test
  void graspSumsOfTheCard() {
    double[] expected = {1.181563, -1.797873, 1.003842};
    double[] scores = chainScores(new BlockSum(new Grasp(1)));
    for (int i = 0; i < 3; i++) {
      assertEquals(expected[i], scores[i], 1e-4 * Math.abs(expected[i]));
    }
    assertEquals(List.of("h2"), removed(new BlockSum(new Grasp(1)), 1));
    assertEquals(List.of("h2", "h3"), removed(new BlockSum(new Grasp(1)), 2));
    // Without the sign the order would be that of SNIP.
    assertTrue(scores[2] < scores[0] && scores[0] < Math.abs(scores[1]));
    assertArrayEquals(
        Arrays.stream(scores).map(s -> s / 2).toArray(),
        chainScores(new BlockSum(new Grasp(1), true)),
        1e-12);
  }

  @Test
  void gradientsAndHessianProductOfTheCard() {
    PrunableModel model = PrunableModel.of(DepthNetworks.chain());
    Layout layout = new Layout(model.parameters());
    // a1 b1 a2 b2 a3 b3 v
    double[] gradient = {0.154829, 0.258048, 0.370944, -0.296755, 0.105984, 0.317952, 0.593510};
    double[] product = {1.224180, 1.898243, 2.309261, -1.748337, 0.911419, 2.284954, 3.920481};
    double[] weights = {0.5, 0.3, -0.4, 0.5, 0.6, 0.2, 1};
    try (Evidence evidence = Evidence.of(model, layout, List.copyOf(CHAIN), 1);
        Gradients gradients = model.gradients(CHAIN.get(0))) {
      assertEquals(0.516355, gradients.loss(), 1e-6);
      INDArray scores = new Grasp(1).scores(evidence);
      for (int i = 0; i < 7; i++) {
        Parameter parameter = model.parameters().get(i);
        assertEquals(gradient[i], gradients.of(parameter).getDouble(0), 1e-6);
        double expected = product[i] * weights[i];
        assertEquals(expected, scores.getDouble(i), 1e-4 * Math.abs(expected));
      }
    }
  }

  @Test
  void graspOverAllParametersIsTheSlopeOfTheFlowAlongTheWeights() {
    PrunableModel model = PrunableModel.of(DepthNetworks.resnet(Activation.TANH));
    Layout layout = new Layout(model.parameters().stream().filter(Parameter::trainable).toList());
    double sum;
    try (Evidence evidence = Evidence.of(model, layout, List.of(IMAGES), 1)) {
      sum = new Grasp(1).scores(evidence).sumNumber().doubleValue();
    }
    double h = 1e-5;
    double slope = (flowAt(1 + h, layout) - flowAt(1 - h, layout)) / (2 * h);
    assertEquals(slope / 2, sum, 1e-3 * Math.abs(sum));
  }

  private static double flowAt(double scale, Layout layout) {
    PrunableModel model = PrunableModel.of(DepthNetworks.resnet(Activation.TANH));
    layout.parameters().forEach(parameter -> model.values(parameter).muli(scale));
    try (Evidence evidence = Evidence.of(model, layout, List.of(IMAGES), 1)) {
      double norm = evidence.copy(evidence::gradient).norm2Number().doubleValue();
      return norm * norm;
    }
  }

  @Test
  void flowOfTheCardWithoutEachBlock() {
    double[] left = {0.090612, 3.891332, 0.144560};
    double[] expected = Arrays.stream(left).map(flow -> 0.780805 - flow).toArray();
    assertArrayEquals(expected, chainScores(new GraspExact()), 2e-6);
  }

  @Test
  void divergenceAndActivation() {
    ComputationGraph graph = DepthNetworks.resnet();
    graph.getParam("s2b2_2_bn_gamma").assign(0);
    graph.getParam("s2b2_2_bn_beta").assign(0);
    for (BlockCriterion criterion : List.of(new BypassDivergence(), new MeanActivation())) {
      double[] scores = criterion.scores(ResidualBlocks.of(graph), List.of(IMAGES), 1);
      assertEquals(0, scores[2], 1e-12);
      for (int i : new int[] {0, 1, 3}) {
        assertTrue(scores[i] > 1e-6, criterion + " " + Arrays.toString(scores));
      }
      MultiDataSet unlabelled = new MultiDataSet(IMAGES.getFeatures(), null);
      Ticket ticket =
          LayerLottery.trained(graph)
              .criterion(criterion)
              .data(List.of(unlabelled))
              .blocks(1)
              .run();
      assertEquals(List.of("s2b2_add"), ticket.report().removed());
    }
    // The mean of |b·a·x| with b·a = 0.15 and x = 1, 2.
    double[] chain = chainScores(new MeanActivation());
    assertEquals(0.15 * 1.5, chain[0], 1e-12);
    assertEquals(0.2 * 1.15 * 1.5, chain[1], 1e-12);
    double[] taylor = chainScores(new BlockSum(new Taylor()));
    double expected = Math.pow(0.5 * 0.154829, 2) + Math.pow(0.3 * 0.258048, 2);
    assertEquals(expected, taylor[0], 1e-6);
  }

  @Test
  void divergenceIsThatOfTheSoftmax() {
    SameDiff graph = DepthNetworks.sameDiff();
    double[] scores = new BypassDivergence().scores(ResidualBlocks.of(graph), List.of(IMAGES), 1);
    PrunableModel without =
        LayerLottery.trained(graph)
            .criterion(new BlockSum(new Magnitude()))
            .blocks(1)
            .run()
            .model();
    INDArray p = Nd4j.nn().softmax(PrunableModel.of(graph).logits(IMAGES)[0], 1);
    INDArray q = Nd4j.nn().softmax(without.logits(IMAGES)[0], 1);
    double divergence = 0;
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 3; j++) {
        divergence += p.getDouble(i, j) * Math.log(p.getDouble(i, j) / q.getDouble(i, j)) / 6;
      }
    }
    double closest = Double.MAX_VALUE;
    for (double score : scores) {
      closest = Math.min(closest, Math.abs(score - divergence));
    }
    assertEquals(0, closest, 1e-9);
  }

  @Test
  void theSmallestNumberOfBlocksThatReachesAShare() {
    ComputationGraph graph = DepthNetworks.resnet();
    LayerLottery lottery =
        LayerLottery.atInitialization(graph).criterion(new RandomBlocks()).data(List.of(IMAGES));
    BlockReport all = lottery.blocks(4).run().report();
    double least = (double) all.operationsAfter() / all.operationsBefore();
    Ticket ticket = lottery.untilMacs(0.6).run();
    BlockReport report = ticket.report();
    double reached = (double) report.operationsAfter() / report.operationsBefore();
    assertTrue(reached <= 0.6, report::toText);
    int gone = report.removed().size();
    BlockReport fewer = lottery.blocks(gone - 1).run().report();
    assertTrue(fewer.operationsAfter() > 0.6 * fewer.operationsBefore(), fewer::toText);
    assertEquals(
        ticket.model().parameters().stream().mapToLong(Parameter::length).sum(),
        report.parametersAfter());
    assertEquals(graph.numParams(), report.parametersBefore());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> lottery.untilMacs(least / 2).run())
            .getMessage()
            .contains("cannot be reached"));
    assertTrue(lottery.untilMacs(1).run().report().removed().isEmpty());
  }

  @Test
  void ofEqualBlocksTheEarlierIsKeptWithAWarning() {
    ComputationGraph graph = DepthNetworks.chain();
    for (int k = 1; k <= 3; k++) {
      graph.getParam("b" + k + "_W").assign(0);
      graph.getParam("a" + k + "_W").assign(0);
    }
    BlockReport report =
        LayerLottery.atInitialization(graph)
            .criterion(new Snip())
            .data(CHAIN)
            .blocks(2)
            .run()
            .report();
    assertEquals(List.of("h2", "h3"), report.removed());
    assertTrue(report.toText().contains("warning: all blocks have the score 0.0"));
    assertTrue(report.with("more").toText().endsWith("more"));
  }

  /** A branch that begins with adding nothing gives SNIP nothing to see. */
  @Test
  void aLastNormalisationOfZeroLeavesSnipWithoutScores() {
    ComputationGraph graph = DepthNetworks.resnet();
    PrunableModel.of(graph).parameters().stream()
        .filter(p -> p.name().matches("s.b._2_bn_gamma"))
        .forEach(p -> graph.getParam(p.name()).assign(0));
    BlockReport report =
        LayerLottery.atInitialization(graph)
            .criterion(new Snip())
            .data(List.of(IMAGES))
            .blocks(2)
            .run()
            .report();
    assertTrue(report.toText().contains("warning: all blocks have the score 0.0"), report::toText);
    assertEquals(List.of("s2b2_add", "s3b2_add"), report.removed());
  }

  @Test
  void whatCannotBeDoneIsFoundWithoutScores() {
    ComputationGraph graph = DepthNetworks.resnet();
    LayerLottery lottery =
        LayerLottery.atInitialization(graph)
            .criterion(
                (blocks, batches, seed) -> {
                  throw new AssertionError("scored");
                })
            .data(List.of(IMAGES));
    lottery.blocks(4).check();
    lottery.untilMacs(0.9).check();
    assertThrows(IllegalArgumentException.class, () -> lottery.blocks(5).check());
    assertThrows(IllegalArgumentException.class, () -> lottery.untilMacs(0.01).check());
  }

  @Test
  void noBlockToRemoveMeansTheSameModel() {
    ComputationGraph graph = DepthNetworks.chain();
    Ticket ticket = LayerLottery.atInitialization(graph).data(CHAIN).blocks(0).run();
    assertSame(graph, ticket.model().unwrap());
    assertNotSame(
        graph, LayerLottery.atInitialization(graph).data(CHAIN).blocks(3).run().model().unwrap());
  }

  @Test
  void trainedModelsAreScoredWithAWarningAtInitialization() {
    ComputationGraph graph = DepthNetworks.resnet();
    graph.fit(IMAGES);
    LayerLottery lottery =
        LayerLottery.atInitialization(graph).data(List.of(IMAGES)).criterion(new Snip()).blocks(1);
    assertTrue(lottery.run().report().toText().contains("trained for 1 iterations"));
    assertEquals(
        List.of(),
        LayerLottery.trained(graph)
            .data(List.of(IMAGES))
            .criterion(new Snip())
            .blocks(1)
            .run()
            .report()
            .remarks());
  }

  @Test
  void badInputIsRefusedBeforeAnythingHappens() {
    ComputationGraph graph = DepthNetworks.chain();
    refused(LayerLottery.atInitialization(graph).data(CHAIN).blocks(4), "there are 3 removable");
    refused(LayerLottery.atInitialization(graph).data(CHAIN), "blocks(p) or untilMacs");
    refused(LayerLottery.atInitialization(graph).data(CHAIN).blocks(-2), "it is at least 0");
    refused(LayerLottery.atInitialization(graph).data(CHAIN).untilMacs(0), "outside (0, 1]");
    refused(
        LayerLottery.atInitialization(graph).criterion(new Magnitude()).untilMacs(0.5),
        "needs data");
    MultiDataSet unlabelled = new MultiDataSet(CHAIN.get(0).getFeatures(), null);
    refused(LayerLottery.atInitialization(graph).data(List.of(unlabelled)).blocks(1), "no labels");
    refused(
        LayerLottery.atInitialization(graph)
            .among(ResidualBlocks.of(DepthNetworks.chain()))
            .data(CHAIN)
            .blocks(1),
        "another model");
    ComputationGraph plain =
        (ComputationGraph)
            LayerLottery.atInitialization(graph).data(CHAIN).blocks(3).run().model().unwrap();
    refused(LayerLottery.atInitialization(plain).data(CHAIN).blocks(1), "can be removed");
    MultiDataSet dead =
        new MultiDataSet(Nd4j.zeros(DataType.DOUBLE, 2, 1), Nd4j.zeros(DataType.DOUBLE, 2, 1));
    for (BlockCriterion criterion :
        List.of(new BlockSum(new Snip()), new BlockSum(new Grasp(1)), new GraspExact())) {
      LayerLottery lottery =
          LayerLottery.atInitialization(graph).criterion(criterion).data(List.of(dead)).blocks(1);
      assertTrue(
          assertThrows(IllegalStateException.class, lottery::run)
              .getMessage()
              .contains("zero on this batch"));
    }
  }

  private static void refused(LayerLottery lottery, String text) {
    String message = assertThrows(IllegalArgumentException.class, lottery::run).getMessage();
    assertTrue(message.contains(text), message);
  }

  @Test
  void singleLayersOnRequest() {
    ComputationGraph graph = DepthNetworks.chain();
    Ticket ticket =
        LayerLottery.atInitialization(graph)
            .among(EqualShapeLayers.of(graph, CHAIN.get(0)))
            .criterion(new Magnitude())
            .data(CHAIN)
            .blocks(2)
            .run();
    assertEquals(List.of("b1", "b3"), ticket.report().removed());
    assertEquals(5, ticket.model().parameters().size());
  }
}
