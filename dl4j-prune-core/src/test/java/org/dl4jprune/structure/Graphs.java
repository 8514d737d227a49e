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

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small graphs in DOUBLE, so that differences are mistakes and not rounding. */
final class Graphs {
  private Graphs() {}

  static ComputationGraphConfiguration.GraphBuilder builder(String... inputs) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH)
        .convolutionMode(ConvolutionMode.Same)
        .updater(new Adam(1e-3))
        .graphBuilder()
        .addInputs(inputs);
  }

  static ComputationGraph init(ComputationGraphConfiguration.GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    Cutting.perturb(graph, 17);
    return graph;
  }

  /** Everything at once: groups are exact, soft equals hard, training and files work. */
  static ChannelGroups check(ComputationGraph graph, INDArray... inputs) {
    ChannelGroups groups = ChannelGroups.of(graph);
    org.junit.jupiter.api.Assertions.assertTrue(groups.isExact(), groups::explain);
    INDArray[] outputs = graph.output(inputs);
    INDArray[] labels = new INDArray[outputs.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Nd4j.rand(DataType.DOUBLE, outputs[i].shape());
    }
    for (double fraction : new double[] {0.1, 0.5, 0.9}) {
      Cutting.check(graph, inputs, fraction == 0.5 ? labels : null, fraction, 1e-9);
    }
    return groups;
  }

  static INDArray random(long... shape) {
    return Nd4j.rand(DataType.DOUBLE, shape).subi(0.4);
  }

  static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).build();
  }

  static ConvolutionLayer conv(int kernel, int channels) {
    return new ConvolutionLayer.Builder(kernel, kernel).nOut(channels).build();
  }

  static ConvolutionLayer last(int kernel, int channels) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(channels)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  static BatchNormalization norm() {
    return new BatchNormalization();
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .build();
  }

  static RnnOutputLayer rnnOutput() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(Activation.IDENTITY)
        .build();
  }
}
