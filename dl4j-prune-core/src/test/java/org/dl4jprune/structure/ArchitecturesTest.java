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
import static org.dl4jprune.structure.Graphs.lstm;
import static org.dl4jprune.structure.Graphs.output;
import static org.dl4jprune.structure.Graphs.random;
import static org.dl4jprune.structure.Graphs.rnnOutput;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Architectures whose couplings people patch by hand elsewhere. */
class ArchitecturesTest {
  private static final InputType IMAGE = InputType.convolutional(8, 8, 2);
  private static final InputType SEQUENCE = InputType.recurrent(3, 5);

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(1);
  }

  private static List<Integer> sizes(ChannelGroups groups) {
    return groups.groups().stream().map(group -> group.units().size()).toList();
  }

  private static ElementWiseVertex add() {
    return new ElementWiseVertex(ElementWiseVertex.Op.Add);
  }

  private static INDArray images() {
    return random(2, 2, 8, 8);
  }

  private static BatchNormalization norm() {
    return Graphs.norm();
  }

  private static <T extends FeedForwardLayer> T nIn(T layer, int inputs) {
    layer.setNIn(inputs);
    return layer;
  }

  @Test
  void residual() {
    GraphBuilder graph =
        builder("in").addLayer("c0", conv(3, 8), "in").addLayer("b0", norm(), "c0");
    String stream = "b0";
    for (int block = 1; block <= 3; block++) {
      graph
          .addLayer("x" + block, conv(3, 6), stream)
          .addLayer("xn" + block, norm(), "x" + block)
          .addLayer("xa" + block, new ActivationLayer(Activation.RELU), "xn" + block)
          .addLayer("y" + block, conv(3, 8), "xa" + block)
          .addLayer("yn" + block, norm(), "y" + block)
          .addVertex("sum" + block, add(), stream, "yn" + block)
          .addLayer("act" + block, new ActivationLayer(Activation.RELU), "sum" + block);
      stream = "act" + block;
    }
    ChannelGroups groups =
        Graphs.check(
            init(
                graph
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), stream)
                    .addLayer("out", output(), "pool")
                    .setOutputs("out")
                    .setInputTypes(IMAGE)),
            images());
    assertEquals(List.of(8, 6, 6, 6), sizes(groups), groups::explain);
  }

  @Test
  void denseConcatenation() {
    GraphBuilder graph = builder("in").addLayer("c0", conv(3, 6), "in");
    String all = "c0";
    for (int block = 1; block <= 3; block++) {
      graph
          .addLayer("n" + block, norm(), all)
          .addLayer("a" + block, new ActivationLayer(Activation.RELU), "n" + block)
          .addLayer("c" + block, conv(3, 4), "a" + block)
          .addVertex("cat" + block, new MergeVertex(), all, "c" + block);
      all = "cat" + block;
    }
    ChannelGroups groups =
        Graphs.check(
            init(
                graph
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), all)
                    .addLayer("out", output(), "pool")
                    .setOutputs("out")
                    .setInputTypes(IMAGE)),
            images());
    assertEquals(List.of(6, 4, 4, 4), sizes(groups), groups::explain);
  }

  @Test
  void inception() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("stem", conv(3, 8), "in")
                    .addLayer("one", conv(1, 4), "stem")
                    .addLayer("three0", conv(1, 3), "stem")
                    .addLayer("three", conv(3, 5), "three0")
                    .addLayer("five0", conv(1, 2), "stem")
                    .addLayer("five", conv(5, 3), "five0")
                    .addLayer(
                        "pool0",
                        new SubsamplingLayer.Builder(PoolingType.MAX)
                            .kernelSize(3, 3)
                            .stride(1, 1)
                            .build(),
                        "stem")
                    .addLayer("pool1", conv(1, 2), "pool0")
                    .addVertex("cat", new MergeVertex(), "one", "three", "five", "pool1")
                    .addLayer("next", conv(1, 6), "cat")
                    .addLayer("out", output(), "next")
                    .setOutputs("out")
                    .setInputTypes(IMAGE)),
            images());
    assertEquals(List.of(8, 4, 3, 2, 5, 3, 2, 6), sizes(groups), groups::explain);
  }

  @Test
  void wideAndDeep() {
    // The wide part goes around all layers: its width follows from the layer that reads the sum.
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("wide", "deep")
                    .addLayer("d1", nIn(dense(9), 4), "deep")
                    .addLayer("d2", nIn(dense(6), 9), "d1")
                    .addVertex("all", new MergeVertex(), "wide", "d2")
                    .addLayer("out", nIn(output(), 13), "all")
                    .setOutputs("out")),
            random(2, 7),
            random(2, 4));
    assertEquals(List.of(9, 6), sizes(groups), groups::explain);
  }

  @Test
  void splitAndMerge() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("stem", nIn(conv(3, 8), 2), "in")
                    .addVertex("left", new SubsetVertex(0, 3), "stem")
                    .addVertex("right", new SubsetVertex(4, 7), "stem")
                    .addLayer("work", nIn(conv(3, 4), 4), "right")
                    .addVertex("again", new MergeVertex(), "work", "left")
                    .addLayer("next", nIn(conv(1, 6), 8), "again")
                    .addVertex("sum", add(), "left", "work")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "next")
                    .addLayer("pool2", new GlobalPoolingLayer(PoolingType.AVG), "sum")
                    .addVertex("pools", new MergeVertex(), "pool", "pool2")
                    .addLayer("out", nIn(output(), 10), "pools")
                    .setOutputs("out")),
            images());
    assertEquals(3, groups.groups().size(), groups::explain);
  }

  @Test
  void generator() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("noise")
                    .addLayer("project", nIn(dense(5 * 4), 6), "noise")
                    .addLayer("n0", norm(20), "project")
                    .inputPreProcessor("up1", new FeedForwardToCnnPreProcessor(2, 2, 5))
                    .addLayer("up1", deconv(5, 6), "n0")
                    .addLayer("n1", norm(6), "up1")
                    .addLayer("a1", new ActivationLayer(Activation.RELU), "n1")
                    .addLayer("up2", deconv(6, 4), "a1")
                    .addLayer("image", nIn(conv(3, 3), 4), "up2")
                    .addLayer(
                        "out",
                        new org.deeplearning4j.nn.conf.layers.CnnLossLayer.Builder(
                                org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.MSE)
                            .build(),
                        "image")
                    .setOutputs("out")),
            random(2, 6));
    assertEquals(List.of(5, 6, 4), sizes(groups), groups::explain);
  }

  private static BatchNormalization norm(int width) {
    return new BatchNormalization.Builder().nIn(width).nOut(width).build();
  }

  private static Deconvolution2D deconv(int inputs, int channels) {
    return new Deconvolution2D.Builder(2, 2).stride(2, 2).nIn(inputs).nOut(channels).build();
  }

  @Test
  void severalInputsAndOutputs() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("image", "row")
                    .addLayer("c", conv(3, 6), "image")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.MAX), "c")
                    .addLayer("d", dense(5), "row")
                    .addVertex("both", new MergeVertex(), "pool", "d")
                    .addLayer("shared", dense(9), "both")
                    .addLayer("h1", dense(7), "shared")
                    .addLayer("out1", output(), "h1")
                    .addLayer("out2", output(), "shared")
                    .setOutputs("out1", "out2")
                    .setInputTypes(IMAGE, InputType.feedForward(4))),
            images(),
            random(2, 4));
    assertEquals(List.of(6, 5, 9, 7), sizes(groups), groups::explain);
  }

  @Test
  void bidirectionalStack() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", new Bidirectional(lstm(5)), "in")
                    .addLayer("b", new Bidirectional(Bidirectional.Mode.ADD, lstm(10)), "a")
                    .addVertex("sum", add(), "a", "b")
                    .addLayer("c", new Bidirectional(lstm(4)), "sum")
                    .addLayer("last", new LastTimeStep(lstm(6)), "c")
                    .addLayer("out", output(), "last")
                    .setOutputs("out")
                    .setInputTypes(SEQUENCE)),
            random(2, 3, 5));
    // The sum of a concatenation and an addition: unit i of both directions of one, i and i + 5 of
    // the other.
    assertEquals(List.of(5, 4, 6), sizes(groups), groups::explain);
  }

  @Test
  @SuppressWarnings("deprecation")
  void stackedGravesLstm() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("a", graves(6), "in")
                    .addLayer("b", graves(5), "a")
                    .addLayer("c", graves(5), "b")
                    .addVertex("sum", add(), "b", "c")
                    .addLayer("out", rnnOutput(), "sum")
                    .setOutputs("out")
                    .setInputTypes(SEQUENCE)),
            random(2, 3, 5));
    assertEquals(List.of(6, 5), sizes(groups), groups::explain);
  }

  @SuppressWarnings("deprecation")
  private static org.deeplearning4j.nn.conf.layers.GravesLSTM graves(int units) {
    return new org.deeplearning4j.nn.conf.layers.GravesLSTM.Builder().nOut(units).build();
  }

  @Test
  void squeezeAndExcitation() {
    DenseLayer gate = new DenseLayer.Builder().nOut(8).activation(Activation.SIGMOID).build();
    ChannelGroups rows =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("c", nIn(conv(3, 8), 2), "in")
                    .addLayer("squeeze", new GlobalPoolingLayer(PoolingType.AVG), "c")
                    .addLayer("f1", nIn(dense(4), 8), "squeeze")
                    .addLayer("f2", nIn(gate, 4), "f1")
                    .addVertex("as image", new ReshapeVertex(-1, 8, 1, 1), "f2")
                    .addVertex("scaled", product(), "c", "as image")
                    .addLayer("next", nIn(conv(3, 5), 8), "scaled")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "next")
                    .addLayer("out", nIn(output(), 5), "pool")
                    .setOutputs("out")),
            images());
    assertEquals(List.of(8, 4, 5), sizes(rows), rows::explain);
    // The same by 1x1 convolutions of a pooling that keeps its axes.
    ChannelGroups places =
        Graphs.check(
            init(
                builder("in")
                    .addLayer("c", nIn(conv(3, 8), 2), "in")
                    .addLayer(
                        "squeeze",
                        new GlobalPoolingLayer.Builder(PoolingType.AVG)
                            .collapseDimensions(false)
                            .build(),
                        "c")
                    .addLayer("f1", nIn(conv(1, 4), 8), "squeeze")
                    .addLayer("f2", nIn(conv(1, 8), 4), "f1")
                    .addVertex("scaled", product(), "f2", "c")
                    .addVertex("row", new ReshapeVertex(-1, 8), "f2")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "scaled")
                    .addVertex("all", new MergeVertex(), "pool", "row")
                    .addLayer("out", nIn(output(), 16), "all")
                    .setOutputs("out")),
            images());
    assertEquals(List.of(8, 4), sizes(places), places::explain);
  }

  private static ElementWiseVertex product() {
    return new ElementWiseVertex(ElementWiseVertex.Op.Product);
  }

  @Test
  void attentionTextClassifier() {
    ChannelGroups groups =
        Graphs.check(
            init(
                builder("tokens")
                    .addLayer(
                        "embed",
                        new EmbeddingSequenceLayer.Builder().nIn(11).nOut(8).build(),
                        "tokens")
                    .addLayer(
                        "attend",
                        new SelfAttentionLayer.Builder()
                            .nHeads(4)
                            .headSize(2)
                            .nOut(8)
                            .projectInput(true)
                            .build(),
                        "embed")
                    .addVertex("sum", add(), "embed", "attend")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.MAX), "sum")
                    .addLayer("hidden", dense(6), "pool")
                    .addLayer("out", output(), "hidden")
                    .setOutputs("out")
                    .setInputTypes(InputType.recurrent(11, 5))),
            Nd4j.createFromArray(new double[][] {{1, 4, 10, 3, 2}, {0, 5, 5, 9, 7}})
                .reshape('c', new long[] {2, 1, 5}));
    assertEquals(List.of(8, 4, 6), sizes(groups), groups::explain);
  }

  /** The zoo's own NASNet cannot be built in this release; this is its normal cell. */
  @Test
  void nasNetCell() {
    GraphBuilder graph =
        builder("in")
            .addLayer("p", conv(3, 20), "in")
            .addLayer("x", norm(), "p")
            .addLayer("top", conv(1, 20), "x");
    String[] sums = new String[3];
    for (int block = 0; block < 3; block++) {
      for (String side : new String[] {"l", "r"}) {
        graph
            .addLayer(
                side + block,
                new SeparableConvolution2D.Builder(3, 3).nOut(20).hasBias(false).build(),
                side.equals("l") ? "top" : "p")
            .addLayer(side + "n" + block, norm(), side + block);
      }
      sums[block] = "add" + block;
      graph.addVertex(sums[block], add(), "ln" + block, "rn" + block);
    }
    ChannelGroups groups =
        Graphs.check(
            init(
                graph
                    .addLayer(
                        "mean",
                        new SubsamplingLayer.Builder(PoolingType.AVG)
                            .kernelSize(3, 3)
                            .stride(1, 1)
                            .build(),
                        "top")
                    .addVertex("add3", add(), "mean", "p")
                    .addVertex("cell", new MergeVertex(), "p", sums[0], sums[1], sums[2], "add3")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "cell")
                    .addLayer("out", output(), "pool")
                    .setOutputs("out")
                    .setInputTypes(IMAGE)),
            images());
    // The stream and the top are one through the last sum.
    assertEquals(List.of(20, 20, 20, 20), sizes(groups), groups::explain);
  }

  @Test
  void aSeparableConvolutionKeepsTwoInputs() {
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("a", conv(3, 3), "in")
                .addLayer("b", new SeparableConvolution2D.Builder(3, 3).nOut(4).build(), "a")
                .addLayer("out", output(), "b")
                .setOutputs("out")
                .setInputTypes(IMAGE));
    ChannelGroups groups = ChannelGroups.of(graph);
    List<Integer> units = groups.groups().get(0).units();
    Surgeon surgeon = new Surgeon(groups);
    RemovalPlan plan = RemovalPlan.of(groups, units.subList(0, 2));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> surgeon.cut(plan))
            .getMessage()
            .contains("separable convolution b; keep two"));
    assertEquals(
        0,
        Cutting.difference(groups, RemovalPlan.of(groups, units.subList(0, 1)), images()),
        1e-10);
  }

  /**
   * SPA's worked example without its grouped convolution, for which DL4J has no layer: D is an
   * ordinary one here, and the units of the concatenation stay single.
   */
  @Test
  void workedExampleOfSpa() {
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("A", conv(3, 4), "in")
                .addLayer("N", norm(), "A")
                .addLayer("B", conv(3, 3), "N")
                .addLayer("C", conv(3, 4), "B")
                .addVertex("s", add(), "N", "C")
                .addLayer("E", conv(3, 2), "in")
                .addVertex("cat", new MergeVertex(), "s", "E")
                .addLayer("D", conv(3, 4), "cat")
                .addLayer("F", output(), "D")
                .setOutputs("F")
                .setInputTypes(InputType.convolutional(2, 2, 1)));
    Cutting.check(graph, new INDArray[] {random(2, 1, 2, 2)}, null, 0.5, 1e-9);
    ChannelGroups groups = ChannelGroups.of(graph);
    assertEquals(List.of(4, 2, 3, 4), sizes(groups), groups::explain);
    Cost cost = Cost.parameters(groups);
    long all = cost.after(Set.of());
    // A, BN and C: rows of 9 + 1, 4, and 3·9 + 1; column of B: 3·9; input of D: 4·9.
    assertEquals(10 + 4 + 28 + 27 + 36, all - after(cost, groups, 0));
    // B: row of 4·9 + 1, column of C: 4·9.
    assertEquals(73, all - after(cost, groups, 2));
    // E: row of 9 + 1, input of D: 4·9.
    assertEquals(46, all - after(cost, groups, 1));
    // D: row of 6·9 + 1, four features of F: 4·3.
    assertEquals(67, all - after(cost, groups, 3));
  }

  private static long after(Cost cost, ChannelGroups groups, int group) {
    return cost.after(Set.of(groups.groups().get(group).units().get(1)));
  }
}
