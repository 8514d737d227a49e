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
package org.dl4jprune.benchmarks;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.examples.net.Networks;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The networks that are measured, and a batch for them. */
final class BenchmarkNetworks {
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final long SEED = 1;

  private BenchmarkNetworks() {}

  /** Networks by the number of their parameters. */
  static MultiLayerNetwork of(String name) {
    return switch (name) {
      case "lenet-431k" -> Networks.lenet(SEED, new Adam(1e-3), DataType.FLOAT);
      case "mlp-5.8M" -> perceptron(2048, 2048);
      case "mlp-10M" -> perceptron(2048, 4096);
      default -> throw new IllegalArgumentException("There is no network " + name);
    };
  }

  private static MultiLayerNetwork perceptron(int first, int second) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .updater(new Adam(1e-3))
                .weightInit(WeightInit.RELU)
                .list()
                .layer(dense(first))
                .layer(dense(second))
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(PIXELS))
                .build());
    network.init();
    return network;
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build();
  }

  /** Random images; what they show does not matter for the time of a step. */
  static DataSet batch(int size) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, size, CLASSES);
    for (int row = 0; row < size; row++) {
      labels.putScalar(row, row % CLASSES, 1);
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, size, PIXELS), labels);
  }
}
