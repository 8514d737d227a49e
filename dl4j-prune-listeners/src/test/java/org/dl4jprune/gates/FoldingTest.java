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
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.Masks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Folded networks compute what the gated ones do with closed gates at zero. */
class FoldingTest {
  private static final double LOWEST = -1e4;
  private static final float LOWEST_FLOAT = -1e4f;

  /** Closed gates of soft relaxations are not exactly zero before the decision. */
  private static void settle(Model gated) {
    gated
        .paramTable()
        .forEach(
            (name, array) -> {
              if (name.endsWith("_gate")) {
                INDArray closed = array.lt(0).castTo(array.dataType());
                array.addi(closed.muli(LOWEST));
              }
            });
  }

  private static boolean hasGates(Model model) {
    return model.paramTable().keySet().stream().anyMatch(name -> name.contains("gate"));
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void channelsOfAList(Relaxation relaxation) {
    MultiLayerNetwork network = Nets.convolutional(new Adam(0.01), DataType.FLOAT);
    DataSet data = Nets.images(16, DataType.FLOAT, 5);
    network.fit(data);
    MultiLayerNetwork gated = Gates.builder().relaxation(relaxation).build().insert(network);
    Nets.scatterLogits(gated, 4);
    settle(gated);
    INDArray expected = gated.output(data.getFeatures());
    Folded folded = GateFolding.fold(gated);
    MultiLayerNetwork smaller = (MultiLayerNetwork) folded.model().unwrap();
    assertTrue(smaller.numParams() < network.numParams());
    assertEquals(network.getnLayers(), smaller.getnLayers());
    assertFalse(hasGates(smaller));
    assertEquals(0, Nets.distance(expected, smaller.output(data.getFeatures())), 1e-5);
    MultiLayerNetwork masked = (MultiLayerNetwork) GateFolding.mask(gated).model().unwrap();
    assertEquals(network.numParams(), masked.numParams());
    assertEquals(0, Nets.distance(expected, masked.output(data.getFeatures())), 1e-5);
    smaller.fit(data);
    assertTrue(Double.isFinite(smaller.score()));
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void channelsAndBranchesOfAGraph(Relaxation relaxation) {
    ComputationGraph network = Nets.residual(new Adam(0.01), DataType.FLOAT);
    DataSet data = Nets.images(16, DataType.FLOAT, 6);
    network.fit(data);
    ComputationGraph gated = Gates.builder().relaxation(relaxation).build().insert(network);
    gated =
        Gates.builder().granularity(Granularity.LAYER).relaxation(relaxation).build().insert(gated);
    for (double branch : new double[] {0.7, -2}) {
      Nets.scatterLogits(gated, 4);
      gated.getParam("norm-gate_gate").assign(branch);
      settle(gated);
      INDArray expected = gated.outputSingle(data.getFeatures());
      Folded folded = GateFolding.fold(gated);
      ComputationGraph smaller = (ComputationGraph) folded.model().unwrap();
      assertFalse(hasGates(smaller));
      assertEquals(branch > 0, smaller.getConfiguration().getVertices().containsKey("outer"));
      assertEquals(0, Nets.distance(expected, smaller.outputSingle(data.getFeatures())), 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void weightsBecomeProductsAndZeros(Relaxation relaxation) {
    MultiLayerNetwork network = Nets.dense(new Adam(0.01), DataType.FLOAT, Activation.TANH);
    DataSet data = Nets.rows(16, DataType.FLOAT, 6);
    MultiLayerNetwork gated =
        Gates.builder()
            .granularity(Granularity.WEIGHT)
            .relaxation(relaxation)
            .layers("0", "1")
            .build()
            .insert(network);
    Nets.scatterLogits(gated, 4);
    settle(gated);
    INDArray expected = gated.output(data.getFeatures());
    Folded folded = GateFolding.fold(gated);
    MultiLayerNetwork plain = (MultiLayerNetwork) folded.model().unwrap();
    assertEquals(network.numParams(), plain.numParams());
    assertEquals(0, Nets.distance(expected, plain.output(data.getFeatures())), 1e-6);
    INDArray closed = gated.getParam("0_gate").lt(0).castTo(DataType.FLOAT);
    try (Masks masks = folded.masks()) {
      INDArray mask = masks.of(folded.model().parameters().get(0));
      assertEquals(0, Nets.distance(closed.rsub(1), mask));
      assertTrue(closed.sumNumber().doubleValue() > 10);
    }
  }

  @Test
  void anOpenStraightThroughGateChangesNothing() {
    MultiLayerNetwork network = Nets.convolutional(new Adam(0.01), DataType.FLOAT);
    DataSet data = Nets.images(16, DataType.FLOAT, 5);
    network.fit(data);
    network.fit(data);
    MultiLayerNetwork gated = Gates.builder().build().insert(network);
    assertEquals(2, gated.getIterationCount());
    assertEquals(
        0, Nets.distance(network.output(data.getFeatures()), gated.output(data.getFeatures())));
    Folded folded = GateFolding.fold(gated);
    MultiLayerNetwork back = (MultiLayerNetwork) folded.model().unwrap();
    assertEquals(0, Nets.distance(network.params(), back.params()));
    assertEquals(
        0,
        Nets.distance(
            network.getUpdater().getStateViewArray(), back.getUpdater().getStateViewArray()));
    assertEquals(2, back.getIterationCount());
    network.fit(data);
    back.fit(data);
    assertEquals(0, Nets.distance(network.params(), back.params()));
  }

  @Test
  void allGatesClosedKeepsTheOneWithTheLargestLogit() {
    MultiLayerNetwork gated =
        Gates.builder()
            .layers("1")
            .build()
            .insert(Nets.dense(new Adam(0.01), DataType.FLOAT, Activation.RELU));
    gated.getParam("2_gate").assign(-3);
    gated.getParam("2_gate").putScalar(4, -1);
    Folded folded = GateFolding.fold(gated);
    assertEquals(1, folded.warnings().size());
    assertEquals(1.0, folded.gates().get("layer1-gate").get(4));
    assertEquals(1, ((MultiLayerNetwork) folded.model().unwrap()).layerSize(1));
    assertEquals(7, ((MultiLayerNetwork) GateFolding.mask(gated).model().unwrap()).layerSize(1));
    assertEquals(6, folded.plan().units().size());
  }

  /** A gate that is closed for all its weights keeps one, as a layer without any is constant. */
  @Test
  void aLayerWhoseWeightsAreAllClosedKeepsOne() {
    MultiLayerNetwork gated =
        Gates.builder()
            .granularity(Granularity.WEIGHT)
            .layers("1")
            .build()
            .insert(Nets.dense(new Adam(0.01), DataType.FLOAT, Activation.RELU));
    gated.getParam("1_gate").assign(-3);
    gated.getParam("1_gate").putScalar(4, 2, -1);
    Folded folded = GateFolding.fold(gated);
    assertEquals(1, folded.warnings().size());
    INDArray weights = ((MultiLayerNetwork) folded.model().unwrap()).getParam("1_W");
    assertEquals(gated.getParam("1_W").getDouble(4, 2), weights.getDouble(4, 2));
    assertEquals(Math.abs(weights.getDouble(4, 2)), weights.norm1Number().doubleValue(), 1e-9);
  }

  /** Three heads of two rows, in front of a layer for each step of a sequence. */
  static MultiLayerNetwork attention(DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .updater(new Adam(0.01))
                .list()
                .layer(
                    new SelfAttentionLayer.Builder()
                        .nIn(5)
                        .nOut(6)
                        .nHeads(3)
                        .headSize(2)
                        .projectInput(true)
                        .build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork gatedHeads(MultiLayerNetwork network, Relaxation relaxation) {
    return Gates.builder()
        .granularity(Granularity.HEAD)
        .relaxation(relaxation)
        .build()
        .insert(network);
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void closedHeadsGo(Relaxation relaxation) {
    MultiLayerNetwork network = attention(DataType.FLOAT);
    INDArray features = Nets.random(DataType.FLOAT, 2, 4, 5, 7);
    INDArray before = network.output(features).dup();
    MultiLayerNetwork gated = gatedHeads(network, relaxation);
    gated.getParam("0_gate").assign(Nd4j.createFromArray(0.8f, LOWEST_FLOAT, 0.3f));
    INDArray expected = gated.output(features);
    Folded folded = GateFolding.fold(gated);
    MultiLayerNetwork plain = (MultiLayerNetwork) folded.model().unwrap();
    assertEquals(0, Nets.distance(expected, plain.output(features)), 1e-5);
    assertTrue(Nets.distance(expected, before) > 1e-4);
    SelfAttentionLayer layer =
        (SelfAttentionLayer) plain.getLayerWiseConfigurations().getConf(0).getLayer();
    assertEquals(2, layer.getNHeads());
    assertEquals(4, plain.getParam("0_Wo").size(0));
    assertEquals(0.0, folded.gates().get("layer0").get(1));
    MultiLayerNetwork masked = (MultiLayerNetwork) GateFolding.mask(gated).model().unwrap();
    assertEquals(0, Nets.distance(expected, masked.output(features)), 1e-5);
    INDArray rows = masked.getParam("0_Wo").norm1(1);
    assertEquals(0, rows.getDouble(2) + rows.getDouble(3));
    assertTrue(rows.getDouble(0) > 0 && rows.getDouble(5) > 0);
    assertEquals(network.numParams(), masked.numParams());
  }

  @Test
  void oneHeadStaysWhereAllAreClosed() {
    MultiLayerNetwork gated = gatedHeads(attention(DataType.FLOAT), Relaxation.HARD_CONCRETE);
    gated.getParam("0_gate").assign(Nd4j.createFromArray(-9f, -8f, -9f));
    Folded folded = GateFolding.fold(gated);
    assertTrue(folded.warnings().get(0).contains("all 3 gates of layer0"), folded.toText());
    MultiLayerNetwork plain = (MultiLayerNetwork) folded.model().unwrap();
    INDArray second = gated.getParam("0_Wo").get(NDArrayIndex.interval(2, 4));
    assertEquals(0, Nets.distance(second, plain.getParam("0_Wo")));
  }
}
