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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** One training run with gates that depend on the example, and what is left of it. */
class ConsensusGatesTest {

  private static DataSetIterator rows(int examples, int batch) {
    return new ViewIterator(Nets.rows(examples, DataType.FLOAT, 3), batch);
  }

  private static MultiLayerNetwork network() {
    return Nets.dense(new Adam(0.01), DataType.FLOAT, Activation.RELU);
  }

  private static ConsensusGatesBuilder half(long iterations) {
    return ConsensusGates.builder()
        .targetSparsity(0.5)
        .cost(GateCost.UNIFORM)
        .polarization(50, iterations);
  }

  @Test
  void aRunEndsWithAStaticNetworkNearTheTarget() {
    ConsensusGates gates = half(120).targetSparsity(0.3).build();
    MultiLayerNetwork dense = Nets.dense(new Adam(0.01), DataType.FLOAT, Activation.RELU, 40, 30);
    ComputationGraph gated = gates.install(dense);
    DataSetIterator data = rows(512, 64);
    gated.fit(data, 15);
    Consensus consensus = gates.extract(gated, data);
    assertTrue(consensus.agreement() > 0.99, consensus.toText());
    assertEquals(0.7, consensus.keptCost(), 0.03, consensus.toText());
    ComputationGraph network = (ComputationGraph) consensus.folded().model().unwrap();
    assertEquals(
        List.of("0", "1", "2"), List.copyOf(network.getConfiguration().getVertices().keySet()));
    assertTrue(network.numParams() < dense.numParams());
    data.reset();
    double before = gated.evaluate(data).accuracy();
    data.reset();
    assertEquals(before, network.evaluate(data).accuracy(), 0.02);
    assertTrue(before > 0.7);
  }

  @Test
  void sameSeedSameBits() {
    INDArray first = trained();
    assertEquals(0, Nets.distance(first, trained()));
  }

  private static INDArray trained() {
    ComputationGraph gated = half(30).build().install(network());
    gated.fit(rows(128, 32), 3);
    return gated.params();
  }

  @Test
  void whereAnExamplesGatesAreTheKeptOnesTheOutputsAreEqual() {
    ConsensusGates gates = half(100).build();
    ComputationGraph network = Nets.residual(new Adam(0.01), DataType.FLOAT);
    DataSet data = Nets.images(24, DataType.FLOAT, 8);
    network.fit(data);
    ComputationGraph gated = gates.install(network);
    // Only the offsets decide, so that every example has the same gates.
    gated.getParam("inner-gates_W").assign(0);
    gated.getParam("dense-gates_W").assign(0);
    gated.getParam("inner-gates_b").assign(Nets.random(DataType.FLOAT, 2, 5));
    gated.getParam("dense-gates_b").assign(Nets.random(DataType.FLOAT, 5, 6));
    Consensus consensus = gates.extract(gated, new ViewIterator(data, 8));
    ComputationGraph plain = (ComputationGraph) consensus.folded().model().unwrap();
    assertTrue(plain.numParams() < network.numParams());
    assertEquals(1, consensus.agreement());
    assertEquals(
        0,
        Nets.distance(
            gated.outputSingle(data.getFeatures()), plain.outputSingle(data.getFeatures())),
        1e-5);
  }

  @Test
  void aClosedBlockLeavesItsSkip() {
    ConsensusGates gates = half(100).granularity(Granularity.LAYER).build();
    ComputationGraph gated = gates.install(Nets.residual(new Adam(0.01), DataType.FLOAT));
    DataSet data = Nets.images(24, DataType.FLOAT, 8);
    gated.fit(data);
    gated.getParam("norm-gates_b").assign(-5);
    Consensus consensus = gates.extract(gated, new ViewIterator(data, 8));
    ComputationGraph plain = (ComputationGraph) consensus.folded().model().unwrap();
    assertEquals(
        List.of("stem", "act", "dense", "out"),
        List.copyOf(plain.getConfiguration().getVertices().keySet()));
    assertEquals(
        0,
        Nets.distance(
            gated.outputSingle(data.getFeatures()), plain.outputSingle(data.getFeatures())),
        1e-5);
    assertEquals(0, consensus.keptCost());
  }

  @Test
  void blockGatesLearn() {
    ConsensusGates gates = half(100).granularity(Granularity.LAYER).build();
    ComputationGraph gated = gates.install(Nets.residual(new Adam(0.01), DataType.FLOAT));
    INDArray before = gated.getParam("norm-gates_W").dup();
    gated.fit(Nets.images(24, DataType.FLOAT, 8));
    assertTrue(Nets.distance(before, gated.getParam("norm-gates_W")) > 1e-4);
  }

  @Test
  void gatedModelsTravelWithTheirGates(@TempDir File folder) throws IOException {
    ComputationGraph graph =
        Gates.builder()
            .granularity(Granularity.LAYER)
            .build()
            .insert(half(100).build().install(Nets.residual(new Adam(0.01), DataType.FLOAT)));
    graph.setListeners();
    DataSet images = Nets.images(8, DataType.FLOAT, 1);
    graph.fit(images);
    File file = new File(folder, "graph.zip");
    ModelSerializer.writeModel(graph, file, true);
    ComputationGraph read = ModelSerializer.restoreComputationGraph(file, true);
    assertEquals(graph.getConfiguration(), read.getConfiguration());
    assertEquals(
        graph.getConfiguration(),
        ComputationGraphConfiguration.fromYaml(graph.getConfiguration().toYaml()));
    graph.fit(images);
    read.fit(images);
    assertEquals(0, Nets.distance(graph.params(), read.params()));

    MultiLayerNetwork list =
        Gates.builder()
            .relaxation(Relaxation.SIGMOID)
            .layers("0")
            .build()
            .insert(
                Gates.builder()
                    .granularity(Granularity.WEIGHT)
                    .layers("1")
                    .build()
                    .insert(network()));
    DataSet rows = Nets.rows(8, DataType.FLOAT, 1);
    list.fit(rows);
    ModelSerializer.writeModel(list, file, true);
    MultiLayerNetwork again = ModelSerializer.restoreMultiLayerNetwork(file, true);
    assertEquals(list.getLayerWiseConfigurations(), again.getLayerWiseConfigurations());
    assertEquals(
        list.getLayerWiseConfigurations(),
        MultiLayerConfiguration.fromYaml(list.getLayerWiseConfigurations().toYaml()));
    list.fit(rows);
    again.fit(rows);
    assertEquals(0, Nets.distance(list.params(), again.params()));
    MultiLayerNetwork copy = list.clone();
    copy.fit(rows);
    list.fit(rows);
    assertEquals(0, Nets.distance(list.params(), copy.params()));
  }

  @Test
  void recurrentUnitsAreRefused() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new LSTM.Builder().nIn(3).nOut(4).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    refused("dense and convolutional", () -> Gates.builder().layers("0").build().insert(network));
    refused("dense and convolutional", () -> half(10).layers("0").build().install(network));
    refused("No layer of this network", () -> Gates.builder().build().insert(network));
  }

  @Test
  void whatCannotBeGatedIsRefused() {
    MultiLayerNetwork network = network();
    refused("there are", () -> Gates.builder().layers("nine").build().insert(network));
    refused("dense and convolutional", () -> Gates.builder().layers("2").build().insert(network));
    refused("named twice", () -> Gates.builder().layers("0", "0").build().insert(network));
    MultiLayerNetwork gated = Gates.builder().layers("0").build().insert(network);
    refused("gate already", () -> Gates.builder().layers("0").build().insert(gated));
    refused(
        "residual connection",
        () -> Gates.builder().granularity(Granularity.LAYER).build().insert(network));
    refused(
        "SelfAttention",
        () -> Gates.builder().granularity(Granularity.HEAD).layers("0").build().insert(network));
    refused(
        "STRAIGHT_THROUGH",
        () ->
            Gates.builder()
                .relaxation(Relaxation.SIGMOID)
                .layers("0")
                .build()
                .insert(Nets.dense(new Sgd(1), DataType.FLOAT, Activation.TANH)));
    ComputationGraph residual = Nets.residual(new Sgd(1), DataType.FLOAT);
    refused("coupled", () -> Gates.builder().layers("stem").build().insert(residual));
    refused("coupled", () -> half(10).layers("norm").build().install(residual));
    refused("no gates", () -> GatePenalties.of(network));
    refused("no gates", () -> GateFolding.fold(network));
    refused("ConsensusGates.extract", () -> GateFolding.fold(half(10).build().install(network)));
    refused("not finite", () -> Gates.builder().initialLogit(Double.NaN).build());
    refused("negative", () -> GatePenalties.of(gated).add(GatePenalty.l0(), -1));
    refused("negative", () -> half(10).activity(-1));
    refused("[0, 1)", () -> half(10).targetSparsity(1));
    refused("missing", () -> ConsensusGates.builder().build());
  }

  @Test
  void anUnreachableBudgetSaysWhatCanBeReached() {
    refused(
        "the largest target sparsity is 0.8824",
        () -> half(10).targetSparsity(0.95).build().install(network()));
    assertEquals(
        17,
        half(10)
                .targetSparsity(0.88)
                .build()
                .install(network())
                .getLayer("0-gates")
                .getParam("b")
                .length()
            + 7);
  }

  @Test
  void gatesThatAreNotFiniteNameTheirSite() {
    ComputationGraph gated = half(10).build().install(network());
    gated.getParam("1-gates_b").assign(Double.NaN);
    IllegalStateException failed =
        assertThrows(IllegalStateException.class, () -> gated.fit(Nets.rows(8, DataType.FLOAT, 1)));
    assertTrue(failed.getMessage().contains("1-gates"));
  }

  private static void refused(String part, Runnable action) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  @Test
  void theScoreHoldsThePenalties() {
    MultiLayerNetwork gated = Gates.builder().build().insert(network());
    DataSet rows = Nets.rows(8, DataType.FLOAT, 1);
    double task = gated.score(rows);
    gated.setListeners(GatePenalties.of(gated).add(GatePenalty.l0(), 0.25));
    assertEquals(task + 0.25, gated.score(rows), 1e-6);
    Model plain = network();
    assertFalse(plain.paramTable().containsKey("1_gate"));
  }
}
