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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A layer of a DL4J network whose time depends on its widths, alone and ready to be run. */
final class TimedLayer {
  private final FeedForwardLayer layer;
  private final Parameter weights;
  private final long[] input;
  private final int channelAxis;
  private final DataType type;

  private TimedLayer(FeedForwardLayer layer, Parameter weights, long[] input, DataType type) {
    this.layer = layer;
    this.weights = weights;
    this.input = input;
    this.type = type;
    this.channelAxis = input[1] == layer.getNIn() ? 1 : input.length - 1;
  }

  /**
   * The layers of a network that have parameters and an {@code nIn} and {@code nOut}: dense,
   * convolutional, recurrent, embedding layers and batch normalisations.
   */
  static List<TimedLayer> of(PrunableModel model, MultiDataSet example) {
    Map<String, List<Parameter>> parameters = new LinkedHashMap<>();
    model
        .parameters()
        .forEach(
            p ->
                parameters
                    .computeIfAbsent(
                        p.name().substring(0, p.name().lastIndexOf('_')), k -> new ArrayList<>())
                    .add(p));
    List<TimedLayer> layers = new ArrayList<>();
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      network.setInput(example.getFeatures(0));
      network.feedForward(false, false);
      add(
          layers,
          parameters,
          key -> network.getLayerWiseConfigurations().getConf(Integer.parseInt(key)).getLayer(),
          key -> network.getLayer(Integer.parseInt(key)).input(),
          model.dataType());
      network.clear();
    } else if (model.unwrap() instanceof ComputationGraph graph) {
      graph.feedForward(example.getFeatures(), false, false);
      add(
          layers,
          parameters,
          key ->
              graph.getConfiguration().getVertices().get(key) instanceof LayerVertex vertex
                  ? vertex.getLayerConf().getLayer()
                  : null,
          key -> graph.getLayer(key).input(),
          model.dataType());
      graph.clear();
    } else {
      throw new IllegalArgumentException(
          "Layers are timed for MultiLayerNetwork and ComputationGraph, not for "
              + model.unwrap().getClass().getSimpleName());
    }
    return layers;
  }

  private static void add(
      List<TimedLayer> layers,
      Map<String, List<Parameter>> parameters,
      Function<String, Layer> configuration,
      Function<String, INDArray> input,
      DataType type) {
    parameters.forEach(
        (key, ofLayer) -> {
          if (unwrap(configuration.apply(key)) instanceof FeedForwardLayer layer) {
            INDArray entering = input.apply(key);
            layers.add(new TimedLayer(layer, weights(layer, ofLayer), entering.shape(), type));
          }
        });
  }

  private static Layer unwrap(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrap(frozen.getLayer());
    }
    return layer instanceof BaseWrapperLayer wrapper ? unwrap(wrapper.getUnderlying()) : layer;
  }

  private static Parameter weights(Layer layer, List<Parameter> parameters) {
    if (layer instanceof SeparableConvolution2D) {
      return parameters.stream().filter(p -> p.name().endsWith("_pW")).findFirst().orElseThrow();
    }
    return parameters.stream()
        .filter(p -> p.role() == Role.WEIGHT || p.role() == Role.EMBEDDING)
        .findFirst()
        .orElse(parameters.get(0));
  }

  Parameter weights() {
    return weights;
  }

  LayerShape shape() {
    List<Long> space =
        IntStream.range(1, input.length)
            .filter(axis -> axis != channelAxis)
            .mapToObj(axis -> input[axis])
            .toList();
    return new LayerShape(kind(), input[0], space, layer.getNIn(), layer.getNOut());
  }

  /** The layer's shape once its weights have another one. */
  LayerShape shape(long[] weightsLeft) {
    Parameter left = weights.withShape(weightsLeft);
    long outputs = layer.getNOut() * left.outputs() / weights.outputs();
    return shape()
        .withWidths(
            followsOutputs()
                ? layer.getNIn() * left.outputs() / weights.outputs()
                : layer.getNIn() * left.inputs() / weights.inputs(),
            outputs);
  }

  /** Whether the layer has as many inputs as outputs, or a fixed multiple. */
  boolean followsOutputs() {
    return weights.inputs() == 1 && layer.getNIn() > 1;
  }

  private String kind() {
    String name = layer.getClass().getSimpleName();
    if (layer instanceof ConvolutionLayer convolution) {
      return "%s %s stride %s dilation %s padding %s %s"
          .formatted(
              name,
              Arrays.toString(convolution.getKernelSize()),
              Arrays.toString(convolution.getStride()),
              Arrays.toString(convolution.getDilation()),
              Arrays.toString(convolution.getPadding()),
              convolution.getConvolutionMode());
    }
    return name;
  }

  /** A forward pass of the layer with other widths. */
  Runnable forwardPass(LayerShape shape) {
    FeedForwardLayer resized = (FeedForwardLayer) layer.clone();
    resized.setNIn(shape.inputs());
    resized.setNOut(shape.outputs());
    MultiLayerNetwork alone =
        new MultiLayerNetwork(
            // A softmax over one output is no use, but takes its time like any other.
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .list()
                .layer(resized)
                .validateOutputLayerConfig(false)
                .build());
    alone.init();
    long[] entering = input.clone();
    // Embeddings read numbers of rows, whatever the width of the table.
    if (weights.role() != Role.EMBEDDING) {
      entering[channelAxis] = shape.inputs();
    }
    INDArray zeros = Nd4j.zeros(type, entering);
    return () -> alone.output(zeros);
  }

  /** Widths from a part of a layer to all of it. */
  static long[] grid(long width, int points) {
    return LongStream.rangeClosed(1, points)
        .map(i -> Math.max(1, Math.round((double) width * i / points)))
        .distinct()
        .toArray();
  }
}
