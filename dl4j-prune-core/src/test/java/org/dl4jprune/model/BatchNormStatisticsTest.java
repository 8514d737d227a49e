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
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The batch normalisation of card sparse-model-soups. */
class BatchNormStatisticsTest {
  private static final INDArray X = Nd4j.create(new double[][] {{1, 0}, {0, 1}, {1, 1}, {-1, 0}});

  private static MultiDataSet rows(int from, int to) {
    INDArray rows = X.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup();
    return new MultiDataSet(rows, Nd4j.zeros(DataType.DOUBLE, to - from, 1));
  }

  private static NeuralNetConfiguration.ListBuilder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .activation(Activation.IDENTITY)
        .list();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nOut(1)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork init(NeuralNetConfiguration.ListBuilder layers, InputType type) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.setInputType(type).build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork one(boolean logarithm, double first, double second) {
    MultiLayerNetwork network =
        init(
            base()
                .layer(new DenseLayer.Builder().nOut(1).hasBias(false).build())
                .layer(new BatchNormalization.Builder().useLogStd(logarithm).build())
                .layer(output()),
            InputType.feedForward(2));
    network.getParam("0_W").assign(Nd4j.create(new double[][] {{first}, {second}}));
    return network;
  }

  private static double mean(MultiLayerNetwork network) {
    return network.getParam("1_mean").getDouble(0);
  }

  private static double variance(MultiLayerNetwork network, boolean logarithm) {
    return logarithm
        ? Math.pow(10, 2 * network.getParam("1_log10stdev").getDouble(0))
        : network.getParam("1_var").getDouble(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theNumbersOfTheCard(boolean logarithm) {
    double[][] weights = {{2, 0, 0.5, 2.75}, {0, 2, 1, 1}, {1, 1, 0.75, 1.1875}};
    for (double[] row : weights) {
      MultiLayerNetwork network = one(logarithm, row[0], row[1]);
      PrunableModel model = PrunableModel.of(network);
      assertEquals(1, BatchNormStatistics.recompute(model, List.of(rows(0, 4))));
      assertEquals(row[2], mean(network), 1e-12);
      assertEquals(row[3], variance(network, logarithm), 1e-9);
      BatchNormStatistics.recompute(model, List.of(rows(0, 2), rows(2, 4)));
      assertEquals(row[2], mean(network), 1e-12);
      assertEquals(row[3], variance(network, logarithm), 1e-9);
    }
    MultiLayerNetwork soup = one(logarithm, 1, 1);
    soup.getParam("1_mean").assign(0.75);
    String key = logarithm ? "1_log10stdev" : "1_var";
    soup.getParam(key).assign(logarithm ? Math.log10(Math.sqrt(1.875)) : 1.875);
    assertEquals(0.182574, soup.feedForward(rows(0, 1).getFeatures(0)).get(2).getDouble(0), 5e-6);
    BatchNormStatistics.recompute(PrunableModel.of(soup), List.of(rows(0, 4)));
    assertEquals(0.229415, soup.feedForward(rows(0, 1).getFeatures(0)).get(2).getDouble(0), 5e-6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inOneBatchTrainingAndInferenceAgree(boolean graph) {
    MultiLayerNetwork network =
        init(
            base()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                .layer(new BatchNormalization())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build())
                .layer(new BatchNormalization())
                .layer(output()),
            InputType.convolutionalFlat(4, 4, 1));
    INDArray features = Nd4j.rand(DataType.DOUBLE, 20, 16).muli(3).addi(1);
    MultiDataSet batch = new MultiDataSet(features, Nd4j.zeros(DataType.DOUBLE, 20, 1));
    if (graph) {
      org.deeplearning4j.nn.graph.ComputationGraph same = network.toComputationGraph();
      assertEquals(2, BatchNormStatistics.recompute(PrunableModel.of(same), List.of(batch)));
      close(same.output(true, features)[0], same.output(false, features)[0]);
    } else {
      assertEquals(2, BatchNormStatistics.recompute(PrunableModel.of(network), List.of(batch)));
      close(network.output(features, true), network.output(features, false));
    }
  }

  private static void close(INDArray one, INDArray two) {
    assertTrue(one.sub(two).normmaxNumber().doubleValue() < 1e-4, one + " " + two);
  }

  @Test
  void aNetworkWithoutNormalisationStaysAsItIs() {
    MultiLayerNetwork network = init(base().layer(output()), InputType.feedForward(2));
    INDArray before = network.params().dup();
    assertEquals(0, BatchNormStatistics.recompute(PrunableModel.of(network), List.of()));
    assertEquals(0, before.sub(network.params()).norm1Number().doubleValue());
  }

  @Test
  void noDataIsAnErrorAndRandomNumbersStayWhereTheyWere() {
    PrunableModel model = PrunableModel.of(one(true, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> BatchNormStatistics.recompute(model, List.of()));
    Nd4j.getRandom().setSeed(5);
    long root = Nd4j.getRandom().rootState();
    BatchNormStatistics.recompute(model, List.of(rows(0, 4)));
    assertEquals(root, Nd4j.getRandom().rootState());
  }

  @Test
  void aConstantChannelHasTheLeastVariance() {
    MultiLayerNetwork network = one(true, 0, 0);
    BatchNormStatistics.recompute(PrunableModel.of(network), List.of(rows(0, 4)));
    assertEquals(1e-12, variance(network, true), 1e-15);
  }
}
