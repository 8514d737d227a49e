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
package org.dl4jprune.transform;

import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small networks. */
final class Nets {
  private Nets() {}

  /** Dense layers named l0, l1, ... and an output layer named out. */
  static MultiLayerNetwork dense(int inputs, int... widths) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(1e-2))
            .activation(Activation.RELU)
            .list();
    for (int i = 0; i < widths.length - 1; i++) {
      layers.layer(new DenseLayer.Builder().name("l" + i).nOut(widths[i]).build());
    }
    return init(
        layers
            .layer(output(widths[widths.length - 1]))
            .setInputType(InputType.feedForward(inputs)));
  }

  /** Convolutions c0, c1, ... of 3×3 with normalisations n0, n1, ..., pooling, a dense layer d. */
  static MultiLayerNetwork convolutional(int... widths) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(1e-2))
            .activation(Activation.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (int i = 0; i < widths.length; i++) {
      layers.layer(new ConvolutionLayer.Builder(3, 3).name("c" + i).nOut(widths[i]).build());
      layers.layer(new BatchNormalization.Builder().name("n" + i).build());
    }
    return init(
        layers
            .layer(new GlobalPoolingLayer())
            .layer(new DenseLayer.Builder().name("d").nOut(12).build())
            .layer(output(2))
            .setInputType(InputType.convolutional(6, 6, 3)));
  }

  private static OutputLayer output(int width) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .name("out")
        .nOut(width)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork init(NeuralNetConfiguration.ListBuilder layers) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  static MultiDataSet batch(int examples, int inputs, int outputs) {
    return new MultiDataSet(
        Nd4j.rand(DataType.DOUBLE, examples, inputs),
        Nd4j.rand(DataType.DOUBLE, examples, outputs));
  }

  static MultiDataSet images(int examples) {
    return new MultiDataSet(
        Nd4j.rand(DataType.DOUBLE, examples, 3, 6, 6), Nd4j.rand(DataType.DOUBLE, examples, 2));
  }

  static List<Long> widths(Thinned thinned) {
    return thinned.model().parameters().stream()
        .filter(parameter -> parameter.name().endsWith("_W"))
        .map(Parameter::outputs)
        .toList();
  }
}
