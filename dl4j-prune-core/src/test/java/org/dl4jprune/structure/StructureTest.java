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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
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
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class StructureTest {

  private record Toy(String name, Object model, INDArray input) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .activation(Activation.RELU)
        .updater(new Adam(1e-2));
  }

  private static OutputLayer output() {
    return output(0);
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Toy network(String name, NeuralNetConfiguration.ListBuilder layers, INDArray in) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return new Toy(name, network, in);
  }

  static Stream<Toy> toys() {
    INDArray images = Nd4j.rand(DataType.DOUBLE, 4, 2, 8, 8);
    return Stream.of(
        network(
            "perceptron",
            base()
                .list()
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.SIGMOID).build())
                .layer(output())
                .setInputType(InputType.feedForward(6)),
            Nd4j.rand(DataType.DOUBLE, 4, 6)),
        network(
            "convolutions",
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(6).build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder(PoolingType.MAX).build())
                .layer(new DepthwiseConvolution2D.Builder(2, 2).depthMultiplier(2).build())
                .layer(new SeparableConvolution2D.Builder(2, 2).nOut(5).build())
                .layer(new Deconvolution2D.Builder(2, 2).nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(6).build())
                .layer(output())
                .setInputType(InputType.convolutional(12, 12, 2)),
            Nd4j.rand(DataType.DOUBLE, 4, 2, 12, 12)),
        network(
            "sequences",
            base()
                .activation(Activation.TANH)
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(11).nOut(6).build())
                .layer(new Convolution1D.Builder().kernelSize(2).nOut(5).build())
                .layer(new Bidirectional(new LSTM.Builder().nOut(4).build()))
                .layer(
                    new Bidirectional(
                        Bidirectional.Mode.ADD, new SimpleRnn.Builder().nOut(4).build()))
                .layer(new LSTM.Builder().nOut(5).build())
                .layer(new LastTimeStep(new LSTM.Builder().nOut(4).build()))
                .layer(output())
                .setInputType(InputType.recurrent(11, 6)),
            Nd4j.randomBernoulli(0.5, 4, 1, 6).castTo(DataType.DOUBLE)),
        new Toy("residual, concatenation and subset", graph(), images));
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", conv(2, 6), "in")
                .addLayer("bn", new BatchNormalization.Builder().nOut(6).build(), "stem")
                .addLayer("left", conv(6, 6), "bn")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "bn", "left")
                .addLayer("act", new ActivationLayer(Activation.RELU), "sum")
                .addLayer("side", conv(2, 4), "in")
                .addVertex("cat", new MergeVertex(), "act", "side", "act")
                .addLayer("mix", conv(16, 8), "cat")
                .addVertex("low", new SubsetVertex(0, 3), "mix")
                .addVertex("high", new SubsetVertex(4, 7), "mix")
                .addLayer("lowPool", new GlobalPoolingLayer(), "low")
                .addLayer("highPool", new GlobalPoolingLayer(PoolingType.AVG), "high")
                .addVertex(
                    "product",
                    new ElementWiseVertex(ElementWiseVertex.Op.Product),
                    "lowPool",
                    "highPool")
                .addLayer("hidden", new DenseLayer.Builder().nIn(4).nOut(5).build(), "product")
                .addLayer("out", output(5), "hidden")
                // Without input types: DL4J infers wrong widths behind a subset.
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static ConvolutionLayer conv(int inputs, int channels) {
    return new ConvolutionLayer.Builder(3, 3)
        .nIn(inputs)
        .nOut(channels)
        .convolutionMode(org.deeplearning4j.nn.conf.ConvolutionMode.Same)
        .build();
  }

  static INDArray output(Object model, INDArray input) {
    return model instanceof MultiLayerNetwork network
        ? network.output(input)
        : ((ComputationGraph) model).outputSingle(input);
  }

  private static void train(Object model, INDArray input) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, input.size(0), 3);
    labels.getColumn(1).assign(1);
    for (int i = 0; i < 3; i++) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(new DataSet(input, labels));
      } else {
        ((ComputationGraph) model).fit(new DataSet(input, labels));
      }
    }
  }

  /** The lowest numbers of each group, a fraction of them and never all. */
  private static RemovalPlan plan(ChannelGroups groups, double fraction) {
    List<Integer> units = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      int size = group.units().size();
      units.addAll(group.units().subList(0, Math.min(size - 1, (int) Math.round(fraction * size))));
    }
    return RemovalPlan.of(groups, units);
  }

  @ParameterizedTest
  @MethodSource("toys")
  void removalEqualsMaskingAndTrainingGoesOn(Toy toy) {
    train(toy.model(), toy.input());
    INDArray before = ((org.deeplearning4j.nn.api.Model) toy.model()).params().dup();
    for (double fraction : new double[] {0.1, 0.5, 0.9}) {
      ChannelGroups groups = ChannelGroups.of(toy.model());
      assertFalse(groups.groups().isEmpty());
      assertTrue(groups.isExact(), groups::explain);
      RemovalPlan plan = plan(groups, fraction);
      Surgeon surgeon = new Surgeon(groups);
      Object masked = surgeon.mask(plan).unwrap();
      PrunableModel cut = surgeon.cut(RemovalPlan.fromJson(plan.toJson()));
      INDArray difference = output(masked, toy.input()).sub(output(cut.unwrap(), toy.input()));
      assertEquals(0, difference.amaxNumber().doubleValue(), 1e-10, groups::explain);
      assertEquals(before, ((org.deeplearning4j.nn.api.Model) toy.model()).params());
      assertEquals(groups.model().iteration(), cut.iteration());
      train(cut.unwrap(), toy.input());
      assertFalse(output(cut.unwrap(), toy.input()).isNaN().any());
    }
  }

  @Test
  void updaterStateOfWhatStaysIsCopiedBitByBit() {
    Toy toy = toys().findFirst().orElseThrow();
    train(toy.model(), toy.input());
    ChannelGroups groups = ChannelGroups.of(toy.model());
    List<Integer> units = groups.groups().get(0).units();
    PrunableModel cut =
        new Surgeon(groups).cut(RemovalPlan.of(groups, List.of(units.get(0), units.get(1))));
    for (String name : List.of("0_W", "1_W")) {
      List<INDArray> before = states(groups.model(), name);
      List<INDArray> after = states(cut, name);
      assertEquals(2, after.size());
      for (int i = 0; i < after.size(); i++) {
        INDArray kept =
            name.equals("0_W")
                ? before.get(i).get(NDArrayIndex.all(), NDArrayIndex.interval(2, 7))
                : before.get(i).get(NDArrayIndex.interval(2, 7), NDArrayIndex.all());
        assertArrayEquals(
            kept.dup('c').data().asDouble(), after.get(i).dup('c').data().asDouble(), 0);
      }
    }
  }

  private static List<INDArray> states(PrunableModel model, String name) {
    return model.updaterStates().stream()
        .flatMap(
            state ->
                model.parameters().stream()
                    .filter(p -> p.name().equals(name))
                    .map(state::viewOf)
                    .filter(java.util.Objects::nonNull))
        .toList();
  }

  @Test
  void everySingleUnitCanGo() {
    Toy toy = toys().skip(3).findFirst().orElseThrow();
    ChannelGroups groups = ChannelGroups.of(toy.model());
    Surgeon surgeon = new Surgeon(groups);
    for (ChannelGroup group : groups.groups()) {
      for (int unit : group.units()) {
        RemovalPlan plan = RemovalPlan.of(groups, List.of(unit));
        INDArray masked = output(surgeon.mask(plan).unwrap(), toy.input());
        INDArray cut = output(surgeon.cut(plan).unwrap(), toy.input());
        assertEquals(0, masked.sub(cut).amaxNumber().doubleValue(), 1e-10, group.name());
      }
    }
  }

  @Test
  void theGraphHasTheGroupsThatOneWouldDraw() {
    ChannelGroups groups = ChannelGroups.of(graph());
    List<Integer> sizes = groups.groups().stream().map(group -> group.units().size()).toList();
    // residual stream, the side branch, the two halves of the mix, the hidden layer
    assertEquals(List.of(6, 4, 4, 5), sizes, groups::explain);
    assertTrue(groups.explain().contains("Add of its inputs"), groups::explain);
    assertTrue(groups.explain().contains("the outputs face the labels"), groups::explain);
  }

  @Test
  void aPlanForAnotherModelIsRefused() {
    ChannelGroups groups = ChannelGroups.of(graph());
    RemovalPlan plan = plan(groups, 0.5);
    Toy other = toys().findFirst().orElseThrow();
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new Surgeon(ChannelGroups.of(other.model())).cut(plan))
            .getMessage()
            .contains("another model"));
    assertThrows(
        IllegalArgumentException.class,
        () -> RemovalPlan.of(groups, groups.groups().get(0).units()));
    assertThrows(IllegalArgumentException.class, () -> RemovalPlan.of(groups, List.of(999999)));
    assertThrows(IllegalArgumentException.class, () -> RemovalPlan.fromJson("{\"units\":"));
  }

  @Test
  void outputsOfARecurrentOutputLayerStay() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LSTM.Builder().nOut(4).activation(Activation.TANH).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(2))
                .build());
    network.init();
    ChannelGroups groups = ChannelGroups.of(network);
    assertEquals(1, groups.groups().size(), groups::explain);
    assertEquals(4, groups.groups().get(0).units().size());
  }
}
