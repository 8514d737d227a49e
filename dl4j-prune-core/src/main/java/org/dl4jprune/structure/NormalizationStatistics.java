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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Sets the running statistics of batch normalisations to those of given data, one layer after the
 * other in the order of computation, so that each sees the inputs that the new statistics in front
 * of it make. Two inference passes of each batch for every such layer. Frozen layers stay.
 */
public final class NormalizationStatistics {
  // A logarithm must be finite; the layer adds its own epsilon, which is far larger.
  private static final double LEAST_VARIANCE = 1e-30;

  private NormalizationStatistics() {}

  /**
   * Re-estimates all statistics in place: the mean, and the variance with divisor n, over all
   * examples and positions.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param batches features of the data that the model is for
   * @return the number of layers that were set
   * @throws IllegalArgumentException if the model is of another class, or there is no batch
   */
  public static int reestimate(PrunableModel model, List<? extends MultiDataSet> batches) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("Statistics need at least one batch");
    }
    int layers = 0;
    for (Map.Entry<String, Map<String, Parameter>> entry : statistics(model).entrySet()) {
      String source = source(model, entry.getKey());
      if (layer(model, entry.getKey()) instanceof BatchNormalization layer && source != null) {
        set(model, layer, source, entry.getValue(), batches);
        layers++;
      }
    }
    return layers;
  }

  private static Map<String, Map<String, Parameter>> statistics(PrunableModel model) {
    Map<String, Map<String, Parameter>> found = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      if (parameter.role() == Role.NORM_STATISTIC) {
        int separator = parameter.name().lastIndexOf('_');
        found
            .computeIfAbsent(
                parameter.name().substring(0, separator), layer -> new LinkedHashMap<>())
            .put(parameter.name().substring(separator + 1), parameter);
      }
    }
    return found;
  }

  private static Layer layer(PrunableModel model, String key) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      return network.getLayerWiseConfigurations().getConf(Integer.parseInt(key)).getLayer();
    }
    if (model.unwrap() instanceof ComputationGraph graph) {
      return graph.getConfiguration().getVertices().get(key) instanceof LayerVertex vertex
          ? vertex.getLayerConf().getLayer()
          : null;
    }
    throw new IllegalArgumentException(
        "Statistics are set in a MultiLayerNetwork or ComputationGraph, not in "
            + model.unwrap().getClass().getSimpleName());
  }

  /** What the layer reads, or null if a preprocessor stands in between or it comes first. */
  private static String source(PrunableModel model, String key) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      int number = Integer.parseInt(key);
      return number == 0 || network.getLayerWiseConfigurations().getInputPreProcess(number) != null
          ? null
          : String.valueOf(number - 1);
    }
    ComputationGraph graph = (ComputationGraph) model.unwrap();
    return graph.getConfiguration().getVertices().get(key) instanceof LayerVertex vertex
            && vertex.getPreProcessor() == null
        ? graph.getConfiguration().getVertexInputs().get(key).get(0)
        : null;
  }

  private static void set(
      PrunableModel model,
      BatchNormalization layer,
      String source,
      Map<String, Parameter> parameters,
      List<? extends MultiDataSet> batches) {
    INDArray mean = average(model, layer, source, batches, null);
    INDArray variance = average(model, layer, source, batches, mean);
    parameters.forEach(
        (key, parameter) -> {
          INDArray values = model.values(parameter);
          INDArray estimate =
              switch (key) {
                case BatchNormalizationParamInitializer.GLOBAL_MEAN -> mean;
                case BatchNormalizationParamInitializer.GLOBAL_LOG_STD ->
                    Transforms.log(Transforms.max(variance, LEAST_VARIANCE, true), false)
                        .divi(2 * Math.log(10));
                default -> variance;
              };
          values.assign(estimate.castTo(values.dataType()).reshape(values.shape()));
        });
    List.of(mean, variance).forEach(INDArray::close);
  }

  /** The mean of the inputs of each channel, or of the squares of their distances to a centre. */
  private static INDArray average(
      PrunableModel model,
      BatchNormalization layer,
      String source,
      List<? extends MultiDataSet> batches,
      INDArray centre) {
    INDArray sum = null;
    long count = 0;
    for (MultiDataSet batch : batches) {
      INDArray input =
          model.activations(batch, List.of(source)).get(source).castTo(DataType.DOUBLE);
      int axis =
          input.rank() == 4 && layer.getCnn2DFormat() == CNN2DFormat.NHWC ? input.rank() - 1 : 1;
      INDArray terms = input;
      if (centre != null) {
        long[] shape = new long[input.rank()];
        java.util.Arrays.fill(shape, 1);
        shape[axis] = input.size(axis);
        terms = input.sub(centre.reshape(shape).broadcast(input.shape()));
        terms.muli(terms);
      }
      int[] others = IntStream.range(0, input.rank()).filter(i -> i != axis).toArray();
      INDArray part = terms.sum(others);
      sum = sum == null ? part : sum.addi(part);
      count += input.length() / input.size(axis);
    }
    return sum.divi(count);
  }
}
