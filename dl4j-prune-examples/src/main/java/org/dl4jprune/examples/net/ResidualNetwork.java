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
package org.dl4jprune.examples.net;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.activations.Activation;

/**
 * The wiring of a residual network (He et al., 2016) of basic blocks. A block's vertices are named
 * after it: {@code stage2_conv1}, {@code stage2_conv2_bn}, {@code stage2_shortcut}, {@code
 * stage2_add}, {@code stage2}.
 */
final class ResidualNetwork {

  private final GraphBuilder graph;

  private ResidualNetwork(GraphBuilder graph) {
    this.graph = graph;
  }

  /** Builds the configuration; every stage after the first halves the image. */
  static ComputationGraphConfiguration of(
      NeuralNetConfiguration.Builder common, InputType image, OutputLayer output, int... channels) {
    return deep(common, image, output, 1, channels);
  }

  /** The same with several blocks in each stage, from the second on with an identity shortcut. */
  static ComputationGraphConfiguration deep(
      NeuralNetConfiguration.Builder common,
      InputType image,
      OutputLayer output,
      int blocks,
      int... channels) {
    GraphBuilder graph = common.graphBuilder().addInputs("input").setInputTypes(image);
    ResidualNetwork network = new ResidualNetwork(graph);
    String last = network.convolution("stem", "input", 3, 1, channels[0], Activation.RELU);
    for (int stage = 0; stage < channels.length; stage++) {
      for (int block = 0; block < blocks; block++) {
        String name = "stage" + (stage + 1) + (block == 0 ? "" : "_block" + (block + 1));
        last = network.block(name, last, channels[stage], stage == 0 || block > 0);
      }
    }
    return graph
        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), last)
        .addLayer("output", output, "pool")
        .setOutputs("output")
        .build();
  }

  private String block(String name, String input, int channels, boolean sameShape) {
    int stride = sameShape ? 1 : 2;
    String inner = convolution(name + "_conv1", input, 3, stride, channels, Activation.RELU);
    String outer = convolution(name + "_conv2", inner, 3, 1, channels, Activation.IDENTITY);
    String shortcut =
        sameShape
            ? input
            : convolution(name + "_shortcut", input, 1, stride, channels, Activation.IDENTITY);
    graph.addVertex(
        name + "_add", new ElementWiseVertex(ElementWiseVertex.Op.Add), outer, shortcut);
    graph.addLayer(name, new ActivationLayer(Activation.RELU), name + "_add");
    return name;
  }

  /** Adds a convolution and its normalisation, whose shift makes a bias superfluous. */
  private String convolution(
      String name, String input, int kernel, int stride, int channels, Activation activation) {
    graph.addLayer(
        name,
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .nOut(channels)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build(),
        input);
    String normalised = name + "_bn";
    graph.addLayer(
        normalised, new BatchNormalization.Builder().activation(activation).build(), name);
    return normalised;
  }
}
