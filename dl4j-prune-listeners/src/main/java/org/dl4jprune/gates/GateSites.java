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
package org.dl4jprune.gates;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gates of a model, in the order in which it holds its layers. */
final class GateSites {

  private GateSites() {}

  /**
   * One gate layer.
   *
   * @param name its layer's name
   * @param start the number of gates of the sites before it
   * @param gates how many it has
   * @param cost what they cost together, not yet divided by the sum over all sites
   * @param removable whether it may close completely
   */
  record Site(String name, long start, long gates, double cost, boolean removable) {}

  /** What a running gate layer says of itself. */
  interface Gated {
    String site();

    long gates();

    double cost();

    boolean removable();
  }

  static Map<String, Site> of(Model model) {
    Map<String, Site> sites = new LinkedHashMap<>();
    long start = 0;
    for (Layer layer : layers(model)) {
      if (layer instanceof Gated gated) {
        Site site = new Site(gated.site(), start, gated.gates(), gated.cost(), gated.removable());
        sites.put(site.name(), site);
        start += gated.gates();
      }
    }
    if (sites.isEmpty()) {
      throw new IllegalArgumentException(
          "This %s has no gates; insert some with Gates or ConsensusGates"
              .formatted(model.getClass().getSimpleName()));
    }
    return sites;
  }

  /** All layers by the key that their parameters' names begin with. */
  static Map<String, Layer> byKey(Model model) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    if (model instanceof ComputationGraph graph) {
      for (GraphVertex vertex : graph.getVertices()) {
        if (vertex.hasLayer()) {
          layers.put(vertex.getVertexName(), vertex.getLayer());
        }
      }
    } else {
      for (Layer layer : layers(model)) {
        layers.put(String.valueOf(layers.size()), layer);
      }
    }
    return layers;
  }

  static List<Layer> layers(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      return List.of(network.getLayers());
    }
    if (model instanceof ComputationGraph graph) {
      return List.of(graph.getLayers());
    }
    throw new IllegalArgumentException(
        "Gates are found in a MultiLayerNetwork or ComputationGraph, not in %s"
            .formatted(model == null ? "null" : model.getClass().getSimpleName()));
  }

  /** The share of the cost of every gate, [gates], DOUBLE. */
  static INDArray costs(Collection<Site> sites) {
    double total = sites.stream().mapToDouble(Site::cost).sum();
    List<INDArray> parts = new ArrayList<>();
    for (Site site : sites) {
      double each = site.cost() / total / site.gates();
      parts.add(Nd4j.valueArrayOf(new long[] {site.gates()}, each, DataType.DOUBLE));
    }
    return Nd4j.concat(0, parts.toArray(INDArray[]::new));
  }

  /** One open gate in each site that may not vanish, [gates], DOUBLE. */
  static INDArray least(Collection<Site> sites) {
    double[] open = new double[Math.toIntExact(sites.stream().mapToLong(Site::gates).sum())];
    for (Site site : sites) {
      open[(int) site.start()] = site.removable() ? 0 : 1;
    }
    return Nd4j.createFromArray(open);
  }
}
