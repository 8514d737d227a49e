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
package org.dl4jprune.criterion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.pattern.ExactSelection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class CriterionTest {
  private static final double EXACT = 1e-12;

  private static NeuralNetConfiguration.Builder base(DataType type, double dropout) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(type)
        .weightInit(WeightInit.XAVIER)
        .dropOut(dropout)
        .updater(new Sgd(0.1));
  }

  private static MultiLayerNetwork deep(DataType type, Activation activation, double dropout) {
    NeuralNetConfiguration.ListBuilder list = base(type, dropout).activation(activation).list();
    for (int i = 0; i < 6; i++) {
      list.layer(new DenseLayer.Builder().nOut(9).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(4))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base(DataType.DOUBLE, 1)
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(5).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(9, 9, 2))
                .build());
    network.init();
    return network;
  }

  private static Evidence evidence(PrunableModel model, long seed) {
    DataType type = model.dataType();
    boolean images =
        model.unwrap() instanceof MultiLayerNetwork net
            && net.getLayer(0).conf().getLayer() instanceof ConvolutionLayer;
    INDArray features = images ? Nd4j.rand(type, 6, 2, 9, 9) : Nd4j.rand(type, 6, 4);
    INDArray labels = Nd4j.eye(3).castTo(type);
    MultiDataSet batch = new MultiDataSet(features, Nd4j.concat(0, labels, labels));
    return Evidence.of(model, new Layout(Selector.weights().select(model)), List.of(batch), seed);
  }

  @Test
  void snipMaskIsUnchangedByScalingTheLoss() {
    double[] once = CardNetwork.scores(new Snip(), CardNetwork.multiLayer());
    double[] larger =
        CardNetwork.scores(new Snip(), PrunableModel.of(CardNetwork.network(300, new Sgd(0.1))));
    for (int keep = 0; keep <= once.length; keep++) {
      assertEquals(
          ExactSelection.keepLargest(Nd4j.createFromArray(once), keep),
          ExactSelection.keepLargest(Nd4j.createFromArray(larger), keep));
    }
  }

  static Stream<MultiLayerNetwork> chains() {
    return Stream.of(deep(DataType.DOUBLE, Activation.RELU, 1), convolutional());
  }

  @ParameterizedTest
  @MethodSource("chains")
  void synFlowOfEachLayerAddsUpToTheWholeFlow(MultiLayerNetwork network) {
    PrunableModel model = PrunableModel.of(network);
    try (Evidence evidence = evidence(model, 1);
        Gradients flow = model.synapticFlow(evidence.batches().get(0))) {
      INDArray scores = new SynFlow().scores(evidence);
      for (Parameter p : evidence.layout().parameters()) {
        double sum = evidence.layout().flat(scores, p).sumNumber().doubleValue();
        assertEquals(flow.loss(), sum, 1e-10 * flow.loss(), p.name());
      }
    }
  }

  @Test
  void synFlowBeyondTheRangeOfFloatKeepsItsRanking() {
    for (double size : new double[] {1e9, 1e-9}) {
      MultiLayerNetwork wide = deep(DataType.DOUBLE, Activation.RELU, 1);
      wide.params().muli(size);
      MultiLayerNetwork narrow = wide.convertDataType(DataType.FLOAT);
      try (Evidence expected = evidence(PrunableModel.of(wide), 1);
          Evidence actual = evidence(PrunableModel.of(narrow), 1)) {
        INDArray reference = new SynFlow().scores(expected);
        INDArray scores = new SynFlow().scores(actual);
        assertEquals(DataType.FLOAT, scores.dataType());
        assertEquals(1, scores.maxNumber().doubleValue(), 1e-6);
        reference.divi(reference.maxNumber());
        assertTrue(reference.equalsWithEps(scores.castTo(DataType.DOUBLE), 1e-5));
      }
    }
  }

  @Test
  void taylorErrorIsOfSecondOrder() {
    MultiLayerNetwork network = deep(DataType.DOUBLE, Activation.TANH, 1);
    PrunableModel model = PrunableModel.of(network);
    try (Evidence evidence = evidence(model, 1)) {
      double large = taylorError(network, evidence, 0.02);
      double small = taylorError(network, evidence, 0.01);
      assertTrue(large > 0);
      assertEquals(4, large / small, 0.2);
    }
  }

  private static double taylorError(MultiLayerNetwork network, Evidence evidence, double weight) {
    PrunableModel model = evidence.model();
    Parameter parameter = evidence.layout().parameters().get(2);
    INDArray values = model.values(parameter);
    values.putScalar(4, weight);
    double predicted;
    double with;
    try (Gradients gradients = evidence.meanGradients(model)) {
      predicted = -weight * gradients.of(parameter).getDouble(4);
      with = gradients.loss();
    }
    values.putScalar(4, 0);
    try (Gradients gradients = evidence.meanGradients(model)) {
      return Math.abs(gradients.loss() - with - predicted);
    }
  }

  @Test
  void graspTemperatureDividesTheLogits() {
    assertArrayEquals(
        CardNetwork.scores(new Grasp(1), CardNetwork.sameDiff(3, new Sgd(0.1))),
        CardNetwork.scores(new Grasp(3), CardNetwork.multiLayer()),
        1e-5);
  }

  @Test
  void graspIsDeterministicWithDropoutAndLeavesTheModelAlone() {
    MultiLayerNetwork network = deep(DataType.DOUBLE, Activation.TANH, 0.5);
    INDArray before = network.params().dup();
    try (Evidence evidence = evidence(PrunableModel.of(network), 1)) {
      Nd4j.getRandom().setSeed(11);
      INDArray first = new Grasp().scores(evidence);
      Nd4j.getRandom().setSeed(11);
      assertEquals(first, new Grasp().scores(evidence));
      assertEquals(before, network.params());
    }
  }

  @Test
  void graspOfADeadNetworkIsZero() {
    MultiLayerNetwork network = CardNetwork.network(0.5, new Sgd(0.1));
    network.params().assign(0);
    assertArrayEquals(
        new double[6], CardNetwork.scores(new Grasp(), PrunableModel.of(network)), EXACT);
  }

  @Test
  void randomScoresDependOnSeedAndNameOnly() {
    PrunableModel small = CardNetwork.multiLayer();
    PrunableModel large = PrunableModel.of(deep(DataType.DOUBLE, Activation.RELU, 1));
    try (Evidence one = CardNetwork.evidence(small);
        Evidence same = evidence(large, 7);
        Evidence other = evidence(large, 8)) {
      Nd4j.getRandom().setSeed(3);
      double expected = Nd4j.getRandom().nextDouble();
      Nd4j.getRandom().setSeed(3);
      Parameter first = one.layout().parameters().get(0);
      INDArray scores = new Random().scores(same);
      assertEquals(expected, Nd4j.getRandom().nextDouble(), 0);
      assertEquals(scores, new Random().scores(same));
      assertNotEquals(scores, new Random().scores(other));
      assertTrue(scores.minNumber().doubleValue() >= 0 && scores.maxNumber().doubleValue() < 1);
      assertEquals(0.5, scores.meanNumber().doubleValue(), 0.05);
      assertEquals(
          same.layout().flat(scores, same.layout().parameters().get(0)).getDouble(0),
          new Random().score(first, one).getDouble(0),
          0);
    }
  }

  static Stream<PrunableModel> cardNetworks() {
    return Stream.of(CardNetwork.multiLayer(), CardNetwork.sameDiff());
  }

  @ParameterizedTest
  @MethodSource("cardNetworks")
  void movementAndMomentumGatherOverSteps(PrunableModel model) {
    Movement movement = new Movement();
    MomentumMagnitude momentum = new MomentumMagnitude(0.75);
    try (Evidence evidence = CardNetwork.evidence(model)) {
      for (Criterion criterion : List.of(movement, momentum)) {
        assertTrue(criterion.observes());
        String message =
            assertThrows(IllegalStateException.class, () -> criterion.scores(evidence))
                .getMessage();
        assertTrue(message.contains(evidence.layout().parameters().get(0).name()), message);
        for (ParameterBlock block : model.blocks()) {
          INDArray gradient = block.values().mul(0).addi(2);
          criterion.observe(block, gradient, evidence.memory());
          criterion.observe(block, gradient.mul(-3), evidence.memory());
        }
      }
      double[] values = {1, -0.5, 0.25, 2, 0.5, -1};
      double[] moved = java.util.Arrays.stream(values).map(w -> -w * 2 + w * 6).toArray();
      assertArrayEquals(moved, movement.scores(evidence).toDoubleVector(), EXACT);
      double average = Math.abs(0.25 * (0.75 * 2 - 6));
      assertEquals(
          Nd4j.valueArrayOf(new long[] {6}, average, DataType.DOUBLE), momentum.scores(evidence));
    }
  }

  static Stream<IUpdater> adamFamily() {
    return Stream.of(new Adam(1e-3), new AMSGrad(1e-3), new Nadam(1e-3));
  }

  @ParameterizedTest
  @MethodSource("adamFamily")
  void adamFisherReadsTheSecondMoment(IUpdater updater) {
    MultiLayerNetwork network = CardNetwork.network(0.5, updater);
    PrunableModel graph = CardNetwork.sameDiff(1, updater.clone());
    for (int i = 0; i < 3; i++) {
      network.fit(CardNetwork.data());
      ((SameDiff) graph.unwrap()).fit(CardNetwork.data());
    }
    PrunableModel model = PrunableModel.of(network);
    UpdaterState second =
        model.updaterStates().stream().filter(s -> s.key().equals("V")).findFirst().orElseThrow();
    INDArray flat = network.params().mul(network.params()).muli(0.5).muli(second.array());
    try (Evidence evidence = CardNetwork.evidence(model)) {
      INDArray expected =
          evidence.gather(p -> model.blockOf(p).view(flat.reshape(flat.length()), p).dup());
      double[] scores = CardNetwork.scores(new AdamFisher(), model);
      assertArrayEquals(expected.toDoubleVector(), scores, EXACT);
      assertTrue(scores[3] > 0);
      assertArrayEquals(scores, CardNetwork.scores(new AdamFisher(), graph), 1e-9);
    }
  }

  static Stream<IUpdater> others() {
    return Stream.of(new Sgd(0.1), new Nesterovs(0.1, 0.9), new AdaMax(0.1));
  }

  @ParameterizedTest
  @MethodSource("others")
  void adamFisherNamesTheParameterWithoutSecondMoment(IUpdater updater) {
    PrunableModel model = PrunableModel.of(CardNetwork.network(0.5, updater));
    assertTrue(
        assertThrows(IllegalStateException.class, () -> CardNetwork.scores(new AdamFisher(), model))
            .getMessage()
            .contains("0_W"));
  }

  @Test
  void refusesImpossibleSettings() {
    assertThrows(IllegalArgumentException.class, () -> new Grasp(0));
    assertThrows(IllegalArgumentException.class, () -> new Grasp(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new SynFlow(0));
    assertThrows(IllegalArgumentException.class, () -> new MomentumMagnitude(1));
  }
}
