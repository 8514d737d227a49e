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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network of a few layers, to be cut.
 *
 * @param name its name
 * @param input what it reads
 * @param groups how many units each of its groups has
 * @param trains whether DL4J can train it
 * @param layers its layers
 * @param at where a preprocessor is set by hand, and which
 */
record LayerToy(
    String name,
    InputType input,
    List<Integer> groups,
    boolean trains,
    List<Layer> layers,
    Object... at) {
  static final InputType ROW = InputType.feedForward(6);
  static final InputType SEQUENCE = InputType.recurrent(3, 6);
  static final InputType LAST = InputType.recurrent(3, 6, RNNFormat.NWC);
  static final InputType IMAGE = InputType.convolutional(8, 8, 2);
  static final InputType IMAGE_LAST = InputType.convolutional(8, 8, 2, CNN2DFormat.NHWC);

  MultiLayerNetwork build() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .activation(Activation.TANH)
            .convolutionMode(ConvolutionMode.Same)
            .updater(new Adam(1e-3))
            .list();
    layers.forEach(list::layer);
    for (int i = 0; i < at.length; i += 2) {
      list.inputPreProcessor((Integer) at[i], (InputPreProcessor) at[i + 1]);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    Cutting.perturb(network, 17);
    return network;
  }

  INDArray features() {
    long[] shape = input.getShape(true);
    shape[0] = 2;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = shape[i] < 0 ? 6 : shape[i];
    }
    return name.startsWith("embedding")
        ? Nd4j.zeros(DataType.DOUBLE, 2, 1).addi(3)
        : Nd4j.rand(DataType.DOUBLE, shape).subi(0.4);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Every unit can go by itself, half of them together, and the rest still trains. */
  void everyUnitCanGo() {
    Nd4j.getRandom().setSeed(1);
    MultiLayerNetwork network = build();
    INDArray input = features();
    ChannelGroups found = ChannelGroups.of(network);
    assertEquals(
        groups, found.groups().stream().map(g -> g.units().size()).toList(), found::explain);
    assertTrue(found.isExact(), found::explain);
    for (ChannelGroup group : found.groups()) {
      RemovalPlan plan =
          RemovalPlan.of(found, List.of(group.units().get(group.units().size() / 2)));
      assertEquals(0, Cutting.difference(found, plan, input), 1e-10, group.name());
    }
    INDArray[] labels =
        trains ? new INDArray[] {Nd4j.rand(DataType.DOUBLE, network.output(input).shape())} : null;
    Cutting.check(network, new INDArray[] {input}, labels, 0.5, 1e-10);
  }

  static LayerToy toy(String name, InputType input, List<Integer> groups, Layer... layers) {
    return new LayerToy(name, input, groups, true, List.of(layers));
  }

  static LayerToy read(String name, InputType input, List<Integer> groups, Layer... layers) {
    return new LayerToy(name, input, groups, false, List.of(layers));
  }

  static Layer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  static Layer lstm(int units) {
    return new LSTM.Builder().nOut(units).build();
  }

  static Layer conv(int channels) {
    return new ConvolutionLayer.Builder(3, 3).nOut(channels).build();
  }

  static Layer conv3d(int channels, Convolution3D.DataFormat format) {
    return new Convolution3D.Builder(2, 2, 2).nOut(channels).dataFormat(format).build();
  }

  static Layer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .build();
  }

  static Layer rnnOutput() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .build();
  }

  static Layer rnnOutputLast() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .dataFormat(RNNFormat.NWC)
        .build();
  }

  static Layer prelu(long... shape) {
    return new PReLULayer.Builder().inputShape(shape).build();
  }
}
