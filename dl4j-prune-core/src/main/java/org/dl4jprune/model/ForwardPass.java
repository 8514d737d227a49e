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
package org.dl4jprune.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pass in inference mode, layer by layer, that keeps what each layer puts out. DL4J's own {@code
 * feedForward} lets activation layers write over the output of the layer before them; here every
 * output stays as its layer made it.
 */
public final class ForwardPass {
  /** The name of the features of a {@code MultiLayerNetwork}. */
  public static final String INPUT = "input";

  private ForwardPass() {}

  /**
   * Runs a network.
   *
   * @param network the network; its inputs and masks are cleared
   * @param features its input; not changed
   * @return the features as {@link #INPUT}, then the output of each layer by its number
   */
  public static Map<String, INDArray> of(MultiLayerNetwork network, INDArray features) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    values.put(INPUT, features);
    network.setInput(features);
    LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
    INDArray current = features;
    for (int i = 0; i < network.getnLayers(); i++) {
      InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(i);
      if (before != null) {
        current = before.preProcess(current, (int) features.size(0), none);
      }
      Layer layer = network.getLayer(i);
      current = layer.activate(own(current, layer), false, none);
      layer.clear();
      values.put(String.valueOf(i), current);
    }
    network.clear();
    return values;
  }

  /**
   * Runs a graph.
   *
   * @param graph the graph; its inputs and masks are cleared
   * @param features its inputs; not changed
   * @return the inputs and the output of each vertex, by name, in the order of computation
   */
  public static Map<String, INDArray> of(ComputationGraph graph, INDArray... features) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    List<String> inputs = graph.getConfiguration().getNetworkInputs();
    for (int i = 0; i < features.length; i++) {
      values.put(inputs.get(i), features[i]);
    }
    graph.setInputs(features);
    LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex.isInputVertex()) {
        continue;
      }
      int place = 0;
      for (String from : graph.getConfiguration().getVertexInputs().get(vertex.getVertexName())) {
        vertex.setInput(place++, own(values.get(from), vertex.getLayer()), none);
      }
      values.put(vertex.getVertexName(), vertex.doForward(false, none));
      vertex.clear();
    }
    graph.clear();
    return values;
  }

  private static INDArray own(INDArray input, Layer layer) {
    boolean overwrites =
        layer != null && Dl4jParameters.unwrap(layer.conf().getLayer()) instanceof ActivationLayer;
    return overwrites ? input.dup() : input;
  }
}
