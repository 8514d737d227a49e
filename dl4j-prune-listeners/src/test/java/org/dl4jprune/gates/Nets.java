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
package org.dl4jprune.gates;

import java.util.Random;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks on images of 2 channels, 6 by 6, in 3 classes. */
final class Nets {
  static final int CLASSES = 3;

  private Nets() {}

  /** Convolution, batch normalisation, ReLU, pooling, dense, output. */
  static MultiLayerNetwork convolutional(IUpdater updater, DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            common(updater, type)
                .list()
                .layer(convolution(4, Activation.IDENTITY))
                .layer(new BatchNormalization())
                .layer(activation())
                .layer(
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.LEAKYRELU).build())
                .layer(output())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    network.init();
    return network;
  }

  /** A stem, one residual branch of two convolutions, a dense layer. */
  static ComputationGraph residual(IUpdater updater, DataType type) {
    ComputationGraph graph =
        new ComputationGraph(
            common(updater, type)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .addLayer("stem", convolution(4, Activation.RELU), "in")
                .addLayer("inner", convolution(5, Activation.RELU), "stem")
                .addLayer("outer", convolution(4, Activation.IDENTITY), "inner")
                .addLayer("norm", new BatchNormalization(), "outer")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem", "norm")
                .addLayer("act", activation(), "sum")
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nOut(6).activation(Activation.RELU).build(),
                    "act")
                .addLayer("out", output(), "dense")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .build());
    graph.init();
    return graph;
  }

  /** A dense network of 8 inputs and hidden layers of 10 and 7 units. */
  static MultiLayerNetwork dense(IUpdater updater, DataType type, Activation activation) {
    return dense(updater, type, activation, 10, 7);
  }

  /** A dense network of 8 inputs and two hidden layers. */
  static MultiLayerNetwork dense(
      IUpdater updater, DataType type, Activation activation, int first, int second) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            common(updater, type)
                .activation(activation)
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(first).build())
                .layer(new DenseLayer.Builder().nOut(second).build())
                .layer(output())
                .setInputType(InputType.feedForward(8))
                .build());
    network.init();
    return network;
  }

  private static NeuralNetConfiguration.Builder common(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .updater(updater)
        .weightInit(WeightInit.RELU);
  }

  private static ConvolutionLayer convolution(int filters, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3).nOut(filters).activation(activation).build();
  }

  private static ActivationLayer activation() {
    return new ActivationLayer.Builder().activation(Activation.RELU).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static DataSet images(int examples, DataType type, long seed) {
    return labelled(random(type, seed, examples, 2, 6, 6), seed);
  }

  static DataSet rows(int examples, DataType type, long seed) {
    return labelled(random(type, seed, examples, 8), seed);
  }

  /** The class is given by the size of the first two values. */
  private static DataSet labelled(INDArray features, long seed) {
    int examples = (int) features.size(0);
    INDArray labels = Nd4j.zeros(features.dataType(), examples, CLASSES);
    INDArray flat = features.reshape('c', examples, features.length() / examples);
    for (int i = 0; i < examples; i++) {
      double first = flat.getDouble(i, 0);
      labels.putScalar(i, first > 0.4 ? 0 : first < -0.4 ? 1 : 2, 1);
    }
    return new DataSet(features, labels);
  }

  static INDArray random(DataType type, long seed, long... shape) {
    Random random = new Random(seed);
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    double[] values = random.doubles(length).map(u -> 2 * u - 1).toArray();
    return Nd4j.createFromArray(values).castTo(type).reshape(shape);
  }

  /** Gives every gate's logit a value of its own, about half of them closed. */
  static void scatterLogits(org.deeplearning4j.nn.api.Model model, long seed) {
    model
        .paramTable()
        .forEach(
            (name, array) -> {
              if (name.endsWith("_gate")) {
                array.assign(random(array.dataType(), seed, array.shape()).muli(3));
              }
            });
  }

  static double distance(INDArray first, INDArray second) {
    return first.sub(second).amaxNumber().doubleValue();
  }
}
