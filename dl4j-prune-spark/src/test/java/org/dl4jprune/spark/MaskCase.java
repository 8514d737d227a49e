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
package org.dl4jprune.spark;

import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Named;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * A model and a batch for it: one for each way in which parameters lie in memory and layers hand
 * constraints on.
 */
record MaskCase(Model model, DataSet batch) {
  private static MultiLayerNetwork network(InputType input, Layer... layers) {
    var list = Cluster.base(new Nesterovs(0.05, 0.9)).list();
    Stream.of(layers).forEach(list::layer);
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.layer(Cluster.output()).setInputType(input).build());
    network.init();
    return network;
  }

  private static MaskCase on(Model model, long... shape) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, 3);
    labels.getColumn(1).assign(1);
    return new MaskCase(model, new DataSet(Nd4j.rand(DataType.FLOAT, shape).subi(0.5), labels));
  }

  static Stream<Named<MaskCase>> models() {
    ComputationGraph graph =
        new ComputationGraph(
            Cluster.base(new Adam(1e-2))
                .graphBuilder()
                .addInputs("in")
                .addLayer("a_1", new DenseLayer.Builder().nOut(12).build(), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "in", "a_1")
                .addLayer("b", new DenseLayer.Builder().nOut(7).hasLayerNorm(true).build(), "sum")
                .addLayer("out", Cluster.output(), "b")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(12))
                .build());
    graph.init();
    return Stream.of(
        Named.of("dense", on(Cluster.mlp(new Adam(1e-2)), 4, 12)),
        Named.of("graph", on(graph, 4, 12)),
        Named.of(
            "convolutions",
            on(
                network(
                    InputType.convolutional(6, 6, 2),
                    new ConvolutionLayer.Builder(3, 3).nOut(5).build(),
                    new BatchNormalization(),
                    new DenseLayer.Builder().nOut(6).build()),
                4,
                2,
                6,
                6)),
        Named.of(
            "1D convolutions",
            on(
                network(
                    InputType.recurrent(3, 7),
                    new Convolution1DLayer.Builder(2).nOut(5).build(),
                    new GlobalPoolingLayer.Builder().build()),
                4,
                3,
                7)),
        Named.of(
            "bidirectional",
            on(
                network(
                    InputType.recurrent(3, 7),
                    new LastTimeStep(new Bidirectional(new LSTM.Builder().nOut(4).build()))),
                4,
                3,
                7)),
        Named.of(
            "last step of a wrapper, and a frozen layer",
            on(
                network(
                    InputType.recurrent(3, 7),
                    new LastTimeStep(new LSTM.Builder().nOut(4).build()),
                    new FrozenLayer(new DenseLayer.Builder().nIn(4).nOut(5).build())),
                4,
                3,
                7)));
  }
}
