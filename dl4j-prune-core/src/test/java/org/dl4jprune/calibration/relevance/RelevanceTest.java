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
package org.dl4jprune.calibration.relevance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

class RelevanceTest {
  private static final int CLASSES = 3;

  private static NeuralNetConfiguration.Builder base(boolean bias) {
    return new NeuralNetConfiguration.Builder()
        .seed(21)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .biasInit(bias ? 0.1 : 0)
        .activation(Activation.RELU);
  }

  private static OutputLayer output(boolean bias) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nOut(CLASSES)
        .hasBias(bias)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(8).hasBias(false).build();
  }

  private static ConvolutionLayer convolution(int outputs, int stride, boolean bias) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(outputs)
        .stride(stride, stride)
        .hasBias(bias)
        .build();
  }

  private static SubsamplingLayer pool(PoolingType type) {
    return new SubsamplingLayer.Builder(type).kernelSize(2, 2).stride(2, 2).build();
  }

  private static PrunableModel network(boolean bias, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base(bias).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.layer(output(bias)).setInputType(input).build());
    network.init();
    return PrunableModel.of(network);
  }

  private static PrunableModel graph(Function<ComputationGraphParts, ComputationGraphParts> build) {
    ComputationGraphParts parts = new ComputationGraphParts(base(false).graphBuilder());
    ComputationGraph graph = new ComputationGraph(build.apply(parts).builder().build());
    graph.init();
    return PrunableModel.of(graph);
  }

  private record ComputationGraphParts(
      org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder builder) {}

  private static PrunableModel residual() {
    return graph(
        parts -> {
          parts
              .builder()
              .addInputs("in")
              .addLayer("a", convolution(4, 1, false), "in")
              .addLayer(
                  "b",
                  new ConvolutionLayer.Builder(3, 3)
                      .nOut(4)
                      .hasBias(false)
                      .convolutionMode(ConvolutionMode.Same)
                      .build(),
                  "a")
              .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
              .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
              .addLayer("c", convolution(3, 2, false), "relu")
              .addLayer("d", convolution(2, 2, false), "relu")
              .addVertex("both", new MergeVertex(), "c", "d")
              .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "both")
              .addLayer("out", output(false), "pool")
              .setOutputs("out")
              .setInputTypes(InputType.convolutional(9, 9, 2));
          return parts;
        });
  }

  private static MultiDataSet data(long... shape) {
    return data(Nd4j.rand(DataType.DOUBLE, shape));
  }

  private static MultiDataSet data(INDArray features) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, features.size(0), CLASSES);
    for (int i = 0; i < features.size(0); i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new MultiDataSet(features, labels);
  }

  private record Toy(String name, PrunableModel model, MultiDataSet data) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Toy> biasFree() {
    InputType image = InputType.convolutional(9, 9, 2);
    MultiDataSet images = data(5, 2, 9, 9);
    return Stream.of(
        new Toy("dense", network(false, InputType.feedForward(6), dense(), dense()), data(5, 6)),
        new Toy(
            "stride 1, maximum",
            network(
                false,
                image,
                convolution(4, 1, false),
                pool(PoolingType.MAX),
                convolution(5, 1, false),
                dense()),
            images),
        new Toy(
            "stride 2, average",
            network(false, image, convolution(4, 2, false), pool(PoolingType.AVG), dense()),
            images),
        new Toy("residual sum and concatenation", residual(), images));
  }

  private static Map<String, INDArray> relevance(Toy toy, LrpRules rules) {
    Map<String, INDArray> found = new LinkedHashMap<>();
    Relevance.propagate(
        toy.model, toy.data, rules, Start.TRUE_LABEL, at -> found.put(at.layer(), at.signal()));
    return found;
  }

  private static INDArray ofExamples(INDArray relevance) {
    return relevance.reshape('c', relevance.size(0), relevance.length() / relevance.size(0)).sum(1);
  }

  @ParameterizedTest
  @MethodSource("biasFree")
  void positiveContributionsKeepTheSum(Toy toy) {
    LrpRules rules = LrpRules.everywhere(LrpRule.ALPHA1_BETA0).withEpsilon(1e-9);
    Map<String, INDArray> found = new LinkedHashMap<>(relevance(toy, rules));
    found.putAll(Relevance.ofInputs(toy.model, toy.data, rules, Start.TRUE_LABEL, -1, 1));
    boolean chain = toy.model.unwrap() instanceof MultiLayerNetwork;
    for (Map.Entry<String, INDArray> one : found.entrySet()) {
      INDArray sums = ofExamples(one.getValue());
      if (chain || one.getKey().equals("in") || one.getKey().equals("out")) {
        for (int i = 0; i < sums.length(); i++) {
          assertEquals(1, sums.getDouble(i), 1e-5, one.getKey());
        }
      }
    }
    if (!chain) {
      INDArray branches = ofExamples(found.get("c")).add(ofExamples(found.get("d")));
      INDArray sum = ofExamples(found.get("a"));
      assertTrue(found.get("b").sumNumber().doubleValue() > 0);
      for (int i = 0; i < sum.length(); i++) {
        assertEquals(1, branches.getDouble(i), 1e-5);
        assertEquals(1, sum.getDouble(i), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("biasFree")
  void epsilonEverywhereIsGradientTimesInputOverTheLogit(Toy toy) {
    LrpRules rules = LrpRules.epsilonEverywhere().withEpsilon(1e-9);
    Map<String, INDArray> found = relevance(toy, rules);
    PrunableModel logits = withIdentityOutput(toy.model);
    MultiDataSet data = toy.data;
    INDArray outputs = outputs(logits, data.getFeatures(0));
    int compared = 0;
    for (int i = 0; i < outputs.rows(); i++) {
      int label = i % CLASSES;
      double logit = outputs.getDouble(i, label);
      if (Math.abs(logit) < 0.1) {
        continue;
      }
      compared++;
      Map<String, INDArray> expected = gradientTimesActivation(logits, data, i, label);
      for (Map.Entry<String, INDArray> one : found.entrySet()) {
        INDArray own = one.getValue().slice(i);
        INDArray wanted = expected.get(one.getKey()).slice(i).div(logit);
        assertEquals(0, own.sub(wanted).amaxNumber().doubleValue(), 1e-4, one.getKey() + " " + i);
      }
    }
    assertTrue(compared > 0);
  }

  /** z·∂logit/∂z of every layer with weights, by the pass that the baselines use. */
  private static Map<String, INDArray> gradientTimesActivation(
      PrunableModel logits, MultiDataSet data, int example, int label) {
    Map<String, INDArray> products = new LinkedHashMap<>();
    INDArray outputs = outputs(logits, data.getFeatures(0));
    // ½(y − t)² with t = y − 1 at the label and t = y elsewhere has the gradient 1 at the label.
    INDArray labels = outputs.dup();
    labels.putScalar(example, label, labels.getDouble(example, label) - 1);
    ActivationGradient.propagate(
        logits,
        new MultiDataSet(data.getFeatures(0), labels),
        at -> products.put(at.layer(), at.preActivation().mul(at.signal())));
    return products;
  }

  private static PrunableModel withIdentityOutput(PrunableModel model) {
    PrunableModel copy = model.copy();
    org.deeplearning4j.nn.api.Layer last =
        copy.unwrap() instanceof MultiLayerNetwork network
            ? network.getLayer(network.getnLayers() - 1)
            : ((ComputationGraph) copy.unwrap()).getLayer("out");
    OutputLayer output = (OutputLayer) last.conf().getLayer();
    output.setActivationFn(Activation.IDENTITY.getActivationFunction());
    output.setLossFn(
        new org.nd4j.linalg.lossfunctions.impl.LossL2(
            Nd4j.valueArrayOf(new long[] {1, CLASSES}, 0.5, DataType.DOUBLE)));
    return copy;
  }

  private static INDArray outputs(PrunableModel model, INDArray features) {
    return model.unwrap() instanceof MultiLayerNetwork network
        ? network.output(features)
        : ((ComputationGraph) model.unwrap()).outputSingle(features);
  }

  @ParameterizedTest
  @MethodSource("biasFree")
  void activationGradientsAreThoseOfTheWeights(Toy toy) {
    // Σ z·∂L/∂z over examples and positions is Σ w·∂L/∂w of each filter where there is no bias.
    Map<String, INDArray> found = new LinkedHashMap<>();
    ActivationGradient.propagate(
        toy.model,
        toy.data,
        at -> found.put(at.layer(), at.preActivation().mul(at.signal()).sum(at.otherAxes())));
    try (var gradients = toy.model.gradients(toy.data)) {
      for (var parameter : toy.model.parameters()) {
        INDArray product =
            parameter
                .asMatrix(toy.model.values(parameter).mul(gradients.of(parameter)))
                .sum(1)
                .mul(toy.data.getFeatures(0).size(0));
        String layer = parameter.name().substring(0, parameter.name().lastIndexOf('_'));
        assertEquals(
            0, product.sub(found.get(layer)).amaxNumber().doubleValue(), 1e-9, parameter.name());
      }
    }
  }

  @Test
  void aNormalisationBehindALayerIsPartOfIt() {
    PrunableModel separate =
        network(
            true,
            InputType.feedForward(4),
            new DenseLayer.Builder().nOut(5).activation(Activation.IDENTITY).build(),
            new BatchNormalization.Builder().activation(Activation.IDENTITY).build(),
            new ActivationLayer(Activation.RELU),
            new DenseLayer.Builder().nOut(6).build());
    PrunableModel folded =
        network(
            true,
            InputType.feedForward(4),
            new DenseLayer.Builder().nOut(5).build(),
            new DenseLayer.Builder().nOut(6).build());
    MultiLayerNetwork from = (MultiLayerNetwork) separate.unwrap();
    MultiLayerNetwork to = (MultiLayerNetwork) folded.unwrap();
    from.getParam("1_gamma").assign(Nd4j.create(new double[] {1, -2, 0.5, -1, 3}));
    from.getParam("1_beta").assign(Nd4j.create(new double[] {0.1, 0.2, -0.1, 0.3, 0}));
    from.getParam("1_mean").assign(Nd4j.create(new double[] {0.3, -0.2, 0.1, 0, 0.4}));
    from.getParam("1_log10stdev").assign(Nd4j.create(new double[] {0.1, 0.3, -0.2, 0, 0.5}));
    INDArray deviation =
        Transforms.sqrt(
            Transforms.pow(
                    Nd4j.valueArrayOf(new long[] {5}, 10.0, DataType.DOUBLE),
                    from.getParam("1_log10stdev").reshape(5).mul(2))
                .addi(1e-5));
    INDArray scale = from.getParam("1_gamma").reshape(5).div(deviation);
    to.getParam("0_W").assign(from.getParam("0_W").mulRowVector(scale));
    to.getParam("0_b")
        .assign(
            from.getParam("0_b")
                .reshape(5)
                .sub(from.getParam("1_mean").reshape(5))
                .mul(scale)
                .add(from.getParam("1_beta").reshape(5)));
    for (String key : new String[] {"W", "b"}) {
      to.getParam("1_" + key).assign(from.getParam("3_" + key));
      to.getParam("2_" + key).assign(from.getParam("4_" + key));
    }
    MultiDataSet data = data(Nd4j.randn(DataType.DOUBLE, 6, 4));
    for (LrpRules rules : List.of(LrpRules.composite(), LrpRules.epsilonEverywhere())) {
      INDArray one =
          Relevance.ofInputs(separate, data, rules, Start.TRUE_LABEL, -9, 9).get("input");
      INDArray other =
          Relevance.ofInputs(folded, data, rules, Start.TRUE_LABEL, -9, 9).get("input");
      assertEquals(0, one.sub(other).amaxNumber().doubleValue(), 1e-9);
      assertTrue(one.amaxNumber().doubleValue() > 0.01);
    }
  }

  @Test
  void channelsLastCarryTheSameRelevance() {
    Map<CNN2DFormat, double[]> scores = new LinkedHashMap<>();
    INDArray images = Nd4j.rand(DataType.DOUBLE, 5, 2, 9, 9);
    INDArray weights = null;
    for (CNN2DFormat format : CNN2DFormat.values()) {
      PrunableModel model =
          network(
              true,
              InputType.convolutional(9, 9, 2, format),
              convolution(4, 1, true),
              new BatchNormalization(),
              new ActivationLayer(Activation.RELU),
              convolution(5, 2, true),
              new GlobalPoolingLayer(PoolingType.MAX));
      MultiLayerNetwork network = (MultiLayerNetwork) model.unwrap();
      weights = weights == null ? network.params().dup() : weights;
      network.setParams(weights);
      boolean last = format == CNN2DFormat.NHWC;
      MultiDataSet data = data(last ? images.permute(0, 2, 3, 1).dup() : images);
      Relevance.propagate(
          model,
          data,
          LrpRules.composite(),
          Start.TRUE_LABEL,
          at -> {
            if (at.layer().equals("0")) {
              scores.put(format, at.signal().sum(at.otherAxes()).toDoubleVector());
            }
          });
    }
    assertArrayEquals(scores.get(CNN2DFormat.NCHW), scores.get(CNN2DFormat.NHWC), 1e-9);
  }

  @Test
  void aSubsetHandsBackToItsRangeOnly() {
    PrunableModel model =
        graph(
            parts -> {
              parts
                  .builder()
                  .addInputs("in")
                  .addLayer("a", new DenseLayer.Builder().nIn(4).nOut(6).build(), "in")
                  .addVertex("part", new SubsetVertex(2, 4), "a")
                  .addLayer(
                      "out",
                      new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                          .nIn(3)
                          .nOut(CLASSES)
                          .activation(Activation.SOFTMAX)
                          .build(),
                      "part")
                  .setOutputs("out");
              return parts;
            });
    INDArray at = relevance(new Toy("subset", model, data(6, 4)), LrpRules.composite()).get("a");
    double[] sizes = at.norm1(0).toDoubleVector();
    assertEquals(0, sizes[0] + sizes[1] + sizes[5]);
    assertTrue(sizes[2] + sizes[3] + sizes[4] > 0);
  }

  @Test
  void thePredictionNeedsNoLabels() {
    Toy toy = biasFree().findFirst().orElseThrow();
    MultiDataSet unlabelled = new MultiDataSet(toy.data.getFeatures(0), null);
    INDArray logits = outputs(withIdentityOutput(toy.model), toy.data.getFeatures(0));
    Relevance.propagate(
        toy.model,
        unlabelled,
        LrpRules.composite(),
        Start.PREDICTION,
        at -> {
          if (at.layer().equals("2")) {
            assertEquals(logits.argMax(1), at.signal().argMax(1));
            assertEquals(logits.rows(), at.signal().sumNumber().intValue());
          }
        });
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Relevance.propagate(
                        toy.model, unlabelled, LrpRules.composite(), Start.TRUE_LABEL, at -> {}))
            .getMessage();
    assertTrue(message.contains("no labels"), message);
  }

  @Test
  void functionsThatTheRulesDoNotForeseeAreRemarkedOn() {
    PrunableModel model =
        network(
            true,
            InputType.feedForward(6),
            new DenseLayer.Builder().nOut(4).activation(Activation.TANH).build());
    List<String> remarks =
        Relevance.propagate(model, data(5, 6), LrpRules.composite(), Start.TRUE_LABEL, at -> {});
    assertEquals(1, remarks.size());
    assertTrue(remarks.get(0).contains("tanh of 0"), remarks::toString);
  }

  private static void refused(PrunableModel model, MultiDataSet data, String... parts) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Relevance.propagate(
                        model, data, LrpRules.composite(), Start.TRUE_LABEL, at -> {}))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void whatHasNoRuleIsNamedWithWhatHas() {
    MultiLayerNetwork recurrent =
        new MultiLayerNetwork(
            base(true)
                .list()
                .layer(new LSTM.Builder().nIn(3).nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(4)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    recurrent.init();
    refused(PrunableModel.of(recurrent), data(2, 3, 5), "LSTM 0", "ConvolutionLayer");
    PrunableModel product =
        graph(
            parts -> {
              parts
                  .builder()
                  .addInputs("in")
                  .addLayer("a", new DenseLayer.Builder().nOut(3).build(), "in")
                  .addLayer("b", new DenseLayer.Builder().nOut(3).build(), "in")
                  .addVertex("times", new ElementWiseVertex(ElementWiseVertex.Op.Product), "a", "b")
                  .addLayer("out", output(true), "times")
                  .setOutputs("out")
                  .setInputTypes(InputType.feedForward(4));
              return parts;
            });
    refused(product, data(2, 4), "ElementWiseVertex (Product) times", "MergeVertex");
  }

  @Test
  void softmaxInsideAndMasksAreRefused() {
    PrunableModel inside =
        network(
            true,
            InputType.feedForward(6),
            new DenseLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build());
    refused(inside, data(2, 6), "Layer 0", "starts in front of the activation of 1");
    MultiDataSet plain = data(2, 6);
    MultiDataSet masked =
        new MultiDataSet(
            plain.getFeatures(),
            plain.getLabels(),
            new INDArray[] {Nd4j.ones(DataType.DOUBLE, 2, 1)},
            null);
    refused(inside, masked, "mask");
  }

  @Test
  void badRulesAndBoxesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> LrpRules.composite().withEpsilon(0.1));
    assertThrows(
        IllegalArgumentException.class, () -> LrpRules.composite().withEpsilon(Double.NaN));
    Toy toy = biasFree().findFirst().orElseThrow();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Relevance.ofInputs(toy.model, toy.data, LrpRules.composite(), Start.TRUE_LABEL, 1, 1));
  }
}
