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
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.GraphCopies;
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
        if (visit.preprocessor()) {
          configuration
              .getInputPreProcessors()
              .put(layer, resized(visit, configuration.getInputPreProcess(layer)));
        } else {
          resize(visit, configuration.getConf(layer).getLayer());
        }
      }
      MultiLayerNetwork smaller = new MultiLayerNetwork(configuration);
      smaller.init(values, false);
      return PrunableModel.of(smaller);
    }
    ComputationGraph graph = (ComputationGraph) unwrapped;
    // Unlike DL4J's own, this copy keeps all settings and how far training has come.
    ComputationGraphConfiguration configuration = GraphCopies.of(graph.getConfiguration());
    for (Walk.Visit visit : walk.visits()) {
      resizeVertex(visit, configuration.getVertices().get(visit.owner()));
    }
    ComputationGraph smaller = new ComputationGraph(configuration);
    smaller.init(values, false);
    return PrunableModel.of(smaller);
  }

  private void resizeVertex(Walk.Visit visit, GraphVertex configured) {
    GraphVertex vertex =
        configured instanceof FrozenVertex frozen ? frozen.getUnderlying() : configured;
    if (vertex instanceof LayerVertex layer) {
      if (visit.preprocessor()) {
        layer.setPreProcessor(resized(visit, layer.getPreProcessor().clone()));
      } else {
        resize(visit, layer.getLayerConf().getLayer());
      }
    } else if (vertex instanceof PreprocessorVertex wrapper) {
      wrapper.setPreProcessor(resized(visit, wrapper.getPreProcessor().clone()));
    } else {
      resize(visit, vertex);
    }
  }

  private void resize(Walk.Visit visit, Object configuration) {
    rules.resize(configuration, keptInputs(visit), Walk.keptPlaces(visit.output(), kept));
  }

  private InputPreProcessor resized(Walk.Visit visit, InputPreProcessor preprocessor) {
    return rules.resized(preprocessor, keptInputs(visit), Walk.keptPlaces(visit.output(), kept));
  }

  private int[][] keptInputs(Walk.Visit visit) {
    return Arrays.stream(visit.inputs())
        .map(channels -> Walk.keptPlaces(channels, kept))
        .toArray(int[][]::new);
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
