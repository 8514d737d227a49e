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
package org.dl4jprune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ModelTrainingTest {
  private static final double RATE = 0.5;

  /** Without a gradient, so that only the decay moves the weights. */
  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(RATE))
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(3).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    network.getParam("1_W").assign(0);
    return network;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDecayTakesItsShareOfTheWeightsInEachStep(boolean graph) {
    MultiLayerNetwork network = network();
    PrunableModel model =
        graph ? PrunableModel.of(network.toComputationGraph()) : PrunableModel.of(network);
    var before = weight(model).dup();
    DataSet data = new DataSet(Nd4j.ones(DataType.DOUBLE, 4, 2), Nd4j.zeros(DataType.DOUBLE, 4, 1));
    ModelTraining.setWeightDecay(model, 0.25);
    fit(model, data);
    assertEquals(
        0, before.mul(1 - 0.25 * RATE).sub(weight(model)).amaxNumber().doubleValue(), 1e-12);
    ModelTraining.setWeightDecay(model, 0);
    var then = weight(model).dup();
    fit(model, data);
    assertEquals(0, then.sub(weight(model)).amaxNumber().doubleValue());
  }

  private static org.nd4j.linalg.api.ndarray.INDArray weight(PrunableModel model) {
    return model.values(
        model.parameters().stream().filter(p -> p.role() == Role.WEIGHT).findFirst().orElseThrow());
  }

  private static void fit(PrunableModel model, DataSet data) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      network.fit(data);
    } else {
      ((org.deeplearning4j.nn.graph.ComputationGraph) model.unwrap()).fit(data);
    }
  }

  @Test
  void otherPenaltiesStayAndBothDirectionsAreSet() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .l2(0.125)
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nOut(2).build()))
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(3))
                .build());
    network.init();
    PrunableModel model = PrunableModel.of(network);
    ModelTraining.setWeightDecay(model, 0.5);
    ModelTraining.setWeightDecay(model, 0.25);
    Bidirectional both = (Bidirectional) network.getLayer(0).conf().getLayer();
    for (var layer : List.of(both.getFwd(), both.getBwd(), network.getLayer(1).conf().getLayer())) {
      assertEquals(
          List.of(new L2Regularization(0.125), new WeightDecay(0.25, true)),
          ((BaseLayer) layer).getRegularization());
    }
  }

  @Test
  void badDecaysAreRefused() {
    PrunableModel model = PrunableModel.of(network());
    for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class, () -> ModelTraining.setWeightDecay(model, bad));
      assertTrue(refusal.getMessage().contains("Weight decay " + bad), refusal.getMessage());
    }
    SameDiff graph = SameDiff.create();
    var in = graph.placeHolder("in", DataType.DOUBLE, -1, 2);
    in.mmul("out", graph.var("w", Nd4j.ones(DataType.DOUBLE, 2, 1)));
    PrunableModel unconfigured = PrunableModel.of(graph);
    assertThrows(
        IllegalStateException.class, () -> ModelTraining.setWeightDecay(unconfigured, 0.1));
  }
}
