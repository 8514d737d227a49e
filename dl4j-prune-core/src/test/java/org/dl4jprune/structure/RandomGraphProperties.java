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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Residuals, concatenations, splits and depthwise layers in any order: removal equals masking. */
class RandomGraphProperties {
  private static final int NODES = 8;

  @Property(tries = 500)
  void removalEqualsMasking(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.1, max = 0.9) double fraction) {
    Random random = new Random(seed);
    ComputationGraph graph = graph(random);
    ChannelGroups groups = ChannelGroups.of(graph);
    List<Integer> units = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      List<Integer> shuffled = new ArrayList<>(group.units());
      java.util.Collections.shuffle(shuffled, random);
      int gone = (int) Math.min(shuffled.size() - 1, Math.round(fraction * shuffled.size()));
      units.addAll(shuffled.subList(0, gone));
    }
    groups.emptiedBy(new HashSet<>(units)).values().forEach(units::removeAll);
    RemovalPlan plan = RemovalPlan.of(groups, units);
    Surgeon surgeon = new Surgeon(groups);
    INDArray input = Nd4j.rand(DataType.DOUBLE, 2, 3, 4, 4);
    INDArray masked = ((ComputationGraph) surgeon.mask(plan).unwrap()).outputSingle(input);
    INDArray cut = ((ComputationGraph) surgeon.cut(plan).unwrap()).outputSingle(input);
    assertEquals(0, masked.sub(cut).amaxNumber().doubleValue(), 1e-10, groups::explain);
  }

  private static ComputationGraph graph(Random random) {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextInt(1000))
            .dataType(DataType.DOUBLE)
            .activation(Activation.TANH)
            .convolutionMode(ConvolutionMode.Same)
            .updater(new Sgd(0.1))
            .graphBuilder()
            .addInputs("in");
    Map<String, Integer> widths = new HashMap<>(Map.of("in", 3));
    List<String> names = new ArrayList<>(List.of("in"));
    for (int i = 0; i < NODES; i++) {
      String name = "n" + i;
      String from = names.get(random.nextInt(names.size()));
      String other = names.get(random.nextInt(names.size()));
      int width = widths.get(from);
      switch (i == 0 ? 0 : random.nextInt(6)) {
        case 1 -> {
          builder.addVertex(name, new MergeVertex(), from, other);
          width += widths.get(other);
        }
        case 2 -> {
          if (width != widths.get(other) || from.equals(other)) {
            width = convolution(builder, name, from, width, random);
          } else {
            builder.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), from, other);
          }
        }
        case 3 ->
            builder.addLayer(
                name, new BatchNormalization.Builder().nIn(width).nOut(width).build(), from);
        case 4 -> {
          builder.addVertex(name, new SubsetVertex(width / 2, width - 1), from);
          width -= width / 2;
        }
        case 5 -> {
          builder.addLayer(
              name,
              new DepthwiseConvolution2D.Builder(3, 3)
                  .depthMultiplier(2)
                  .nIn(width)
                  .nOut(2 * width)
                  .build(),
              from);
          width *= 2;
        }
        default -> width = convolution(builder, name, from, width, random);
      }
      widths.put(name, width);
      names.add(name);
    }
    String last = names.get(names.size() - 1);
    convolution(builder, "neck", last, widths.get(last), random, 6);
    // Every node is read, or DL4J refuses the graph.
    List<String> all = new ArrayList<>(names.subList(1, names.size()));
    all.add("neck");
    builder.addVertex("everything", new MergeVertex(), all.toArray(String[]::new));
    int width = 6 + names.subList(1, names.size()).stream().mapToInt(widths::get).sum();
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .addLayer("pool", new GlobalPoolingLayer(), "everything")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(width)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "pool")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static int convolution(
      ComputationGraphConfiguration.GraphBuilder builder,
      String name,
      String from,
      int inputs,
      Random random) {
    // Few widths, so that residuals find partners.
    return convolution(builder, name, from, inputs, random, random.nextBoolean() ? 4 : 6);
  }

  private static int convolution(
      ComputationGraphConfiguration.GraphBuilder builder,
      String name,
      String from,
      int inputs,
      Random random,
      int outputs) {
    int kernel = random.nextBoolean() ? 1 : 3;
    builder.addLayer(
        name, new ConvolutionLayer.Builder(kernel, kernel).nIn(inputs).nOut(outputs).build(), from);
    return outputs;
  }
}
