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
package org.dl4jprune.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.DistortionCurve;
import org.dl4jprune.allocation.OperationBudget;
import org.dl4jprune.allocation.RateDistortion;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The curves of the linear network of the card layer-adaptive-rd. */
class RateDistortionCurvesTest {
  private static final double PRINTED = 6e-7;
  private static final INDArray W1 = Nd4j.createFromArray(new double[][] {{1, .2}, {.1, -1}});
  private static final INDArray W2 = Nd4j.createFromArray(new double[][] {{.5}, {-.3}});
  private static final List<MultiDataSet> BATCHES =
      List.of(
          new DataSet(
                  Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {1, 1}, {2, -1}}),
                  Nd4j.zeros(DataType.DOUBLE, 4, 1))
              .toMultiDataSet());

  private static MultiLayerNetwork network(Activation last) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(2).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(last)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", W1);
    network.setParam("1_W", W2);
    return network;
  }

  private static SameDiff graph() {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 2);
    SDVariable label = graph.placeHolder("label", DataType.DOUBLE, -1, 1);
    SDVariable out = in.mmul(graph.var("w1", W1.dup())).mmul("out", graph.var("w2", W2.dup()));
    graph.loss.sigmoidCrossEntropy("loss", label, out, null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return graph;
  }

  static Stream<Object> models() {
    return Stream.of(
        network(Activation.IDENTITY),
        network(Activation.SIGMOID),
        network(Activation.SIGMOID).toComputationGraph(),
        graph());
  }

  @ParameterizedTest
  @MethodSource("models")
  void curvesOfTheCard(Object model) {
    RateDistortion measured =
        RateDistortionCurves.of(model).calibration(BATCHES).levels(4).minimumKept(0).measure();
    DistortionCurve first = measured.curves().get(0);
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), first.zeros());
    assertArrayEquals(
        new double[] {0, .001875, .008775, .107775, .305275}, distortions(first), PRINTED);
    DistortionCurve second = measured.curves().get(1);
    // Four levels of two weights: 0.5 and 1.5 round up, and a repeated number is measured once.
    assertEquals(List.of(0L, 1L, 2L), second.zeros());
    assertArrayEquals(new double[] {0, .081900, .305275}, distortions(second), PRINTED);
  }

  private static double[] distortions(DistortionCurve curve) {
    return curve.distortions().stream().mapToDouble(d -> d).toArray();
  }

  @Test
  void theWorstExampleCountsWhereItIsAsked() {
    RateDistortion measured =
        RateDistortionCurves.of(network(Activation.IDENTITY))
            .calibration(BATCHES)
            .levels(2)
            .minimumKept(0)
            .worstExample()
            .measure();
    // Without its weights the last layer gives 0, and the outputs were .44, .35, .79 and .53.
    assertEquals(.79 * .79, measured.curves().get(1).distortions().get(2), 1e-12);
  }

  /** Iterative mode: measured anew on what is left, and what is dead stays dead. */
  @Test
  void measuredAnewOnAMaskedModelItOnlyTakesMore() {
    MultiLayerNetwork network = network(Activation.IDENTITY);
    PackedMasks before = null;
    for (int zeros = 1; zeros <= 4; zeros++) {
      RateDistortion measured =
          RateDistortionCurves.of(network).calibration(BATCHES).levels(8).measure();
      Pruner pruner = Pruner.of(network).allocation(measured).sparsity(zeros / 6.0);
      Pruned pruned = (before == null ? pruner : pruner.within(before)).prune();
      assertEquals(zeros, pruned.report().zeros());
      PackedMasks now = PackedMasks.of(pruned.masks());
      assertEquals(now, before == null ? now : now.and(before));
      // A training that only moves what is alive.
      network = (MultiLayerNetwork) pruned.model().unwrap();
      network.params().muli(0.9);
      before = now;
    }
  }

  @Test
  void theModelIsLeftAloneAndPrunedByTheCurves() {
    MultiLayerNetwork network = network(Activation.SIGMOID);
    INDArray before = network.params().dup();
    RateDistortion measured =
        RateDistortionCurves.of(network).calibration(BATCHES).levels(4).minimumKept(0).measure();
    assertEquals(0, network.params().sub(before).amaxNumber().doubleValue());
    assertEquals(
        "sigmoid",
        network.getLayer(1).conf().getLayer() instanceof OutputLayer o
            ? o.getActivationFn().toString()
            : "");
    Pruned pruned = Pruner.of(network).allocation(measured).sparsity(0.5).prune();
    // (3, 0) costs .107775, (2, 1) is predicted to cost .090675.
    assertEquals(List.of(2L, 1L), pruned.report().layers().stream().map(l -> l.zeros()).toList());
    double predicted =
        measured.curves().get(0).distortions().get(2)
            + measured.curves().get(1).distortions().get(1);
    assertEquals(.090675, predicted, PRINTED);
    try (OutputDistortion outputs = OutputDistortion.from(PrunableModel.of(network), BATCHES)) {
      assertEquals(.107775, outputs.of(pruned.model()), PRINTED);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aBudgetOfMultiplyAccumulatesIsReached(Object model) {
    RateDistortion measured =
        RateDistortionCurves.of(model).calibration(BATCHES).levels(4).minimumKept(0).measure();
    Map<String, Long> positions = PrunableModel.ofAny(model).positions(BATCHES.get(0));
    Pruned pruned =
        Pruner.of(model)
            .allocation(new OperationBudget(measured.curves(), positions, 0.5))
            .sparsity(0.9)
            .prune();
    // Dense layers work at one position, so that half of six multiply-accumulates are three zeros.
    assertEquals(List.of(2L, 1L), pruned.report().layers().stream().map(l -> l.zeros()).toList());
    pruned.masks().close();
  }

  @Test
  void moreLevelsWhereLittleIsLeft() {
    RateDistortion measured =
        RateDistortionCurves.of(network(Activation.IDENTITY))
            .calibration(BATCHES)
            .levels(1)
            .densities(0.5, 0.3)
            .minimumKept(0)
            .measure();
    // 0.3 of 4 is 1, of 2 is 1; each number is measured once.
    assertEquals(List.of(0L, 2L, 3L, 4L), measured.curves().get(0).zeros());
    assertArrayEquals(
        new double[] {0, .008775, .107775, .305275},
        distortions(measured.curves().get(0)),
        PRINTED);
    assertEquals(List.of(0L, 1L, 2L), measured.curves().get(1).zeros());
  }

  @Test
  void thePageShowsEveryParameter() {
    RateDistortion measured =
        RateDistortionCurves.of(network(Activation.IDENTITY)).calibration(BATCHES).measure();
    String html = DistortionPage.of(measured).html();
    assertEquals(2, html.split("<path", -1).length - 1);
    assertTrue(html.contains("<tr><td>0_W</td><td>4</td><td>0.008775</td>"), html);
    assertTrue(html.contains("<tr><td>1_W</td><td>2</td><td>0.08190</td>"), html);
    RateDistortion flat =
        new RateDistortion(
            List.of(new DistortionCurve("w", 3, List.of(0L, 1L), List.of(0.0, 0.0))));
    assertFalse(DistortionPage.of(flat).html().contains("NaN"));
  }

  @Test
  void paddedStepsDoNotCount() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new LSTM.Builder().nIn(2).nOut(3).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    INDArray features = Nd4j.rand(DataType.DOUBLE, 2, 2, 4);
    INDArray mask = Nd4j.createFromArray(new double[][] {{1, 1, 0, 0}, {0, 0, 0, 0}});
    DataSet padded = new DataSet(features, Nd4j.zeros(DataType.DOUBLE, 2, 1, 4), mask, mask);
    PrunableModel view = PrunableModel.of(network);
    try (OutputDistortion outputs = OutputDistortion.from(view, List.of(padded.toMultiDataSet()))) {
      INDArray before = view.logits(padded.toMultiDataSet())[0].dup();
      network.getParam("1_W").muli(2);
      INDArray change = view.logits(padded.toMultiDataSet())[0].sub(before);
      double first = change.getDouble(0, 0, 0);
      double second = change.getDouble(0, 0, 1);
      // Two steps of the first sequence; the second has none and changes nothing.
      double expected = (first * first + second * second) / 2 / 2;
      assertEquals(expected, outputs.of(view), 1e-12);
      assertEquals(2 * expected, outputs.ofWorst(view), 1e-12);
      assertTrue(expected > 0);
    }
  }

  /** Three layers whose single distortions do not add up. */
  private static MultiLayerNetwork deep(long seed) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    return network;
  }

  @Test
  void measuredAroundASplitItIsNeverWorseAndSometimesBetter() {
    int better = 0;
    for (long seed = 1; seed <= 5; seed++) {
      Nd4j.getRandom().setSeed(seed);
      MultiLayerNetwork network = deep(seed);
      List<MultiDataSet> batches =
          List.of(
              new DataSet(
                      Nd4j.rand(DataType.DOUBLE, 40, 4).muli(2).subi(1),
                      Nd4j.zeros(DataType.DOUBLE, 40, 2))
                  .toMultiDataSet());
      INDArray before = network.params().dup();
      RateDistortionCurves curves =
          RateDistortionCurves.of(network).calibration(batches).levels(12);
      double once = joint(network, batches, curves.measure());
      double again = joint(network, batches, curves.measureAround(0.6, 3));
      assertTrue(again <= once, "seed %d: %s after %s".formatted(seed, again, once));
      assertEquals(again, joint(network, batches, curves.measureAround(0.6, 3)));
      better += again < once ? 1 : 0;
      assertEquals(0, network.params().sub(before).amaxNumber().doubleValue());
    }
    assertTrue(better >= 2, better + " of 5 are better");
  }

  private static double joint(
      MultiLayerNetwork network, List<MultiDataSet> batches, RateDistortion allocation) {
    Pruned pruned = Pruner.of(network).allocation(allocation).sparsity(0.6).prune();
    try (OutputDistortion outputs = OutputDistortion.from(PrunableModel.of(network), batches)) {
      return outputs.of(pruned.model());
    } finally {
      pruned.masks().close();
    }
  }

  @Test
  void aSparsityOrNumberOfRoundsOutOfRangeIsRefused() {
    RateDistortionCurves curves =
        RateDistortionCurves.of(network(Activation.SIGMOID)).calibration(BATCHES);
    for (double sparsity : new double[] {-0.1, 1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> curves.measureAround(sparsity, 1));
    }
    assertThrows(IllegalArgumentException.class, () -> curves.measureAround(0.5, 0));
    // Each of the two layers keeps one weight.
    assertThrows(IllegalArgumentException.class, () -> curves.measureAround(0.9, 1));
  }

  @Test
  void whatCannotBeIsRefused() {
    MultiLayerNetwork network = network(Activation.SIGMOID);
    INDArray before = network.params().dup();
    refused(RateDistortionCurves.of(network), "need calibration batches");
    refused(RateDistortionCurves.of(network).calibration(BATCHES).levels(0), "at least 1 level");
    refused(
        RateDistortionCurves.of(network).calibration(BATCHES).minimumKept(-1), "not 100 and -1");
    refused(
        RateDistortionCurves.of(network).calibration(BATCHES).densities(0.1, 1), "density of 1.0");
    INDArray broken = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1e200}});
    RateDistortionCurves infinite =
        RateDistortionCurves.of(network)
            .calibration(
                List.of(new DataSet(broken, Nd4j.zeros(DataType.DOUBLE, 2, 1)).toMultiDataSet()));
    refused(infinite, "not finite with a pruned 0_W");
    assertEquals(before, network.params());
  }

  private static void refused(RateDistortionCurves curves, String why) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, curves::measure);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
