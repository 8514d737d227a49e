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
package org.dl4jprune.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class LatencyTableTest {
  private static final MultiDataSet IMAGES =
      new MultiDataSet(Nd4j.rand(2, 3, 8, 8), Nd4j.rand(2, 2));

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY);
  }

  private static MultiLayerNetwork images() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new BatchNormalization())
                .layer(new DepthwiseConvolution2D.Builder().depthMultiplier(2).build())
                .layer(new SeparableConvolution2D.Builder(2, 2).nOut(12).build())
                .layer(new SubsamplingLayer.Builder().build())
                .layer(new DenseLayer.Builder().nOut(10).build())
                .layer(output().build())
                .setInputType(InputType.convolutional(8, 8, 3))
                .build());
    network.init();
    return network;
  }

  @Test
  void aSoftmaxIsRunWithOneOutputToo() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    MultiDataSet rows = new MultiDataSet(Nd4j.rand(2, 4), Nd4j.rand(2, 2));
    List<Long> outputs = new ArrayList<>();
    LatencyTable.measure(
        network,
        rows,
        (shape, forwardPass) -> {
          forwardPass.run();
          outputs.add(shape.outputs());
          return 1;
        },
        8);
    assertTrue(outputs.contains(1L), outputs::toString);
  }

  @Test
  void everyLayerWithWidthsIsRunAtEveryWidth() {
    List<LayerShape> seen = new ArrayList<>();
    LatencyTable table =
        LatencyTable.measure(
            images(),
            IMAGES,
            (shape, run) -> {
              run.run();
              seen.add(shape);
              return 7;
            },
            4);
    assertEquals(6, table.curves().size());
    LatencyTable.Curve convolution = table.curves().get(0);
    assertEquals(List.of(8L, 8L), convolution.shape().space());
    assertEquals(2, convolution.shape().batch());
    assertEquals(List.of(1L, 2L, 3L), convolution.inputs());
    assertEquals(List.of(2L, 4L, 6L, 8L), convolution.outputs());
    // A normalisation and a depthwise convolution have as many outputs as their inputs allow.
    assertEquals(1, table.curves().get(1).inputs().size());
    assertEquals(1, table.curves().get(2).inputs().size());
    assertTrue(
        seen.stream()
            .filter(s -> s.kind().startsWith("Depthwise"))
            .allMatch(s -> s.outputs() == 2 * s.inputs()));
    assertTrue(table.curves().get(0).shape().kind().contains("[3, 3]"));
  }

  @Test
  void recurrentAndEmbeddingLayersAreMeasuredInGraphsToo() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(1, 5))
                .addLayer("e", new EmbeddingSequenceLayer.Builder().nIn(9).nOut(6).build(), "in")
                .addLayer("l", new LastTimeStep(new LSTM.Builder().nOut(4).build()), "e")
                .addLayer("out", output().build(), "l")
                .setOutputs("out")
                .build());
    graph.init();
    MultiDataSet words = new MultiDataSet(Nd4j.zeros(3, 1, 5), Nd4j.zeros(3, 2));
    LatencyTable table =
        LatencyTable.measure(
            graph,
            words,
            (shape, run) -> {
              run.run();
              return 10 * shape.outputs();
            },
            2);
    assertEquals(
        List.of("EmbeddingSequenceLayer", "LSTM", "OutputLayer"),
        table.curves().stream().map(curve -> curve.shape().kind()).toList());
    ChannelGroups groups = ChannelGroups.of(graph);
    Cost cost = Cost.latency(groups, table, words);
    assertEquals(60 + 40 + 20, cost.after(Set.of()));
    ChannelGroup cells = groups.groups().get(1);
    assertEquals(4, cells.units().size());
    assertEquals(60 + 20 + 20, cost.after(Set.copyOf(cells.units().subList(0, 2))));
  }

  @Test
  void timesBetweenTheWidthsAreInterpolatedAndFlatBelowTheFirst() {
    LatencyTable.Curve curve =
        new LatencyTable.Curve(
            new LayerShape("DenseLayer", 1, List.of(), 20, 30),
            List.of(10L, 20L),
            List.of(15L, 30L),
            List.of(List.of(100L, 200L), List.of(300L, 500L)));
    assertEquals(500, curve.at(20, 30));
    assertEquals(200, curve.at(10, 30));
    assertEquals(100, curve.at(3, 4));
    assertEquals(350, curve.at(15, 30));
    assertEquals((100 + 200 + 300 + 500) / 4.0, curve.at(15, 22) + 2.5 * 2, 2.6);
    assertEquals(150 - 100 / 30.0, curve.at(10, 22), 1e-9);
  }

  @Test
  void theMedianOfTheCountedRunsIsTaken() {
    long[] now = {0};
    int[] runs = {0};
    int[] durations = {1_000, 1_000, 5, 900, 7, 3, 8};
    MedianTimer timer = new MedianTimer(() -> now[0], 2, 5);
    LayerShape shape = new LayerShape("DenseLayer", 1, List.of(), 1, 1);
    assertEquals(7, timer.nanoseconds(shape, () -> now[0] += durations[runs[0]++]));
    assertEquals(7, runs[0]);
    assertThrows(IllegalArgumentException.class, () -> new MedianTimer(() -> 0, -1, 5));
    assertThrows(IllegalArgumentException.class, () -> new MedianTimer(() -> 0, 0, 0));
  }

  @Test
  void tablesAreSavedAndLoaded(@TempDir Path folder) throws Exception {
    LatencyTable table = LatencyTable.measure(images(), IMAGES, (shape, run) -> shape.outputs(), 3);
    Path file = folder.resolve("table.json");
    table.save(file);
    table.save(file);
    assertEquals(table, LatencyTable.load(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    for (String broken : List.of("{", "{}", "[1]", "{\"points\":3,\"curves\":[{\"a\":1}]}")) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> LatencyTable.fromJson(broken))
              .getMessage()
              .contains("no latency table"));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> LatencyTable.measure(images(), IMAGES, (shape, run) -> 1, 0));
  }

  @Test
  void theRealClockMeasuresSomething() {
    LatencyTable table =
        LatencyTable.measure(images(), IMAGES, new MedianTimer(System::nanoTime, 0, 1), 1);
    assertTrue(
        table.curves().stream()
            .flatMap(curve -> curve.nanoseconds().stream())
            .flatMap(List::stream)
            .allMatch(time -> time > 0));
  }
}
