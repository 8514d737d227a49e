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
import static org.dl4jprune.structure.Graphs.init;
import static org.dl4jprune.structure.Graphs.norm;
import static org.dl4jprune.structure.Graphs.output;
import static org.dl4jprune.structure.Graphs.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The groups say inexact where the numbers differ, and nowhere else. */
class ExactnessTest {

  /** A user's own function that looks at all channels: it subtracts their mean. */
  public static final class Centred extends BaseActivationFunction {
    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return in.subi(in.mean(true, 1));
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
      return new Pair<>(epsilon.sub(epsilon.mean(true, 1)), null);
    }
  }

  private record Case(String name, boolean exact, GraphBuilder graph, long[]... inputs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        image("shift of a batch normalisation before padding", true, norm(), null),
        image(
            "local response",
            false,
            new LocalResponseNormalization.Builder(1, 5, 1, 0.75).build(),
            null),
        image("sigmoid", true, new ActivationLayer(Activation.SIGMOID), null),
        image("softplus", true, new ActivationLayer(Activation.SOFTPLUS), null),
        // DL4J takes it along the last axis, which is that of the columns here.
        image("softmax over columns", true, new ActivationLayer(Activation.SOFTMAX), null),
        row("softmax over channels", false, Activation.SOFTMAX, new ShiftVertex(0)),
        image("a function of one's own", false, new ActivationLayer(new Centred()), null),
        row("norm of tanh", true, Activation.TANH, new L2NormalizeVertex()),
        row("norm of sigmoid", false, Activation.SIGMOID, new L2NormalizeVertex()),
        row("shift before a sum", true, Activation.TANH, new ShiftVertex(1)),
        normalised("norm of a normalised row", true, norm()),
        normalised(
            "norm of a row normalised with fixed scale",
            false,
            new BatchNormalization.Builder().lockGammaBeta(true).build()),
        distance("distance of tanh", true, Activation.TANH, Activation.TANH),
        distance("distance of sigmoid", true, Activation.SIGMOID, Activation.SIGMOID),
        distance("distance of tanh and sigmoid", false, Activation.TANH, Activation.SIGMOID),
        layerNorm("layer normalisation", false, 7),
        // Its three units stay, since its output is the model's: only its inputs go.
        layerNorm("layer normalisation of what stays", true, 0));
  }

  private static Case image(
      String name,
      boolean exact,
      org.deeplearning4j.nn.conf.layers.Layer between,
      org.deeplearning4j.nn.conf.graph.GraphVertex then) {
    GraphBuilder graph =
        builder("in").addLayer("a", conv(3, 8), "in").addLayer("between", between, "a");
    if (then != null) {
      graph.addVertex("then", then, "between");
    }
    return new Case(
        name,
        exact,
        graph
            .addLayer("b", conv(3, 5), then == null ? "between" : "then")
            .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "b")
            .addLayer("out", output(), "pool")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(6, 6, 2)),
        new long[] {2, 2, 6, 6});
  }

  private static Case row(
      String name,
      boolean exact,
      Activation activation,
      org.deeplearning4j.nn.conf.graph.GraphVertex vertex) {
    return new Case(
        name,
        exact,
        builder("in")
            .addLayer("a", dense(4, 8, activation), "in")
            .addVertex("then", vertex, "a")
            .addLayer("b", dense(8, 5, Activation.TANH), "then")
            .addLayer("out", withInputs(5), "b")
            .setOutputs("out"),
        new long[] {2, 4});
  }

  private static Case normalised(
      String name, boolean exact, org.deeplearning4j.nn.conf.layers.Layer norm) {
    return new Case(
        name,
        exact,
        builder("in")
            .addLayer("a", dense(4, 8, Activation.SIGMOID), "in")
            .addLayer("n", norm, "a")
            .addVertex("then", new L2NormalizeVertex(), "n")
            .addLayer("b", dense(8, 5, Activation.TANH), "then")
            .addLayer("out", withInputs(5), "b")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(4)),
        new long[] {2, 4});
  }

  private static Case distance(String name, boolean exact, Activation left, Activation right) {
    return new Case(
        name,
        exact,
        builder("left", "right")
            .addLayer("a", dense(4, 8, left), "left")
            .addLayer("b", dense(4, 8, right), "right")
            .addVertex("distance", new L2Vertex(), "a", "b")
            .addLayer("out", withInputs(1), "distance")
            .setOutputs("out"),
        new long[] {2, 4},
        new long[] {2, 4});
  }

  private static Case layerNorm(String name, boolean exact, int more) {
    DenseLayer normalised =
        new DenseLayer.Builder().nIn(6).nOut(more == 0 ? 3 : more).hasLayerNorm(true).build();
    GraphBuilder graph =
        builder("in")
            .addLayer("a", dense(4, 6, Activation.TANH), "in")
            .addLayer("b", normalised, "a");
    if (more == 0) {
      graph.addLayer("out", new org.deeplearning4j.nn.conf.layers.LossLayer.Builder().build(), "b");
    } else {
      graph.addLayer("out", withInputs(more), "b");
    }
    return new Case(name, exact, graph.setOutputs("out"), new long[] {2, 4});
  }

  private static DenseLayer dense(int inputs, int units, Activation activation) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(activation).build();
  }

  private static org.deeplearning4j.nn.conf.layers.OutputLayer withInputs(int inputs) {
    org.deeplearning4j.nn.conf.layers.OutputLayer output = output();
    output.setNIn(inputs);
    return output;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inexactIsSaidWhereTheNumbersDiffer(Case toy) {
    Nd4j.getRandom().setSeed(1);
    ComputationGraph graph = init(toy.graph());
    INDArray[] inputs = Stream.of(toy.inputs()).map(Graphs::random).toArray(INDArray[]::new);
    ChannelGroups groups = ChannelGroups.of(graph);
    double difference = Cutting.difference(groups, Cutting.plan(groups, 0.5), inputs);
    if (toy.exact()) {
      assertEquals(0, difference, 1e-10, groups::explain);
    } else {
      assertTrue(difference > 1e-5, "differs by %g".formatted(difference));
      assertTrue(groups.explain().contains("inexact at "), groups::explain);
    }
    assertEquals(toy.exact(), groups.isExact(), groups::explain);
  }

  /** DL4J's own forward pass of this layer fails in this release, so there are no numbers. */
  @Test
  void layerNormalisationOfRecurrentLayersIsSaid() {
    ComputationGraph graph =
        init(
            builder("in")
                .addLayer("a", new SimpleRnn.Builder().nOut(6).hasLayerNorm(true).build(), "in")
                .addLayer("out", Graphs.rnnOutput(), "a")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(4, 5)));
    assertThrows(RuntimeException.class, () -> graph.output(random(2, 4, 5)));
    ChannelGroups groups = ChannelGroups.of(graph);
    assertFalse(groups.isExact(), groups::explain);
    ComputationGraph cut =
        (ComputationGraph) new Surgeon(groups).cut(Cutting.plan(groups, 0.5)).unwrap();
    assertEquals(6, cut.getLayer("a").getParam("g").length());
  }

  /** DL4J's norm of images fails in DOUBLE, so this one is in FLOAT. */
  @Test
  void normsOverPlacesAreExactAndNormsOverChannelsAreNot() {
    for (boolean places : new boolean[] {true, false}) {
      ComputationGraph graph =
          init(builder("in")
                  .addLayer("a", conv(3, 8), "in")
                  .addLayer("s", new ActivationLayer(Activation.SIGMOID), "a")
                  .addVertex(
                      "norm", new L2NormalizeVertex(places ? new int[] {2, 3} : null, 1e-8), "s")
                  .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "norm")
                  .addLayer("out", output(), "pool")
                  .setOutputs("out")
                  .setInputTypes(InputType.convolutional(6, 6, 2)))
              .convertDataType(DataType.FLOAT);
      assertEquals(places, ChannelGroups.of(graph).isExact(), "places: " + places);
    }
  }
}
