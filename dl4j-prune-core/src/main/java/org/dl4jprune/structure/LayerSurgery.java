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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Builds a smaller DL4J network from a copy of the configuration, each part resized by its rule.
 */
final class LayerSurgery {
  private final PrunableModel model;
  private final CouplingRules rules;
  private final Walk walk;
  private final IntPredicate kept;

  LayerSurgery(PrunableModel model, CouplingRules rules, Walk walk, IntPredicate kept) {
    this.model = model;
    this.rules = rules;
    this.walk = walk;
    this.kept = kept;
  }

  PrunableModel build() {
    Object unwrapped = model.unwrap();
    long parameters = keptParameters();
    INDArray values = Nd4j.createUninitialized(model.dataType(), new long[] {parameters});
    if (unwrapped instanceof MultiLayerNetwork network) {
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
      for (Walk.Visit visit : walk.visits()) {
        int layer = Integer.parseInt(visit.owner());
        resize(
            visit,
            visit.preprocessor()
                ? configuration.getInputPreProcess(layer)
                : configuration.getConf(layer).getLayer());
      }
      MultiLayerNetwork smaller = new MultiLayerNetwork(configuration);
      smaller.init(values, false);
      return PrunableModel.of(smaller);
    }
    ComputationGraph graph = (ComputationGraph) unwrapped;
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    for (Walk.Visit visit : walk.visits()) {
      resize(visit, target(configuration.getVertices().get(visit.owner()), visit));
    }
    // The clone forgets how far training has come.
    configuration.setIterationCount(graph.getConfiguration().getIterationCount());
    configuration.setEpochCount(graph.getConfiguration().getEpochCount());
    ComputationGraph smaller = new ComputationGraph(configuration);
    smaller.init(values, false);
    return PrunableModel.of(smaller);
  }

  private static Object target(GraphVertex configured, Walk.Visit visit) {
    GraphVertex vertex =
        configured instanceof FrozenVertex frozen ? frozen.getUnderlying() : configured;
    if (vertex instanceof LayerVertex layer) {
      if (!visit.preprocessor()) {
        return layer.getLayerConf().getLayer();
      }
      layer.setPreProcessor(layer.getPreProcessor().clone());
      return layer.getPreProcessor();
    }
    if (vertex instanceof PreprocessorVertex wrapper) {
      wrapper.setPreProcessor(wrapper.getPreProcessor().clone());
      return wrapper.getPreProcessor();
    }
    return vertex;
  }

  private void resize(Walk.Visit visit, Object configuration) {
    int[][] inputs = new int[visit.inputs().length][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Walk.keptPlaces(visit.inputs()[i], kept);
    }
    rules.resize(configuration, inputs, Walk.keptPlaces(visit.output(), kept));
  }

  private long keptParameters() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    model.parameters().forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    for (Slot slot : walk.slots()) {
      shapes.get(slot.parameter().name())[slot.axis()] =
          Walk.keptPlaces(slot.channels(), kept).length;
    }
    return shapes.values().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
        .sum();
  }
}
