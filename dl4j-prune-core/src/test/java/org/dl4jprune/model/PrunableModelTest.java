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
package org.dl4jprune.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

class PrunableModelTest {
  private static final double EXACT = 1e-12;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .updater(new Adam(1e-2));
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY);
  }

  private static MultiLayerNetwork images() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).name("conv").build())
                .layer(new BatchNormalization())
                .layer(new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build())
                .layer(new SeparableConvolution2D.Builder(2, 2).nOut(5).build())
                .layer(new Deconvolution2D.Builder(2, 2).nOut(3).build())
                .layer(new DenseLayer.Builder().nOut(6).hasLayerNorm(true).build())
                .layer(output().build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork sequences(boolean attention) {
    NeuralNetConfiguration.ListBuilder layers =
        base()
            .list()
            .layer(new EmbeddingSequenceLayer.Builder().nIn(11).nOut(5).build())
            .layer(new Convolution1D.Builder().kernelSize(2).nOut(4).build())
            .layer(new Bidirectional(new LSTM.Builder().nOut(3).build()));
    if (attention) {
      layers.layer(new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(new LastTimeStep(new LSTM.Builder().nOut(3).build()))
                .layer(output().build())
                .setInputType(InputType.recurrent(11, 6))
                .build());
    network.init();
    return network;
  }

  private static Parameter named(PrunableModel model, String name) {
    return model.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private static void expect(
      PrunableModel model, String name, Role role, long outputs, long inputs, long positions) {
    Parameter p = named(model, name);
    assertEquals(role, p.role(), name);
    assertEquals(outputs, p.outputs(), name + " outputs");
    assertEquals(inputs, p.inputs(), name + " inputs");
    assertEquals(positions, p.kernelPositions(), name + " kernel positions");
  }

  @Test
  void readsRolesAndAxesOfImageLayers() {
    PrunableModel model = PrunableModel.of(images());
    expect(model, "0_W", Role.WEIGHT, 4, 2, 9);
    expect(model, "0_b", Role.BIAS, 4, 1, 1);
    expect(model, "1_gamma", Role.NORM_SCALE, 4, 1, 1);
    expect(model, "1_beta", Role.NORM_SHIFT, 4, 1, 1);
    expect(model, "1_mean", Role.NORM_STATISTIC, 4, 1, 1);
    expect(model, "2_W", Role.WEIGHT, 8, 1, 4);
    expect(model, "3_W", Role.WEIGHT, 8, 1, 4);
    expect(model, "3_pW", Role.WEIGHT, 5, 8, 1);
    expect(model, "4_W", Role.WEIGHT, 3, 5, 4);
    expect(model, "5_g", Role.NORM_SCALE, 6, 1, 1);
    expect(model, "6_W", Role.WEIGHT, 2, 6, 1);
    assertEquals("conv", named(model, "0_W").layer());
    assertEquals("ConvolutionLayer", named(model, "0_W").layerType());
  }

  @Test
  void readsRolesAndAxesOfSequenceLayers() {
    PrunableModel model = PrunableModel.of(sequences(true));
    expect(model, "0_W", Role.EMBEDDING, 5, 11, 1);
    expect(model, "1_W", Role.WEIGHT, 4, 5, 2);
    expect(model, "2_fW", Role.WEIGHT, 12, 4, 1);
    expect(model, "2_bRW", Role.RECURRENT_WEIGHT, 12, 3, 1);
    expect(model, "2_bb", Role.BIAS, 12, 1, 1);
    expect(model, "3_Wq", Role.WEIGHT, 4, 6, 1);
    expect(model, "4_RW", Role.RECURRENT_WEIGHT, 12, 3, 1);
  }

  /** Zeroing a parameter's row silences exactly that output of a convolution over time. */
  @Test
  void rowsOfAOneDimensionalConvolutionAreItsOutputs() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new Convolution1D.Builder().kernelSize(2).nOut(4).build())
                .layer(new GlobalPoolingLayer())
                .layer(output().build())
                .setInputType(InputType.recurrent(3, 6))
                .build());
    network.init();
    PrunableModel model = PrunableModel.of(network);
    Parameter weights = named(model, "0_W");
    INDArray flat = model.blocks().get(0).view(model.blocks().get(0).values(), weights);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, weights.length());
    mask.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(weights.fanIn(), 2 * weights.fanIn()))
        .assign(0);
    flat.muli(weights.fromFlat(mask));
    INDArray hidden = network.feedForward(Nd4j.rand(DataType.DOUBLE, 2, 3, 6)).get(1);
    for (int channel = 0; channel < 4; channel++) {
      double size = hidden.tensorAlongDimension(channel, 0, 2).norm1Number().doubleValue();
      assertEquals(channel == 1, size == 0, "channel " + channel);
    }
  }

  static Stream<PrunableModel> everyClass() {
    return Stream.of(
        PrunableModel.of(images()),
        PrunableModel.of(sequences(true)),
        PrunableModel.of(graph()),
        PrunableModel.of(sameDiff()));
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
                .addLayer("second", new DenseLayer.Builder().nOut(5).build(), "first")
                .addLayer("out", output().build(), "second", "first")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(3))
                .build());
    graph.init();
    return graph;
  }

  private static SameDiff sameDiff() {
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.DOUBLE, -1, 3);
    SDVariable label = sd.placeHolder("label", DataType.DOUBLE, -1, 2);
    SDVariable w1 = sd.var("w1", Nd4j.rand(DataType.DOUBLE, 3, 4));
    SDVariable b1 = sd.var("b1", Nd4j.rand(DataType.DOUBLE, 4));
    SDVariable w2 = sd.var("w2", Nd4j.rand(DataType.DOUBLE, 2, 4));
    SDVariable hidden = sd.nn().relu(in.mmul(w1).add(b1), 0);
    SDVariable out = sd.mmul("out", hidden, w2, false, true, false);
    sd.loss.meanSquaredError("loss", label, out, null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return sd;
  }

  @Test
  void readsRolesAndAxesOfSameDiff() {
    PrunableModel model = PrunableModel.of(sameDiff());
    expect(model, "w1", Role.WEIGHT, 4, 3, 1);
    expect(model, "b1", Role.BIAS, 4, 1, 1);
    expect(model, "w2", Role.WEIGHT, 2, 4, 1);
    assertEquals(List.of(named(model, "w2")), model.logitParameters());
  }

  @ParameterizedTest
  @MethodSource("everyClass")
  void flatOrderRoundTripsAndViewsAreLive(PrunableModel model) {
    for (Parameter p : model.parameters()) {
      INDArray values = model.values(p);
      assertArrayEquals(p.shape(), values.shape());
      INDArray flat = p.asMatrix(values).dup('c').reshape(p.length());
      assertEquals(values, p.fromFlat(flat), p.name());
      values.assign(0.25);
    }
    for (ParameterBlock block : model.blocks()) {
      assertEquals(0.25 * block.values().length(), block.values().sumNumber().doubleValue(), EXACT);
    }
  }

  private static MultiDataSet batch(PrunableModel model) {
    INDArray features =
        model.unwrap() instanceof MultiLayerNetwork net && net.getLayer(0).numParams() == 55
            ? Nd4j.randomBernoulli(0.5, 4, 1, 6).castTo(DataType.DOUBLE)
            : model.blocks().get(0).values().length() > 100
                ? Nd4j.rand(DataType.DOUBLE, 4, 2, 8, 8)
                : Nd4j.rand(DataType.DOUBLE, 4, 3);
    return new MultiDataSet(features, Nd4j.rand(DataType.DOUBLE, 4, 2));
  }

  // Without attention: DL4J 1.0.0-M2.1 doubles every gradient that passes through a SameDiff layer.
  static Stream<PrunableModel> withoutSameDiffLayers() {
    return Stream.of(
        PrunableModel.of(images()),
        PrunableModel.of(sequences(false)),
        PrunableModel.of(graph()),
        PrunableModel.of(sameDiff()));
  }

  @ParameterizedTest
  @MethodSource("withoutSameDiffLayers")
  void gradientIsTheSlopeOfTheLoss(PrunableModel model) {
    MultiDataSet batch = batch(model);
    double step = 1e-6;
    for (Parameter p : Selector.weights().select(model)) {
      INDArray values = model.values(p);
      INDArray before = values.dup();
      INDArray direction = Nd4j.randn(DataType.DOUBLE, p.shape());
      double slope;
      try (Gradients gradients = model.gradients(batch)) {
        slope = gradients.of(p).mul(direction).sumNumber().doubleValue();
      }
      values.addi(direction.mul(step));
      double up = loss(model, batch);
      values.assign(before).subi(direction.mul(step));
      double down = loss(model, batch);
      values.assign(before);
      assertEquals((up - down) / (2 * step), slope, 1e-5 * Math.max(1, Math.abs(slope)), p.name());
    }
  }

  private static double loss(PrunableModel model, MultiDataSet batch) {
    try (Gradients gradients = model.gradients(batch)) {
      return gradients.loss();
    }
  }

  @ParameterizedTest
  @MethodSource("everyClass")
  void copyIsEqualAndIndependent(PrunableModel model) {
    PrunableModel copy = model.copy();
    assertNotSame(model.unwrap(), copy.unwrap());
    assertEquals(model.parameters(), copy.parameters());
    for (Parameter p : model.parameters()) {
      assertEquals(model.values(p), copy.values(p));
      copy.values(p).addi(1);
      assertFalse(model.values(p).equals(copy.values(p)));
    }
  }

  @Test
  void synapticFlowIsConservedFromLayerToLayer() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build())
                .layer(new DenseLayer.Builder().nOut(6).dropOut(0.5).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    for (PrunableModel model :
        List.of(
            PrunableModel.of(network),
            PrunableModel.of(network.toComputationGraph()),
            PrunableModel.of(sameDiff()))) {
      INDArray before = model.blocks().get(0).values().dup();
      try (Gradients flow = model.synapticFlow(batch(model))) {
        assertTrue(flow.loss() > 0);
        for (Parameter p : Selector.weights().select(model)) {
          double sum = flow.of(p).mul(Transforms.abs(model.values(p))).sumNumber().doubleValue();
          assertEquals(1, sum / flow.loss(), 1e-9, p.name());
        }
      }
      assertEquals(before, model.blocks().get(0).values());
    }
  }

  @Test
  void positionsAreWhereAFilterIsApplied() {
    PrunableModel images = PrunableModel.of(images());
    java.util.Map<String, Long> positions = images.positions(batch(images));
    assertEquals(36, positions.get("conv"));
    assertEquals(1, positions.get(named(images, "6_W").layer()));
    PrunableModel sequences = PrunableModel.of(sequences(false));
    assertEquals(5, sequences.positions(batch(sequences)).get(named(sequences, "2_fW").layer()));
    PrunableModel variables = PrunableModel.of(sameDiff());
    assertEquals(1, variables.positions(batch(variables)).get(named(variables, "w1").layer()));
  }

  @Test
  void frozenLayersAreNotTrainable() {
    MultiLayerNetwork frozen =
        new TransferLearning.Builder(images()).setFeatureExtractor(1).build();
    PrunableModel model = PrunableModel.of(frozen);
    assertFalse(named(model, "0_W").trainable());
    assertEquals("ConvolutionLayer", named(model, "0_W").layerType());
    assertTrue(named(model, "6_W").trainable());
    assertFalse(Selector.weights().select(model).contains(named(model, "0_W")));
    assertTrue(Selector.weights().including("0_W").select(model).contains(named(model, "0_W")));
  }

  @Test
  void selectorTakesWeightsOnlyUnlessAsked() {
    PrunableModel model = PrunableModel.of(sequences(true));
    assertTrue(
        Selector.weights().select(model).stream()
            .allMatch(p -> p.role() == Role.WEIGHT || p.role() == Role.RECURRENT_WEIGHT));
    assertEquals(List.of(named(model, "0_W")), Selector.weights().including("0_W").select(model));
    assertEquals(
        List.of("5_W"),
        Selector.weights().including("OutputLayer").select(model).stream()
            .map(Parameter::name)
            .toList());
    assertFalse(
        Selector.weights().excluding("*RW").select(model).stream()
            .anyMatch(p -> p.role() == Role.RECURRENT_WEIGHT));
  }

  @Test
  void selectorNamesWhatMatchesNothing() {
    PrunableModel model = PrunableModel.of(sameDiff());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Selector.weights().excluding("w9*").select(model))
            .getMessage();
    assertTrue(message.contains("w9*") && message.contains("w1"), message);
    assertThrows(
        IllegalArgumentException.class, () -> Selector.weights().excluding("w*").select(model));
  }

  @Test
  @SuppressWarnings("deprecation")
  void refusesModelsThatCannotBePruned() {
    MultiLayerNetwork raw =
        new MultiLayerNetwork(base().list().layer(output().nIn(2).build()).build());
    assertTrue(
        assertThrows(IllegalStateException.class, () -> PrunableModel.of(raw))
            .getMessage()
            .contains("init()"));
    MultiLayerNetwork half =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.HALF)
                .updater(new Sgd(0.1))
                .list()
                .layer(output().nIn(2).build())
                .build());
    half.init();
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> PrunableModel.of(half))
            .getMessage()
            .contains("HALF"));
    assertThrows(IllegalArgumentException.class, () -> PrunableModel.ofAny("model"));
  }

  @Test
  void updaterStatesCoverEveryTrainedParameter() {
    PrunableModel model = PrunableModel.of(graph());
    long covered = 0;
    for (UpdaterState state : model.updaterStates()) {
      assertEquals(state.end() - state.start(), state.array().length());
      covered += state.array().length();
    }
    assertEquals(2 * model.blocks().get(0).values().length(), covered);
  }
}
