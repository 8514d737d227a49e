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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.GraphCopies;
import org.dl4jprune.model.PrunableModel;

/**
 * A network that is being rewritten: layers of a copy of its configuration, in order, each with the
 * name that it had before. {@link #build} makes a model of the same class and copies parameters,
 * updater state and counters of whatever kept a name.
 */
final class GatedNetwork {
  private final Model model;
  private final MultiLayerConfiguration list;
  private final ComputationGraphConfiguration graph;
  private final List<Entry> entries = new ArrayList<>();

  /** A layer of the list: its key in the old model, or null if it is new. */
  private record Entry(
      String before, NeuralNetConfiguration conf, InputPreProcessor preprocessor) {}

  GatedNetwork(Model model) {
    this.model = model;
    if (model instanceof MultiLayerNetwork network) {
      this.graph = null;
      this.list = network.getLayerWiseConfigurations().clone();
      for (int i = 0; i < list.getConfs().size(); i++) {
        entries.add(new Entry(String.valueOf(i), list.getConf(i), list.getInputPreProcess(i)));
      }
    } else if (model instanceof ComputationGraph network) {
      this.list = null;
      this.graph = GraphCopies.of(network.getConfiguration());
      graph.setIterationCount(network.getConfiguration().getIterationCount());
      graph.setEpochCount(network.getConfiguration().getEpochCount());
    } else {
      throw new IllegalArgumentException(
          "Gates are for a MultiLayerNetwork or ComputationGraph, not for %s; SameDiff graphs are built with SameDiffGates"
              .formatted(model == null ? "null" : model.getClass().getName()));
    }
  }

  boolean isGraph() {
    return graph != null;
  }

  ComputationGraphConfiguration graph() {
    return graph;
  }

  /** The keys of all layers, in the order of the configuration. */
  List<String> layerKeys() {
    if (graph == null) {
      return entries.stream().map(Entry::before).toList();
    }
    return graph.getVertices().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof LayerVertex)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The configuration of a layer, or null if the vertex is none. */
  NeuralNetConfiguration conf(String key) {
    if (graph == null) {
      return entries.get(Integer.parseInt(key)).conf();
    }
    return graph.getVertices().get(key) instanceof LayerVertex vertex
        ? vertex.getLayerConf()
        : null;
  }

  Layer layer(String key) {
    NeuralNetConfiguration conf = conf(key);
    return conf == null ? null : conf.getLayer();
  }

  InputPreProcessor preprocessor(String key) {
    if (graph == null) {
      return entries.get(Integer.parseInt(key)).preprocessor();
    }
    return ((LayerVertex) graph.getVertices().get(key)).getPreProcessor();
  }

  /** Who reads a layer's output. */
  List<String> consumers(String key) {
    if (graph == null) {
      int next = Integer.parseInt(key) + 1;
      return next < entries.size() ? List.of(String.valueOf(next)) : List.of();
    }
    return graph.getVertexInputs().entrySet().stream()
        .filter(entry -> entry.getValue().contains(key))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The name by which users and penalties know a layer. */
  String name(String key) {
    String given = layer(key) == null ? null : layer(key).getLayerName();
    return graph != null ? key : given == null ? "layer" + key : given;
  }

  /** The configuration of a new layer that is trained like another one. */
  static NeuralNetConfiguration like(NeuralNetConfiguration host, GateConfiguration gate) {
    NeuralNetConfiguration conf = host.clone();
    conf.clearVariables();
    gate.setIUpdater(trained(host.getLayer()).getIUpdater().clone());
    conf.setLayer(gate);
    return conf;
  }

  private static BaseLayer trained(Layer layer) {
    if (layer instanceof BaseLayer trained && trained.getIUpdater() != null) {
      return trained;
    }
    throw new IllegalArgumentException(
        "The layer %s has no updater that a gate could be trained with".formatted(layer));
  }

  /** Puts a gate behind layers of the list; the keys are those of the model before. */
  void insertInList(Map<String, NeuralNetConfiguration> gates) {
    List<Entry> all = new ArrayList<>();
    for (Entry entry : entries) {
      all.add(entry);
      NeuralNetConfiguration gate = gates.get(entry.before());
      if (gate != null) {
        all.add(new Entry(null, gate, null));
      }
    }
    entries.clear();
    entries.addAll(all);
  }

  /** Puts a vertex behind another one: all that read the other now read the new one. */
  void insertInGraph(String behind, String name, GraphVertex vertex, List<String> otherInputs) {
    graph
        .getVertexInputs()
        .values()
        .forEach(inputs -> inputs.replaceAll(input -> input.equals(behind) ? name : input));
    graph.getVertices().put(name, vertex);
    List<String> inputs = new ArrayList<>(List.of(behind));
    inputs.addAll(otherInputs);
    graph.getVertexInputs().put(name, inputs);
  }

  /** Adds a layer that nobody reads yet. */
  void addLayer(String name, NeuralNetConfiguration conf, InputPreProcessor before, String input) {
    graph.getVertices().put(name, new LayerVertex(conf, before));
    graph.getVertexInputs().put(name, new ArrayList<>(List.of(input)));
  }

  /** Where each gate site acts: the key of what it multiplies, by the site's name. */
  Map<String, String> gatedKeys() {
    Map<String, String> gated = new LinkedHashMap<>();
    for (String key : graph == null ? layerKeys() : graph.getVertices().keySet()) {
      if (layer(key) instanceof GateLayer gate) {
        gated.put(gate.getLayerName(), before(key));
      } else if (graph != null && graph.getVertices().get(key) instanceof GateProduct) {
        List<String> inputs = graph.getVertexInputs().get(key);
        gated.put(inputs.get(1), inputs.get(0));
      }
    }
    return gated;
  }

  private String before(String key) {
    return graph == null
        ? String.valueOf(Integer.parseInt(key) - 1)
        : graph.getVertexInputs().get(key).get(0);
  }

  /** The keys that layers of this model have once the gates are out. */
  Map<String, String> keysWithoutGates() {
    Map<String, String> keys = new LinkedHashMap<>();
    int place = 0;
    for (String key : layerKeys()) {
      if (graph != null) {
        keys.put(key, key);
      } else if (!(layer(key) instanceof GateConfiguration)) {
        keys.put(key, String.valueOf(place++));
      }
    }
    return keys;
  }

  /** Takes all gate layers, gate modules and products out, and weights out of their wrappers. */
  void removeGates() {
    if (graph == null) {
      entries.removeIf(entry -> entry.conf().getLayer() instanceof GateConfiguration);
      entries.forEach(entry -> unwrap(entry.conf()));
      return;
    }
    for (String name : List.copyOf(graph.getVertices().keySet())) {
      if (layer(name) instanceof GateLayer
          || graph.getVertices().get(name) instanceof GateProduct) {
        bypass(name, graph.getVertexInputs().get(name).get(0));
      }
    }
    for (String name : List.copyOf(graph.getVertices().keySet())) {
      if (layer(name) instanceof GateModule) {
        remove(name);
      } else if (conf(name) != null) {
        unwrap(conf(name));
      }
    }
  }

  private static void unwrap(NeuralNetConfiguration conf) {
    if (conf.getLayer() instanceof GatedWeights gated) {
      conf.setLayer(gated.getUnderlying());
      conf.clearVariables();
    }
  }

  /** Removes a vertex; who read it now reads another one. */
  void bypass(String name, String instead) {
    remove(name);
    graph
        .getVertexInputs()
        .values()
        .forEach(inputs -> inputs.replaceAll(input -> input.equals(name) ? instead : input));
  }

  /** Removes a vertex that nobody reads. */
  void remove(String name) {
    graph.getVertices().remove(name);
    graph.getVertexInputs().remove(name);
  }

  /** A model of the rewritten configuration, with everything copied that had a place before. */
  PrunableModel build() {
    Map<String, String> keys = new HashMap<>();
    PrunableModel built;
    if (graph == null) {
      List<NeuralNetConfiguration> confs = new ArrayList<>();
      Map<Integer, InputPreProcessor> preprocessors = new HashMap<>();
      for (Entry entry : entries) {
        if (entry.preprocessor() != null) {
          preprocessors.put(confs.size(), entry.preprocessor());
        }
        if (entry.before() != null) {
          keys.put(String.valueOf(confs.size()), entry.before());
        }
        confs.add(entry.conf());
      }
      list.setConfs(confs);
      list.setInputPreProcessors(preprocessors);
      MultiLayerNetwork network = new MultiLayerNetwork(list);
      network.init();
      built = PrunableModel.of(network);
    } else {
      graph.setTopologicalOrder(null);
      graph.setTopologicalOrderStr(null);
      graph.getVertices().keySet().forEach(name -> keys.put(name, name));
      ComputationGraph network = new ComputationGraph(graph);
      network.init();
      built = PrunableModel.of(network);
    }
    StateTransfer.copy(PrunableModel.ofAny(model), built, keys);
    return built;
  }
}
