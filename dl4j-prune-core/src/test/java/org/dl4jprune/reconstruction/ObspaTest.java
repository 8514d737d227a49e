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
package org.dl4jprune.reconstruction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Consumer;
import org.dl4jprune.structure.Consumers;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.transform.StructuredPruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ObspaTest {
  private static final long SEED = 11;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork perceptron() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new DenseLayer.Builder().nOut(8).build())
                .layer(new DenseLayer.Builder().nOut(6).build())
                .layer(output())
                .setInputType(InputType.feedForward(5))
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer.Builder convolution(int channels) {
    return new ConvolutionLayer.Builder(3, 3).nOut(channels);
  }

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(convolution(6).padding(1, 1).build())
                .layer(
                    convolution(4)
                        .stride(2, 2)
                        .convolutionMode(ConvolutionMode.Same)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(convolution(4).dilation(2, 2).activation(Activation.IDENTITY).build())
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build())
                .layer(output())
                .setInputType(InputType.convolutional(15, 13, 2))
                .build());
    network.init();
    return network;
  }

  private static ComputationGraph residual() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .addLayer("stem", convolution(6).build(), "in")
                .addLayer("bn", new BatchNormalization(), "stem")
                .addLayer("inner", convolution(8).activation(Activation.IDENTITY).build(), "bn")
                .addLayer("outer", convolution(6).activation(Activation.IDENTITY).build(), "inner")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "outer", "bn")
                .addLayer("last", convolution(6).activation(Activation.IDENTITY).build(), "sum")
                .addLayer("norm", new BatchNormalization(), "last")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "norm")
                .addLayer("out", output(), "pool")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static MultiLayerNetwork recurrent() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LSTM.Builder().nOut(6).build())
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(2, 7))
                .build());
    network.init();
    return network;
  }

  private static CalibrationInputs data(long... shape) {
    INDArray features = Nd4j.getRandomFactory().getNewRandomInstance(SEED).nextGaussian(shape);
    return CalibrationInputs.inDistribution(
        List.of(
            new MultiDataSet(features.castTo(DataType.DOUBLE), null),
            new MultiDataSet(features.mul(0.5).castTo(DataType.DOUBLE), null)));
  }

  private static Obspa obspa(CalibrationInputs inputs, double damping) {
    return Obspa.builder().inputs(inputs).sparsity(0.5).damping(damping).build();
  }

  private static INDArray predictions(PrunableModel model, CalibrationInputs inputs) {
    return model.logits(inputs.batches().get(0))[0];
  }

  private static double distance(INDArray first, INDArray second) {
    return first.sub(second).amaxNumber().doubleValue();
  }

  private record Net(Object model, CalibrationInputs inputs) {}

  static Stream<Net> nets() {
    return Stream.of(
        new Net(perceptron(), data(40, 5)),
        new Net(convolutional(), data(6, 2, 15, 13)),
        new Net(residual(), data(6, 2, 6, 6)),
        new Net(recurrent(), data(6, 2, 7)));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void inputsTimesWeightsAreTheLayersOutputs(Net net) {
    ChannelGroups groups = ChannelGroups.of(net.model());
    MultiDataSet batch = (MultiDataSet) net.inputs().batches().get(0);
    int compared = 0;
    for (Consumer consumer : Consumers.of(groups).linear()) {
      String name = consumer.weight().name();
      String layer = name.substring(0, name.length() - 2);
      INDArray b = consumer.weight().asMatrix(groups.model().values(consumer.weight())).transpose();
      INDArray product = consumer.inputs(groups.model(), batch).mmul(b);
      INDArray made = groups.model().activations(batch, List.of(layer)).get(layer);
      INDArray rows =
          switch (made.rank()) {
            case 4 -> made.permute(0, 2, 3, 1).dup('c').reshape('c', product.shape());
            case 3 -> made.permute(0, 2, 1).dup('c').reshape('c', product.shape());
            default -> made;
          };
      // The second layer of the perceptron has an activation.
      boolean linear = !name.equals("1_W") || made.rank() != 2;
      INDArray expected = linear ? product : Nd4j.math().tanh(product);
      assertEquals(0, distance(expected, rows), 1e-10, name);
      compared++;
    }
    assertTrue(compared > 0);
  }

  /** Makes the second half of a layer's outputs equal the first. */
  private static void duplicate(PrunableModel model, String layer) {
    for (String key : List.of("_W", "_b")) {
      model.parameters().stream()
          .filter(p -> p.name().equals(layer + key))
          .forEach(
              p -> {
                INDArray values = model.values(p);
                int axis = p.rank() == 1 ? 0 : p.rank() == 2 ? 1 : 0;
                INDArrayIndex[] first = new INDArrayIndex[values.rank()];
                java.util.Arrays.fill(first, NDArrayIndex.all());
                first[axis] = NDArrayIndex.interval(0, values.size(axis) / 2);
                INDArray half = values.dup('c').get(first).dup('c');
                values.assign(Nd4j.concat(axis, half, half));
              });
    }
  }

  /** Of two equal units each alone costs nothing, so scores would take both of a pair. */
  private static RemovalPlan secondHalves(Object model) {
    ChannelGroups groups = ChannelGroups.of(model);
    List<Integer> units = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      units.addAll(group.units().subList(group.units().size() / 2, group.units().size()));
    }
    return RemovalPlan.of(groups, units);
  }

  @Test
  void unitsThatOthersCanReplaceGoWithoutLoss() {
    check(perceptron(), data(40, 5), "0", "1");
    check(convolutional(), data(6, 2, 15, 13), "0", "1", "2", "3");
  }

  private static void check(MultiLayerNetwork network, CalibrationInputs inputs, String... layers) {
    PrunableModel model = PrunableModel.of(network);
    for (String layer : layers) {
      duplicate(model, layer);
    }
    INDArray before = predictions(model, inputs);
    Reconstructed smaller = obspa(inputs, 1e-9).prune(network, secondHalves(network));
    assertEquals(0, distance(before, predictions(smaller.model(), inputs)), 1e-5, smaller::toText);
    smaller.refits().forEach(refit -> assertTrue(refit.error() < 1e-9, smaller::toText));
    assertEquals(layers.length, smaller.refits().size());
    for (ChannelGroup group : ChannelGroups.of(smaller.model().unwrap()).groups()) {
      assertTrue(group.units().size() <= 4);
    }
    // Without a refit the same removal does change the outputs.
    assertTrue(
        smaller.refits().stream().anyMatch(refit -> refit.plainError() > 1e-3), smaller::toText);
  }

  @Test
  void aResidualStreamIsRefittedWhereverItIsRead() {
    ComputationGraph graph = residual();
    CalibrationInputs inputs = data(6, 2, 6, 6);
    PrunableModel model = PrunableModel.of(graph);
    for (String layer : List.of("stem", "inner", "outer", "last")) {
      duplicate(model, layer);
    }
    // Statistics as the data make them, so that their re-estimation changes nothing.
    org.dl4jprune.structure.NormalizationStatistics.reestimate(model, inputs.batches());
    INDArray before = predictions(model, inputs);
    Reconstructed smaller = obspa(inputs, 1e-9).prune(graph, secondHalves(graph));
    assertEquals(2, smaller.normalizations());
    assertEquals(0, distance(before, predictions(smaller.model(), inputs)), 1e-5, smaller::toText);
    assertEquals(
        List.of("inner_W", "outer_W", "last_W", "out_W"),
        smaller.refits().stream().map(Reconstructed.Refit::weight).toList());
  }

  @Test
  void refittingBeatsPlainRemovalAndTheModelIsNotTouched() {
    MultiLayerNetwork network = convolutional();
    INDArray values = network.params().dup();
    CalibrationInputs inputs = data(6, 2, 15, 13);
    for (Obspa obspa :
        List.of(
            obspa(inputs, 0.01),
            Obspa.builder().inputs(inputs).sparsity(0.3).global().minimumKept(2).build())) {
      Reconstructed smaller = obspa.prune(network);
      assertTrue(smaller.toText().contains("refitted on in-distribution inputs"));
      smaller.refits().forEach(r -> assertTrue(r.error() < r.plainError(), smaller::toText));
      assertEquals(0, distance(values, network.params()));
    }
    RemovalPlan plan = StructuredPruning.of(network).sparsity(0.5).plan();
    Reconstructed planned = obspa(inputs, 0.01).prune(network, plan);
    assertEquals(plan, planned.plan());
    INDArray whole = predictions(PrunableModel.of(network), inputs);
    double plain =
        whole.distance2(
            predictions(StructuredPruning.of(network).sparsity(0.5).prune().model(), inputs));
    assertTrue(whole.distance2(predictions(planned.model(), inputs)) < plain);
  }

  @Test
  void noUnitMeansAnEqualModel() {
    MultiLayerNetwork network = perceptron();
    CalibrationInputs inputs = data(40, 5);
    Reconstructed same = Obspa.builder().inputs(inputs).sparsity(0).build().prune(network);
    assertEquals(
        0, distance(network.params(), ((MultiLayerNetwork) same.model().unwrap()).params()));
    assertTrue(same.refits().isEmpty());
  }

  @Test
  void whatHasNoReconstructionIsCutAndNamed() {
    MultiLayerNetwork network = recurrent();
    Reconstructed smaller = obspa(data(6, 2, 7), 0.01).prune(network);
    assertEquals(
        java.util.Set.of("0_RW", "1_W", "1_RW"), java.util.Set.copyOf(smaller.withoutRefit()));
    assertEquals(List.of("2_W"), smaller.refits().stream().map(r -> r.weight()).toList());
    assertTrue(smaller.toText().contains("1_W: cut without refit"));
    MultiLayerNetwork cut = (MultiLayerNetwork) smaller.model().unwrap();
    assertEquals(2, cut.getParam("2_W").size(0));
    assertFalse(cut.output(Nd4j.ones(DataType.DOUBLE, 1, 2, 3)).isNaN().any());
  }

  @Test
  void onlyDataOfTheTaskChangeNormalizations() {
    ComputationGraph graph = residual();
    CalibrationInputs data = data(6, 2, 6, 6);
    for (CalibrationInputs inputs :
        List.of(
            data,
            CalibrationInputs.outOfDistribution(data.batches()),
            CalibrationInputs.gaussian(150, 1, 2, 6, 6),
            CalibrationInputs.uniform(10, 1, 2, 6, 6))) {
      Reconstructed smaller = obspa(inputs, 0.01).prune(graph);
      ComputationGraph cut = (ComputationGraph) smaller.model().unwrap();
      INDArray mean = cut.getParam("norm_mean");
      if (inputs == data) {
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, mean.length());
        INDArray squares = sum.dup();
        for (org.nd4j.linalg.dataset.api.MultiDataSet batch : data.batches()) {
          INDArray entering = smaller.model().activations(batch, List.of("last")).get("last");
          sum.addi(entering.mean(0, 2, 3).div(2));
          squares.addi(entering.mul(entering).mean(0, 2, 3).div(2));
        }
        assertEquals(0, distance(sum, mean.reshape(mean.length())), 1e-9);
        INDArray variance = squares.sub(sum.mul(sum));
        INDArray stored = Nd4j.math().exp(cut.getParam("norm_log10stdev").mul(2 * Math.log(10)));
        assertEquals(0, distance(variance, stored.reshape(mean.length())), 1e-9);
      } else {
        assertEquals(0, smaller.normalizations());
        assertEquals(0, mean.amaxNumber().doubleValue());
      }
    }
  }

  @Test
  void noiseFollowsFromItsSeed() {
    List<INDArray> first = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      CalibrationInputs noise = CalibrationInputs.gaussian(300, seed, 4);
      assertEquals(3, noise.batches().size());
      assertEquals(44, noise.batches().get(2).getFeatures(0).size(0));
      first.add(noise.batches().get(0).getFeatures(0));
    }
    assertEquals(0, distance(first.get(0), first.get(1)));
    assertTrue(distance(first.get(0), first.get(2)) > 0.1);
    INDArray uniform = CalibrationInputs.uniform(50, 1, 4).batches().get(0).getFeatures(0);
    assertTrue(uniform.minNumber().doubleValue() >= 0 && uniform.maxNumber().doubleValue() <= 1);
  }

  @Test
  void badInputIsRefused() {
    CalibrationInputs inputs = data(40, 5);
    assertThrows(IllegalArgumentException.class, () -> Obspa.builder().sparsity(0.5).build());
    for (double sparsity : new double[] {-0.1, 1}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Obspa.builder().inputs(inputs).sparsity(sparsity).build());
    }
    assertThrows(
        IllegalArgumentException.class, () -> Obspa.builder().inputs(inputs).damping(0).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> Obspa.builder().inputs(inputs).minimumKept(0).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> Obspa.builder().inputs(inputs).build().prune(perceptron()));
    assertThrows(IllegalArgumentException.class, () -> CalibrationInputs.inDistribution(List.of()));
    assertThrows(IllegalArgumentException.class, () -> CalibrationInputs.gaussian(0, 1, 4));
    SameDiff graph = SameDiff.create();
    graph.var("w", Nd4j.ones(DataType.DOUBLE, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> obspa(inputs, 0.01).prune(graph));
    RemovalPlan foreign = StructuredPruning.of(convolutional()).sparsity(0.5).plan();
    assertThrows(
        IllegalArgumentException.class, () -> obspa(inputs, 0.01).prune(perceptron(), foreign));
    MultiLayerNetwork broken = perceptron();
    broken.getParam("0_W").assign(Double.NaN);
    assertTrue(
        assertThrows(IllegalStateException.class, () -> obspa(inputs, 0.01).prune(broken))
            .getMessage()
            .contains("1_W"));
  }
}
