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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.AmountScope;
import org.dl4jprune.allocation.PqIndex;
import org.dl4jprune.allocation.SparsityInformed;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The vectors of the PQ Index as weights of models, and one-shot amounts that follow from it. */
class ConcentrationTest {
  private static final PqIndex HALF = new PqIndex(0.5, 1);
  private static final double[] V = {.9, -.05, .04, .6, .03, -.02, .3, .01};
  private static final INDArray FIRST = Nd4j.createFromArray(V).reshape('c', new long[] {4, 2});
  private static final INDArray SECOND = Nd4j.createFromArray(new double[][] {{-1, 1}, {1, 1}});

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(2).build())
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    network.init();
    network.setParam("0_W", FIRST);
    network.setParam("1_W", SECOND);
    return network;
  }

  private static SameDiff graph() {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 4);
    SDVariable label = graph.placeHolder("label", DataType.DOUBLE, -1, 2);
    SDVariable out =
        in.mmul(graph.var("w1", FIRST.dup())).mmul("out", graph.var("w2", SECOND.dup()));
    graph.loss.softmaxCrossEntropy("loss", label, out, null);
    graph.setLossVariables("loss");
    return graph;
  }

  static Stream<Object> models() {
    return Stream.of(network(), network().toComputationGraph(), graph());
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyParameterHasARow(Object model) {
    Concentration dense = Concentration.of(model, Selector.weights(), HALF);
    assertEquals(3, dense.rows().size());
    assertEquals(0.380298, dense.rows().get(0).value(), 6e-7);
    // r = d(1 − I) for p = 0.5 and q = 1.
    assertEquals(0.380298, dense.rows().get(0).compressible(), 6e-7);
    assertEquals(0, dense.rows().get(1).value(), 1e-12);
    assertEquals(12, dense.rows().get(2).active());
    assertTrue(dense.all() > 0 && dense.all() < 0.380298);
    assertTrue(dense.toString().contains("0.380298"), dense.toString());
  }

  @ParameterizedTest
  @MethodSource("models")
  void amountsWithoutRetrainingAndTheIndexOfWhatIsLeft(Object model) {
    Pruned pruned =
        Pruner.of(model).allocation(new SparsityInformed(AmountScope.LAYER)).sparsity(0.99).prune();
    // c = 3 of the first weight, none of equal magnitudes.
    assertEquals(List.of(3L, 0L), pruned.report().layers().stream().map(l -> l.zeros()).toList());
    Concentration left = Concentration.of(pruned.model().unwrap(), pruned.masks(), HALF);
    assertEquals(5, left.rows().get(0).active());
    INDArray active = Nd4j.createFromArray(.9, .05, .04, .6, .3);
    assertEquals(HALF.of(active), left.rows().get(0).value(), 1e-9);
    assertEquals(9, left.rows().get(2).active());
    pruned.masks().close();
  }

  @Test
  void whatIsNotFiniteIsNamed() {
    MultiLayerNetwork network = network();
    PrunableModel.of(network)
        .values(PrunableModel.of(network).parameters().get(0))
        .assign(Float.NaN);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Concentration.of(network, Selector.weights(), HALF))
            .getMessage();
    assertTrue(message.contains("0_W: ") && message.contains("NaN"), message);
  }
}
