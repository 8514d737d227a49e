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

import static org.dl4jprune.structure.Graphs.builder;
import static org.dl4jprune.structure.Graphs.conv;
import static org.dl4jprune.structure.Graphs.dense;
import static org.dl4jprune.structure.Graphs.init;
import static org.dl4jprune.structure.Graphs.last;
import static org.dl4jprune.structure.Graphs.lstm;
import static org.dl4jprune.structure.Graphs.norm;
import static org.dl4jprune.structure.Graphs.output;
import static org.dl4jprune.structure.Graphs.random;
import static org.dl4jprune.structure.Graphs.rnnOutput;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each vertex class of DL4J in a graph of its own. */
class VertexRulesTest {
  private static final InputType IMAGE = InputType.convolutional(8, 8, 2);
  private static final InputType IMAGE_LAST = InputType.convolutional(8, 8, 2, CNN2DFormat.NHWC);

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(1);
  }

  private static List<Integer> sizes(ChannelGroups groups) {
    return groups.groups().stream().map(group -> group.units().size()).toList();
  }

  @ParameterizedTest
  @EnumSource(ElementWiseVertex.Op.class)
  void elementWise(ElementWiseVertex.Op op) {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", conv(3, 6), "in")
                    .addLayer("b", conv(1, 6), "in")
                    .addVertex("both", new ElementWiseVertex(op), "a", "b")
                    .addLayer("c", conv(3, 4), "both")
                    .addLayer("out", output(), "c")
                    .setOutputs("out")
                    .setInputTypes(IMAGE)),
            random(2, 2, 8, 8));
    assertEquals(List.of(6, 4), sizes(groups), groups::explain);
  }

  @Test
  void mergesKeepTheirAxisWhereTheChannelsComeLast() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", last(3, 6), "in")
                    .addLayer("b", last(1, 5), "in")
                    .addVertex("both", new MergeVertex(), "a", "b")
                    .addLayer("c", last(3, 4), "both")
                    .addLayer("out", output(), "c")
                    .setOutputs("out")
                    .setInputTypes(IMAGE_LAST)),
            random(2, 8, 8, 2));
    assertEquals(List.of(6, 5, 4), sizes(groups), groups::explain);
  }

  @Test
  void mergesOfPlacesUniteChannels() {
    MergeVertex below = new MergeVertex();
    below.setMergeAxis(2);
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", nIn(conv(3, 6), 2), "in")
                    .addLayer("b", nIn(conv(1, 6), 2), "in")
                    .addVertex("both", below, "a", "b")
                    .addLayer("c", nIn(conv(3, 4), 6), "both")
                    .addLayer("pool", new GlobalPoolingLayer(), "c")
                    .addLayer("out", nIn(output(), 4), "pool")
                    .setOutputs("out")),
            random(2, 2, 8, 8));
    assertEquals(List.of(6, 4), sizes(groups), groups::explain);
    assertTrue(groups.explain().contains("merged along axis 2"), groups::explain);
  }

  private static <T extends org.deeplearning4j.nn.conf.layers.FeedForwardLayer> T nIn(
      T layer, int inputs) {
    layer.setNIn(inputs);
    return layer;
  }

  @Test
  void subsetsOfRowsAndPlaces() {
    ChannelGroups rows =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", nIn(dense(9), 4), "in")
                    .addVertex("low", new SubsetVertex(0, 3), "a")
                    .addVertex("high", new SubsetVertex(2, 8), "a")
                    .addLayer("b", nIn(dense(5), 4), "low")
                    .addLayer("c", nIn(dense(5), 7), "high")
                    .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "b", "c")
                    .addLayer("out", nIn(output(), 5), "sum")
                    .setOutputs("out")),
            random(2, 4));
    // Units that only the first, both, or only the second range reads.
    assertEquals(List.of(2, 2, 5, 5), sizes(rows), rows::explain);
    ComputationGraph places =
        init(
            builder("in")
                .addLayer("a", nIn(last(3, 6), 2), "in")
                .addVertex("part", new SubsetVertex(0, 3), "a")
                .addLayer("b", nIn(last(3, 4), 6), "part")
                .addLayer("out", nIn(output(), 128), "b")
                .inputPreProcessor(
                    "out", new CnnToFeedForwardPreProcessor(4, 8, 4, CNN2DFormat.NHWC))
                .setOutputs("out"));
    assertEquals(List.of(4), sizes(ChannelGroups.of(places)));
    Cutting.check(places, new INDArray[] {random(2, 8, 8, 2)}, null, 0.5, 1e-9);
    assertTrue(ChannelGroups.of(places).explain().contains("it picks a range of axis 1"));
  }

  @Test
  void stacksAndDistances() {
    // DL4J cannot give two vertices one layer's parameters: a network that reads two inputs alike
    // stacks them along the minibatch, which is how layers are shared.
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("left", "right")
                    .addVertex("stack", new StackVertex(), "left", "right")
                    .addLayer("shared", nIn(dense(8), 4), "stack")
                    .addLayer("more", nIn(dense(6), 8), "shared")
                    .addVertex("first", new UnstackVertex(0, 2), "more")
                    .addVertex("second", new UnstackVertex(1, 2), "more")
                    .addVertex("distance", new L2Vertex(), "first", "second")
                    .addVertex("all", new MergeVertex(), "distance", "first")
                    .addLayer("out", nIn(output(), 7), "all")
                    .setOutputs("out")),
            random(2, 4),
            random(2, 4));
    assertEquals(List.of(8, 6), sizes(groups), groups::explain);
  }

  @Test
  void stackedLayersAreOne() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", nIn(dense(5), 4), "in")
                    .addLayer("b", nIn(dense(5), 4), "in")
                    .addVertex("stack", new StackVertex(), "a", "b")
                    .addLayer("c", nIn(dense(6), 5), "stack")
                    .addVertex("back", new UnstackVertex(1, 2), "c")
                    .addLayer("out", nIn(output(), 6), "back")
                    .setOutputs("out")),
            random(2, 4));
    assertEquals(List.of(5, 6), sizes(groups), groups::explain);
  }

  @Test
  void scaleShiftAndPreprocessor() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", nIn(conv(3, 6), 2), "in")
                    .addVertex("scaled", new ScaleVertex(0.5), "a")
                    .addVertex("shifted", new ShiftVertex(0.25), "scaled")
                    .addVertex("rest", new PoolHelperVertex(), "shifted")
                    .addVertex(
                        "flat",
                        new PreprocessorVertex(new CnnToFeedForwardPreProcessor(7, 7, 6)),
                        "rest")
                    .addLayer("out", nIn(output(), 294), "flat")
                    .setOutputs("out")),
            random(2, 2, 8, 8));
    assertEquals(List.of(6), sizes(groups), groups::explain);
  }

  @Test
  void frozenVertices() {
    // DL4J does not pass gradients through them, so this graph is only read.
    MergeVertex lastAxis = new MergeVertex();
    lastAxis.setMergeAxis(3);
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("a", nIn(last(3, 6), 2), "in")
                .addVertex("merged", new FrozenVertex(lastAxis), "a", "a")
                .addVertex("scaled", new FrozenVertex(new ScaleVertex(0.5)), "merged")
                .addLayer("b", nIn(last(1, 4), 12), "scaled")
                .addLayer("out", nIn(output(), 256), "b")
                .inputPreProcessor(
                    "out", new CnnToFeedForwardPreProcessor(8, 8, 4, CNN2DFormat.NHWC))
                .setOutputs("out"));
    ChannelGroups groups = ChannelGroups.of(graph);
    assertEquals(List.of(6, 4), sizes(groups), groups::explain);
    Cutting.check(graph, new INDArray[] {random(2, 8, 8, 2)}, null, 0.5, 1e-9);
  }

  @Test
  void poolingOfChannelsKeepsThem() {
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("a", nIn(last(3, 6), 2), "in")
                .addLayer("b", nIn(last(3, 5), 6), "a")
                .addLayer("pool", new GlobalPoolingLayer(), "b")
                .addLayer("out", nIn(output(), 8), "pool")
                .setOutputs("out"));
    ChannelGroups groups = Graphs.check(graph, random(2, 8, 8, 2));
    assertEquals(List.of(6), sizes(groups), groups::explain);
    assertTrue(groups.explain().contains("channels too"), groups::explain);
  }

  @Test
  void timeSeriesVertices() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", lstm(6), "in")
                    .addVertex("last", new LastTimeStepVertex("in"), "a")
                    .addLayer("dense", dense(5), "last")
                    .addVertex("again", new DuplicateToTimeSeriesVertex("in"), "dense")
                    .addVertex("back", new ReverseTimeSeriesVertex("in"), "a")
                    .addVertex("both", new MergeVertex(), "again", "back")
                    .addLayer("b", lstm(4), "both")
                    .addLayer("out", rnnOutput(), "b")
                    .setOutputs("out")
                    .setInputTypes(InputType.recurrent(3, 5))),
            random(2, 3, 5));
    assertEquals(List.of(6, 5, 4), sizes(groups), groups::explain);
  }

  @Test
  void attentionVerticesLoseHeads() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("q", lstm(6), "in")
                    .addLayer("k", lstm(5), "in")
                    .addLayer("v", lstm(4), "in")
                    .addVertex(
                        "attention",
                        new AttentionVertex.Builder()
                            .nInQueries(6)
                            .nInKeys(5)
                            .nInValues(4)
                            .nHeads(4)
                            .headSize(2)
                            .nOut(7)
                            .projectInput(true)
                            .build(),
                        "q",
                        "k",
                        "v")
                    .addLayer("out", rnnOutput(), "attention")
                    .setOutputs("out")
                    .setInputTypes(InputType.recurrent(3, 5))),
            random(2, 3, 5));
    assertEquals(List.of(6, 5, 4, 4, 7), sizes(groups), groups::explain);
  }

  @Test
  void attentionWithoutProjectionsStays() {
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("q", lstm(6), "in")
                .addLayer("k", lstm(6), "in")
                .addLayer("v", lstm(6), "in")
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nInQueries(6)
                        .nInKeys(6)
                        .nInValues(6)
                        .nHeads(1)
                        .nOut(6)
                        .projectInput(false)
                        .build(),
                    "q",
                    "k",
                    "v")
                .addLayer("b", lstm(5), "attention")
                .addLayer("out", rnnOutput(), "b")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, 5)));
    assertEquals(List.of(5), sizes(ChannelGroups.of(graph)));
    assertTrue(ChannelGroups.of(graph).explain().contains("compares whole inputs"));
  }

  @Test
  void reshapesThatTheConfigurationExplains() {
    // Rows to images and back, with one place and with four.
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", nIn(dense(24), 4), "in")
                    .addVertex("image", new ReshapeVertex(-1, 6, 2, 2), "a")
                    .addLayer("b", nIn(conv(1, 5), 6), "image")
                    .addVertex("row", new ReshapeVertex(-1, 20), "b")
                    .addLayer("c", nIn(dense(7), 20), "row")
                    .addVertex("same", new ReshapeVertex(-1, 7), "c")
                    .addLayer("out", nIn(output(), 7), "same")
                    .setOutputs("out")),
            random(3, 4));
    assertEquals(List.of(6, 5, 7), sizes(groups), groups::explain);
  }

  @Test
  void reshapesThatItDoesNotExplainStay() {
    // An image of unknown size becomes a row.
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("a", nIn(conv(3, 6), 2), "in")
                .addVertex("row", new ReshapeVertex(-1, 384), "a")
                .addLayer("c", nIn(dense(7), 384), "row")
                .addLayer("out", nIn(output(), 7), "c")
                .setOutputs("out"));
    ChannelGroups groups = ChannelGroups.of(graph);
    assertEquals(List.of(7), sizes(groups), groups::explain);
    assertTrue(groups.explain().contains("does not say how its input lies in"), groups::explain);
    Graphs.check(graph, random(2, 2, 8, 8));
  }

  @Test
  void aChannelThatActsOnAllOthersStays() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", nIn(conv(3, 6), 2), "in")
                    .addLayer("gate", nIn(conv(1, 1), 2), "in")
                    .addVertex(
                        "gated", new ElementWiseVertex(ElementWiseVertex.Op.Product), "a", "gate")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "gated")
                    .addLayer("out", nIn(output(), 6), "pool")
                    .setOutputs("out")),
            random(2, 2, 8, 8));
    assertEquals(List.of(6), sizes(groups), groups::explain);
    assertTrue(groups.explain().contains("one channel acts on all others"), groups::explain);
  }

  @Test
  void normalisedImagesMeetRowsOfFeatures() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("image", "row")
                    .addLayer("a", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "image")
                    .addLayer("n", norm(), "a")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.MAX), "n")
                    .addLayer("b", new DenseLayer.Builder().nOut(5).build(), "row")
                    .addVertex("both", new MergeVertex(), "pool", "b")
                    .addLayer("out", output(), "both")
                    .setOutputs("out")
                    .setInputTypes(IMAGE, InputType.feedForward(3))),
            random(2, 2, 8, 8),
            random(2, 3));
    assertEquals(List.of(4, 5), sizes(groups), groups::explain);
  }
}
