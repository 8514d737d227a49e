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
package org.dl4jprune.structure.depth;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Residual networks for tests. */
public final class DepthNetworks {
  private static final int[] CHANNELS = {3, 5, 5};

  private DepthNetworks() {}

  /** The linear residual chain of the card layer-lottery. */
  public static ComputationGraph chain() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("in");
    double[] a = {0.5, -0.4, 0.6};
    double[] b = {0.3, 0.5, 0.2};
    String last = "in";
    for (int k = 1; k <= 3; k++) {
      graph
          .addLayer("a" + k, scalar(), last)
          .addLayer("b" + k, scalar(), "a" + k)
          .addVertex("h" + k, new ElementWiseVertex(ElementWiseVertex.Op.Add), "b" + k, last);
      last = "h" + k;
    }
    graph
        .addLayer(
            "v",
            new OutputLayer.Builder()
                .nIn(1)
                .nOut(1)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .lossFunction(new LossMSE(Nd4j.createFromArray(new double[][] {{0.5}})))
                .build(),
            last)
        .setOutputs("v");
    ComputationGraph chain = new ComputationGraph(graph.build());
    chain.init();
    for (int k = 1; k <= 3; k++) {
      chain.getParam("a" + k + "_W").assign(a[k - 1]);
      chain.getParam("b" + k + "_W").assign(b[k - 1]);
    }
    chain.getParam("v_W").assign(1);
    return chain;
  }

  private static DenseLayer scalar() {
    return new DenseLayer.Builder().nIn(1).nOut(1).hasBias(false).build();
  }

  public static List<MultiDataSet> chainData() {
    return List.of(
        new MultiDataSet(
            Nd4j.createFromArray(new double[][] {{1}, {2}}),
            Nd4j.createFromArray(new double[][] {{2}, {1}})));
  }

  /** Three stages of two blocks, of which the first of stages 2 and 3 has a projection. */
  public static ComputationGraph resnet() {
    return resnet(Activation.RELU);
  }

  /** The same with another activation. */
  public static ComputationGraph resnet(Activation activation) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(1e-2))
            .convolutionMode(ConvolutionMode.Same)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 1));
    String last = convolution(graph, "stem", "in", 3, 1, CHANNELS[0], activation);
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= 2; block++) {
        boolean same = block == 2 || stage == 1;
        int stride = same ? 1 : 2;
        int channels = CHANNELS[stage - 1];
        String name = "s" + stage + "b" + block;
        String inner = convolution(graph, name + "_1", last, 3, stride, channels, activation);
        String outer = convolution(graph, name + "_2", inner, 3, 1, channels, Activation.IDENTITY);
        String shortcut =
            same
                ? last
                : convolution(graph, name + "_p", last, 1, stride, channels, Activation.IDENTITY);
        graph
            .addVertex(
                name + "_add", new ElementWiseVertex(ElementWiseVertex.Op.Add), outer, shortcut)
            .addLayer(name, new ActivationLayer(activation), name + "_add");
        last = name;
      }
    }
    graph
        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), last)
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            "pool")
        .setOutputs("out");
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  private static String convolution(
      GraphBuilder graph,
      String name,
      String input,
      int kernel,
      int stride,
      int channels,
      Activation activation) {
    graph
        .addLayer(
            name,
            new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(channels)
                .hasBias(false)
                .build(),
            input)
        .addLayer(
            name + "_bn", new BatchNormalization.Builder().activation(activation).build(), name);
    return name + "_bn";
  }

  /** The same wiring in SameDiff, without normalisations. */
  public static SameDiff sameDiff() {
    Nd4j.getRandom().setSeed(7);
    SameDiff graph = SameDiff.create();
    SDVariable last = graph.placeHolder("in", DataType.DOUBLE, -1, 1, 8, 8);
    last = graph.nn().relu("stem", convolution(graph, "stemC", last, 3, 1, 1, CHANNELS[0]), 0);
    int inputs = CHANNELS[0];
    for (int stage = 1; stage <= 3; stage++) {
      for (int block = 1; block <= 2; block++) {
        boolean same = block == 2 || stage == 1;
        int channels = CHANNELS[stage - 1];
        int stride = same ? 1 : 2;
        String name = "s" + stage + "b" + block;
        SDVariable inner =
            graph.nn().relu(convolution(graph, name + "_1", last, 3, stride, inputs, channels), 0);
        SDVariable outer = convolution(graph, name + "_2", inner, 3, 1, channels, channels);
        SDVariable shortcut =
            same ? last : convolution(graph, name + "_p", last, 1, stride, inputs, channels);
        last = graph.nn().relu(name, outer.add(name + "_add", shortcut), 0);
        inputs = channels;
      }
    }
    SDVariable weights = graph.var("out_W", Nd4j.randn(DataType.DOUBLE, inputs, 3).muli(0.5));
    SDVariable bias = graph.var("out_b", Nd4j.zeros(DataType.DOUBLE, 3));
    SDVariable logits = last.mean(2, 3).mmul(weights).add("logits", bias);
    SDVariable label = graph.placeHolder("label", DataType.DOUBLE, -1, 3);
    graph.loss.softmaxCrossEntropy("loss", label, logits, null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return graph;
  }

  private static SDVariable convolution(
      SameDiff graph, String name, SDVariable input, int kernel, int stride, int in, int out) {
    SDVariable weights =
        graph.var(
            name + "_W",
            Nd4j.randn(DataType.DOUBLE, kernel, kernel, in, out)
                .muli(Math.sqrt(1.0 / (kernel * kernel * in))));
    SDVariable bias = graph.var(name + "_b", Nd4j.zeros(DataType.DOUBLE, out));
    Conv2DConfig shape =
        Conv2DConfig.builder()
            .kH(kernel)
            .kW(kernel)
            .sH(stride)
            .sW(stride)
            .paddingMode(org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode.SAME)
            .build();
    return graph.cnn.conv2d(name, input, weights, bias, shape);
  }

  /** Images in three classes. */
  public static MultiDataSet images() {
    Nd4j.getRandom().setSeed(3);
    org.nd4j.linalg.api.ndarray.INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 3);
    for (int i = 0; i < 6; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new MultiDataSet(Nd4j.randn(DataType.DOUBLE, 6, 1, 8, 8), labels);
  }

  public static DataSet single(MultiDataSet data) {
    return new DataSet(data.getFeatures(0), data.getLabels(0));
  }
}
