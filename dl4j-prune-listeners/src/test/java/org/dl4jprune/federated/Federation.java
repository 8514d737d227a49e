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
package org.dl4jprune.federated;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A network, data and devices for the tests of this package. */
final class Federation {
  private Federation() {}

  /** A perceptron with batch normalisation behind each hidden layer. */
  static MultiLayerNetwork mlp(IUpdater updater, int inputs, int... hidden) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(5).updater(updater).list();
    for (int units : hidden) {
      layers.layer(new DenseLayer.Builder().nOut(units).activation(Activation.IDENTITY).build());
      layers.layer(new BatchNormalization.Builder().activation(Activation.RELU).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(inputs))
                .build());
    network.init();
    return network;
  }

  static MultiLayerNetwork network() {
    return mlp(new Sgd(0.1), 8, 6, 5);
  }

  static FedTinyBuilder small() {
    return FedTiny.builder()
        .density(0.4)
        .candidates(4)
        .localEpochs(1)
        .rounds(5)
        .adjustEvery(1)
        .stopAdjusting(4)
        .seed(3);
  }

  /** Rows of three classes. */
  static DataSet data(int examples, int inputs, long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray features = Nd4j.randn(DataType.FLOAT, examples, inputs);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 3, 1);
      features.putScalar(i, i % 3, 2);
    }
    return new DataSet(features, labels);
  }

  /** Clients of different sizes. */
  static List<OrderedData> clients(int count) {
    return DirichletPartition.of(data(60, 8, 1), count, 0.7, 16, 4);
  }

  static PackedMasks mask(Object model, double sparsity) {
    Pruned pruned = Pruner.of(model).sparsity(sparsity).prune();
    PackedMasks mask = PackedMasks.of(pruned.masks());
    pruned.masks().close();
    return mask;
  }

  static double distance(Object one, Object other) {
    INDArray first = PrunableModel.ofAny(one).blocks().get(0).values();
    INDArray second = PrunableModel.ofAny(other).blocks().get(0).values();
    return first.sub(second).normmaxNumber().doubleValue();
  }

  /** Devices that are made anew for each request, as in a process that keeps nothing. */
  static final class Forgetful implements Clients {
    private final PrunableModel model;
    private final DeviceSettings settings;
    private final List<? extends OrderedData> data;

    Forgetful(Object model, DeviceSettings settings, List<? extends OrderedData> data) {
      this.model = PrunableModel.ofAny(model);
      this.settings = settings;
      this.data = data;
    }

    private Device device(int number) {
      return new Device(model.copy(), settings, data.get(number), number);
    }

    @Override
    public long[] examples() {
      long[] examples = new long[data.size()];
      for (int i = 0; i < examples.length; i++) {
        examples[i] = device(i).examples();
      }
      return examples;
    }

    @Override
    public boolean remember() {
      return false;
    }

    @Override
    public SortedMap<Integer, Answer> ask(SortedMap<Integer, ? extends Request> requests) {
      SortedMap<Integer, Answer> answers = new TreeMap<>();
      requests.forEach((number, request) -> answers.put(number, device(number).answer(request)));
      return answers;
    }
  }

  /** Keeps the requests for training, and loses a device in one round. */
  static final class Watched implements Clients {
    final List<SortedMap<Integer, Request.Train>> rounds = new ArrayList<>();
    final List<SortedMap<Integer, Answer.Trained>> answers = new ArrayList<>();
    private final Clients clients;
    private final int lostRound;

    Watched(Clients clients, int lostRound) {
      this.clients = clients;
      this.lostRound = lostRound;
    }

    @Override
    public long[] examples() {
      return clients.examples();
    }

    @Override
    public boolean remember() {
      return clients.remember();
    }

    @Override
    public SortedMap<Integer, Answer> ask(SortedMap<Integer, ? extends Request> requests) {
      SortedMap<Integer, Answer> found = clients.ask(requests);
      SortedMap<Integer, Request.Train> trains = new TreeMap<>();
      SortedMap<Integer, Answer.Trained> trained = new TreeMap<>();
      requests.forEach(
          (number, request) -> {
            if (request instanceof Request.Train train) {
              trains.put(number, train);
              trained.put(number, (Answer.Trained) found.get(number));
            }
          });
      if (!trains.isEmpty()) {
        rounds.add(trains);
        answers.add(trained);
        if (rounds.size() == lostRound) {
          found.remove(0);
        }
      }
      return found;
    }
  }
}
