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
package org.dl4jprune.criterion;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** The two-layer network of the card classic-criteria: W2·relu(W1·x), loss ½(y − t)². */
final class CardNetwork {
  static final double[][] W1 = {{1, -0.5}, {0.25, 2}};
  static final double[][] W2 = {{0.5, -1}};

  private CardNetwork() {}

  static MultiDataSet data() {
    return new MultiDataSet(
        Nd4j.createFromArray(new double[][] {{1, 1}, {2, -1}}),
        Nd4j.createFromArray(new double[][] {{1}, {0.5}}));
  }

  static MultiLayerNetwork network(double lossFactor, IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(updater)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(2)
                        .nOut(2)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder()
                        .nOut(1)
                        .nIn(2)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .lossFunction(
                            new LossMSE(Nd4j.createFromArray(new double[][] {{lossFactor}})))
                        .build())
                .build());
    network.init();
    network.getParam("0_W").assign(Nd4j.createFromArray(W1).transpose());
    network.getParam("1_W").assign(Nd4j.createFromArray(W2).transpose());
    return network;
  }

  static PrunableModel multiLayer() {
    return PrunableModel.of(network(0.5, new Sgd(0.1)));
  }

  static PrunableModel sameDiff() {
    return sameDiff(1, new Sgd(0.1));
  }

  /** With its output divided by a temperature inside the graph. */
  static PrunableModel sameDiff(double temperature, IUpdater updater) {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 2);
    SDVariable label = graph.placeHolder("label", DataType.DOUBLE, -1, 1);
    SDVariable w1 = graph.var("w1", Nd4j.createFromArray(W1).transpose().dup());
    SDVariable w2 = graph.var("w2", Nd4j.createFromArray(W2).transpose().dup());
    SDVariable out = graph.nn().relu(in.mmul(w1), 0).mmul("out", w2);
    SDVariable softened = temperature == 1 ? out : out.div(temperature);
    // As a weight inside the op: M2.1's loss ops drop the gradient of whatever follows them.
    SDVariable half = graph.constant("half", Nd4j.scalar(DataType.DOUBLE, 0.5));
    graph.loss.meanSquaredError("loss", label, softened, half);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(updater)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return PrunableModel.of(graph);
  }

  static Evidence evidence(PrunableModel model) {
    return Evidence.of(model, new Layout(Selector.weights().select(model)), List.of(data()), 7);
  }

  static double[] scores(Criterion criterion, PrunableModel model) {
    try (Evidence evidence = evidence(model)) {
      INDArray scores = criterion.scores(evidence);
      return scores.castTo(DataType.DOUBLE).toDoubleVector();
    }
  }
}
