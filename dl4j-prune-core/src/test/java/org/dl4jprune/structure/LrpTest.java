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
package org.dl4jprune.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.calibration.relevance.LrpRule;
import org.dl4jprune.calibration.relevance.LrpRules;
import org.dl4jprune.calibration.relevance.Start;
import org.dl4jprune.criterion.ActivationCriterion;
import org.dl4jprune.criterion.Lrp;
import org.dl4jprune.criterion.OutputGradient;
import org.dl4jprune.criterion.OutputTaylor;
import org.dl4jprune.transform.StructuredPruning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class LrpTest {

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(31)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .activation(Activation.RELU);
  }

  private static MultiLayerNetwork workedExample() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(3).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.create(new double[][] {{1, 0.5, -1}, {-0.5, 0.5, 1.5}}));
    network.setParam("0_b", Nd4j.create(new double[] {0.5, 0, -0.5}));
    network.setParam("1_W", Nd4j.create(new double[][] {{1, 0.5}, {2, -1}, {-1, 1}}));
    network.setParam("1_b", Nd4j.create(new double[] {0.2, -0.1}));
    return network;
  }

  private static MultiDataSet bothLabels() {
    return new MultiDataSet(
        Nd4j.create(new double[][] {{1, 2}, {1, 2}}), Nd4j.create(new double[][] {{1, 0}, {0, 1}}));
  }

  private static double[] scores(
      Object model, ActivationCriterion criterion, List<MultiDataSet> data) {
    return new ActivationImportance(criterion)
        .score(ChannelGroups.of(model), data, 0).values().stream().mapToDouble(d -> d).toArray();
  }

  @Test
  void scoresAreThoseOfTheCard() {
    double[] expected = {1.893928, 11.363569, 10.681751};
    assertArrayEquals(expected, scores(workedExample(), new Lrp(), List.of(bothLabels())), 1.2e-6);
    List<MultiDataSet> oneByOne =
        List.of(
            new MultiDataSet(
                Nd4j.create(new double[][] {{1, 2}}), Nd4j.create(new double[][] {{1, 0}})),
            new MultiDataSet(
                Nd4j.create(new double[][] {{1, 2}}), Nd4j.create(new double[][] {{0, 1}})));
    assertArrayEquals(expected, scores(workedExample(), new Lrp(), oneByOne), 1.2e-6);
  }

  @Test
  void theLeastRelevantUnitGoesFirstAndThenTheNext() {
    MultiLayerNetwork network = workedExample();
    INDArray weights = network.getParam("0_W").dup();
    StructuredPruning pruning =
        StructuredPruning.of(network)
            .importance(new ActivationImportance(new Lrp()))
            .data(List.of(bothLabels()));
    MultiLayerNetwork two = (MultiLayerNetwork) pruning.sparsity(0.34).prune().model().unwrap();
    assertEquals(Nd4j.create(new double[][] {{0.5, -1}, {0.5, 1.5}}), two.getParam("0_W"));
    MultiLayerNetwork one = (MultiLayerNetwork) pruning.sparsity(0.67).prune().model().unwrap();
    assertEquals(Nd4j.create(new double[][] {{0.5}, {0.5}}), one.getParam("0_W"));
    assertEquals(weights, network.getParam("0_W"));
  }

  @Test
  void baselinesAreThoseOfTheCard() {
    // Logits 2.2 and 0.15: p = softmax; ∂L/∂logit = p − onehot for the two labels, dL/dz its Wᵀ
    // image, all three hidden units being active.
    double p = 1 / (1 + Math.exp(-2.05));
    double[][] w2 = {{1, 0.5}, {2, -1}, {-1, 1}};
    double[] z = {0.5, 1.5, 1.5};
    double[] gradient = new double[3];
    double[] taylor = new double[3];
    for (int unit = 0; unit < 3; unit++) {
      double first = (p - 1) * w2[unit][0] + (1 - p) * w2[unit][1];
      double second = p * w2[unit][0] - p * w2[unit][1];
      gradient[unit] = Math.abs(first + second);
      taylor[unit] = (Math.abs(z[unit] * first) + Math.abs(z[unit] * second));
    }
    assertArrayEquals(
        normalised(gradient),
        scores(workedExample(), new OutputGradient(), List.of(bothLabels())),
        1e-9);
    assertArrayEquals(
        normalised(taylor),
        scores(workedExample(), new OutputTaylor(), List.of(bothLabels())),
        1e-9);
  }

  private static double[] normalised(double[] scores) {
    double squares = 0;
    for (double score : scores) {
      squares += score * score;
    }
    double norm = Math.sqrt(squares);
    return java.util.Arrays.stream(scores).map(score -> score / norm).toArray();
  }

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(6).build())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(10, 10, 1))
                .build());
    network.init();
    return network;
  }

  private static List<MultiDataSet> images() {
    INDArray labels = Nd4j.concat(0, Nd4j.eye(3), Nd4j.eye(3)).castTo(DataType.DOUBLE);
    return List.of(new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 6, 1, 10, 10), labels));
  }

  @Test
  void aUnitThatNobodyReadsScoresZeroAndItsRemovalChangesNothing() {
    MultiLayerNetwork network = convolutional();
    network.getParam("2_W").get(NDArrayIndex.all(), NDArrayIndex.point(3)).assign(0);
    List<MultiDataSet> data = images();
    ChannelGroups groups = ChannelGroups.of(network);
    Map<Integer, Double> scores = new ActivationImportance(new Lrp()).score(groups, data, 0);
    List<Integer> zero =
        scores.entrySet().stream()
            .filter(entry -> entry.getValue() == 0)
            .map(Map.Entry::getKey)
            .toList();
    assertTrue(zero.contains(groups.groups().get(0).units().get(3)), scores::toString);
    MultiLayerNetwork smaller =
        (MultiLayerNetwork)
            StructuredPruning.of(network)
                .importance(new ActivationImportance(new Lrp()))
                .data(data)
                .sparsity((double) zero.size() / scores.size())
                .global()
                .prune()
                .model()
                .unwrap();
    INDArray features = data.get(0).getFeatures(0);
    assertEquals(
        0, network.output(features).sub(smaller.output(features)).amaxNumber().doubleValue(), 1e-6);
    assertEquals(4, smaller.layerSize(0));
  }

  @Test
  void sameDataSameBits() {
    MultiLayerNetwork network = convolutional();
    List<MultiDataSet> data = images();
    assertArrayEquals(scores(network, new Lrp(), data), scores(network, new Lrp(), data), 0);
  }

  @Test
  void scoringLeavesTheModelAlone() {
    MultiLayerNetwork network = convolutional();
    INDArray before = network.params().dup();
    List<MultiDataSet> data = images();
    INDArray features = data.get(0).getFeatures(0).dup();
    for (ActivationCriterion criterion :
        List.of(new Lrp(), new OutputGradient(), new OutputTaylor())) {
      scores(network, criterion, data);
    }
    assertEquals(0, before.sub(network.params()).amaxNumber().doubleValue());
    assertEquals(0, features.sub(data.get(0).getFeatures(0)).amaxNumber().doubleValue());
  }

  @Test
  void withoutDataThereIsNoScore() {
    assertTrue(
        assertThrows(
                IllegalStateException.class, () -> scores(workedExample(), new Lrp(), List.of()))
            .getMessage()
            .contains("no data"));
  }

  @Test
  void notANumberNamesTheLayer() {
    MultiLayerNetwork network = workedExample();
    network.getParam("1_W").putScalar(1, 0, Double.NaN);
    assertTrue(
        assertThrows(
                IllegalStateException.class,
                () -> scores(network, new Lrp(), List.of(bothLabels())))
            .getMessage()
            .contains("layer 0"));
  }

  @Test
  void rulesOfSingleLayersWin() {
    LrpRules rules = LrpRules.composite().withLayers(Map.of("2", LrpRule.EPSILON));
    List<MultiDataSet> data = images();
    double[] plain = scores(convolutional(), new Lrp(), data);
    double[] single = scores(convolutional(), new Lrp(rules, Start.TRUE_LABEL), data);
    // Layer 2 hands on to layer 0 only.
    assertNotEquals(plain[0], single[0]);
    assertEquals(plain[5], single[5]);
  }

  @Test
  void criteriaSurviveJson() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    for (ActivationCriterion criterion :
        List.of(
            new Lrp(
                LrpRules.epsilonEverywhere().withLayers(Map.of("a", LrpRule.ALPHA1_BETA0)),
                Start.PREDICTION),
            new OutputGradient(),
            new OutputTaylor())) {
      String text = mapper.writeValueAsString(criterion);
      assertEquals(criterion, mapper.readValue(text, ActivationCriterion.class), text);
    }
  }
}
