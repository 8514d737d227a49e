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
package org.dl4jprune.examples.experiments;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.listeners.PruningListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * How the experiments train: momentum 0.9, a rate that falls along a cosine, an L2 penalty.
 *
 * @param data the images
 * @param epochs the number of passes
 * @param batch the minibatch
 * @param rate the initial learning rate
 * @param l2 the penalty on the weights
 */
record Setup(FashionMnist data, int epochs, int batch, double rate, double l2) {

  /** The number of steps of a whole training. */
  long iterations() {
    return (long) epochs * ((data.trainCount() + batch - 1) / batch);
  }

  IUpdater updater() {
    return new Nesterovs(new CosineRate(rate, iterations()), 0.9);
  }

  MultiLayerNetwork mlp(long seed) {
    return Networks.mlp(seed, updater(), DataType.FLOAT, l2);
  }

  MultiLayerNetwork lenet5(long seed) {
    return Networks.lenet5(seed, updater(), DataType.FLOAT, l2);
  }

  /** A perceptron of the given hidden layers. */
  MultiLayerNetwork perceptron(long seed, WeightInit initialisation, int... hidden) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(DataType.FLOAT)
            .updater(updater())
            .l2(l2)
            .weightInit(initialisation)
            .activation(Activation.RELU)
            .list();
    for (int units : hidden) {
      layers.layer(new DenseLayer.Builder().nOut(units).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(FashionMnist.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(FashionMnist.PIXELS))
                .build());
    network.init();
    return network;
  }

  /** Trains for all epochs; the order of the images follows from the seed. */
  MultiLayerNetwork train(MultiLayerNetwork network, long seed, PruningListener... listeners) {
    network.setListeners(listeners);
    DataSetIterator train = data.train(batch, seed);
    network.fit(train, epochs);
    network.setListeners();
    return network;
  }

  /** The fraction of test images that are classified rightly, in percent. */
  double accuracy(MultiLayerNetwork network) {
    return 100 * network.evaluate(data.test(1000)).accuracy();
  }
}
