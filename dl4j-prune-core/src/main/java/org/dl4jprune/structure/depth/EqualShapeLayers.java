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
package org.dl4jprune.structure.depth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Finds single layers whose input and output shapes agree, for models without shortcuts. Removing
 * one is safe for every layer around it, but it is no small change as the removal of a residual
 * block is: the layer's non-linearity goes too, so expect to train afterwards.
 */
public final class EqualShapeLayers {
  private EqualShapeLayers() {}

  /**
   * The layers with parameters whose input and output shapes agree; the others are kept with the
   * reason. Output layers are never removable.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param example one batch, of which the features are used for one forward pass
   * @return one block for each such layer; names in a {@code MultiLayerNetwork} are layer numbers
   * @throws IllegalArgumentException if the model is of another class
   */
  public static RemovableBlocks of(Object model, MultiDataSet example) {
    PrunableModel view = PrunableModel.ofAny(model);
    Wiring wiring = wiring(view);
    Map<String, List<Parameter>> parameters = new LinkedHashMap<>();
    for (Parameter parameter : view.parameters()) {
      String name = parameter.name();
      parameters
          .computeIfAbsent(name.substring(0, name.lastIndexOf('_')), k -> new ArrayList<>())
          .add(parameter);
    }
    List<RemovableBlock> blocks = new ArrayList<>();
    Map<String, String> kept = new LinkedHashMap<>();
    Map<String, INDArray> activations = activations(view, wiring, example);
    parameters.forEach(
        (name, own) -> {
          String reason = reason(view, wiring, name, activations);
          if (reason == null) {
            String input = wiring.inputs().get(name).get(0);
            blocks.add(
                new RemovableBlock(blocks.size(), name, input, List.of(name), List.of(name), own));
          } else {
            kept.put(name, reason);
          }
        });
    return new RemovableBlocks(view, wiring, blocks, kept);
  }

  private static Wiring wiring(PrunableModel view) {
    if (view.unwrap() instanceof MultiLayerNetwork network) {
      return Wirings.of(network);
    }
    if (view.unwrap() instanceof ComputationGraph graph) {
      return Wirings.of(graph);
    }
    throw new IllegalArgumentException(
        "Single layers are found in a MultiLayerNetwork or ComputationGraph, not in %s"
            .formatted(view.unwrap().getClass().getSimpleName()));
  }

  private static Map<String, INDArray> activations(
      PrunableModel view, Wiring wiring, MultiDataSet example) {
    List<String> names = new ArrayList<>(wiring.inputs().keySet());
    if (!(view.unwrap() instanceof MultiLayerNetwork)) {
      return view.activations(example, names);
    }
    names.remove(Wirings.SEQUENCE_INPUT);
    Map<String, INDArray> all = new LinkedHashMap<>(view.activations(example, names));
    all.put(Wirings.SEQUENCE_INPUT, example.getFeatures(0));
    return all;
  }

  private static String reason(
      PrunableModel view, Wiring wiring, String name, Map<String, INDArray> activations) {
    List<String> inputs = wiring.inputs().get(name);
    if (inputs.size() != 1) {
      return "it has %d inputs".formatted(inputs.size());
    }
    if (wiring.outputs().contains(name)) {
      return "it is an output of the model";
    }
    if (hasPreprocessor(view, name)) {
      return "a preprocessor changes its input";
    }
    long[] in = activations.get(inputs.get(0)).shape();
    long[] out = activations.get(name).shape();
    return Arrays.equals(in, out)
        ? null
        : "it changes the shape from %s to %s".formatted(Arrays.toString(in), Arrays.toString(out));
  }

  private static boolean hasPreprocessor(PrunableModel view, String name) {
    if (view.unwrap() instanceof MultiLayerNetwork network) {
      return network.getLayerWiseConfigurations().getInputPreProcess(Integer.parseInt(name))
          != null;
    }
    ComputationGraph graph = (ComputationGraph) view.unwrap();
    return graph.getConfiguration().getVertices().get(name) instanceof LayerVertex layer
        && layer.getPreProcessor() != null;
  }
}
