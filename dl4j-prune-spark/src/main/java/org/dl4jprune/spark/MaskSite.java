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
package org.dl4jprune.spark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A layer whose constraints DL4J applies, and where its parameters lie.
 *
 * @param layer its configuration; the inner one of a wrapper
 * @param from the first of its weights in the model's parameter vector
 * @param to one past the last one
 */
record MaskSite(Layer layer, long from, long to) {

  /** A range of the model's parameter vector. */
  record Range(long from, long to) {}

  /** Where the parameters of each layer and vertex lie in the model's parameter vector. */
  static Map<String, Range> ranges(Model model) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    long start = model.params().offset();
    for (Map.Entry<String, INDArray> parameter : model.paramTable().entrySet()) {
      String key = parameter.getKey();
      long from = parameter.getValue().offset() - start;
      ranges.merge(
          key.substring(0, key.lastIndexOf('_')),
          new Range(from, from + parameter.getValue().length()),
          (a, b) -> new Range(Math.min(a.from(), b.from()), Math.max(a.to(), b.to())));
    }
    return ranges;
  }

  /** The layers of a model by the keys of its parameters. */
  static Map<String, Layer> layers(Model model) {
    return model instanceof MultiLayerNetwork network
        ? layers(network.getLayerWiseConfigurations())
        : layers(((ComputationGraph) model).getConfiguration());
  }

  static Map<String, Layer> layers(MultiLayerConfiguration configuration) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      layers.put(Integer.toString(i), configuration.getConf(i).getLayer());
    }
    return layers;
  }

  static Map<String, Layer> layers(ComputationGraphConfiguration configuration) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layer) {
                layers.put(name, layer.getLayerConf().getLayer());
              }
            });
    return layers;
  }

  /** All sites of a configuration. */
  static List<MaskSite> of(Map<String, Layer> layers, Map<String, Range> ranges) {
    List<MaskSite> sites = new ArrayList<>();
    layers.forEach(
        (name, layer) -> {
          Range range = ranges.get(name);
          if (range != null) {
            add(layer, range, sites);
          }
        });
    return sites;
  }

  // Wrappers hand constraints on to what they wrap; frozen layers apply none.
  private static void add(Layer layer, Range range, List<MaskSite> sites) {
    if (layer instanceof Bidirectional both) {
      long middle = (range.from() + range.to()) / 2;
      add(both.getFwd(), new Range(range.from(), middle), sites);
      add(both.getBwd(), new Range(middle, range.to()), sites);
    } else if (layer instanceof BaseWrapperLayer wrapper
        && !(layer instanceof FrozenLayerWithBackprop)) {
      add(wrapper.getUnderlying(), range, sites);
    } else if (!(layer instanceof FrozenLayer) && !(layer instanceof FrozenLayerWithBackprop)) {
      sites.add(new MaskSite(layer, range.from(), range.to()));
    }
  }

  /** The weights of this layer in an array over the model's parameter vector. */
  INDArray in(INDArray vector) {
    return vector.get(NDArrayIndex.interval(from, to));
  }

  /** The mask that the layer's configuration carries, or null. */
  MaskConstraint constraint() {
    if (layer.getConstraints() != null) {
      for (LayerConstraint constraint : layer.getConstraints()) {
        if (constraint instanceof MaskConstraint mask) {
          return mask;
        }
      }
    }
    return null;
  }

  /** Takes masks off, and puts one behind all other constraints unless it is null. */
  void replace(MaskConstraint mask) {
    List<LayerConstraint> constraints = new ArrayList<>();
    if (layer.getConstraints() != null) {
      constraints.addAll(layer.getConstraints());
    }
    boolean removed = constraints.removeIf(MaskConstraint.class::isInstance);
    if (mask != null) {
      constraints.add(mask);
    }
    if (removed || mask != null) {
      layer.setConstraints(constraints.isEmpty() ? null : constraints);
    }
  }
}
