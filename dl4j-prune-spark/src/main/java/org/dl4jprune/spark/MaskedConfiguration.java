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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Puts masks into a copy of a model's configuration, reads them there, and takes them out: one
 * {@link MaskConstraint} for each layer that has dead weights, behind the layer's own constraints,
 * which stay.
 */
public final class MaskedConfiguration {
  private MaskedConfiguration() {}

  /**
   * A model's configuration with masks in it. The model's own configuration stays as it is.
   *
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param masks masks of its parameters
   * @return JSON, as {@code fromJson} of the configuration's class reads it where this library is
   *     on the class path
   * @throws IllegalArgumentException if a parameter with a mask belongs to a vertex that is no
   *     layer: DL4J applies no constraints there
   */
  public static String json(Model model, Masks masks) {
    check(model, masks.layout().parameters());
    Map<String, MaskSite.Range> ranges = MaskSite.ranges(model);
    INDArray vector = vector(PrunableModel.ofAny(model), masks);
    String plain =
        model instanceof MultiLayerNetwork network
            ? network.getLayerWiseConfigurations().toJson()
            : ((ComputationGraph) model).getConfiguration().toJson();
    if (model instanceof MultiLayerNetwork) {
      MultiLayerConfiguration copy = MultiLayerConfiguration.fromJson(plain);
      put(MaskSite.of(MaskSite.layers(copy), ranges), vector);
      return copy.toJson();
    }
    ComputationGraphConfiguration copy = ComputationGraphConfiguration.fromJson(plain);
    put(MaskSite.of(MaskSite.layers(copy), ranges), vector);
    return copy.toJson();
  }

  /**
   * Refuses masks that no constraint can carry.
   *
   * @param parameters those that may be pruned
   * @throws IllegalArgumentException if one belongs to a vertex that is no layer
   */
  static void check(Model model, List<Parameter> parameters) {
    if (!(model instanceof ComputationGraph graph)) {
      return;
    }
    for (Parameter parameter : parameters) {
      String key = parameter.name().substring(0, parameter.name().lastIndexOf('_'));
      GraphVertex vertex = graph.getConfiguration().getVertices().get(key);
      if (!(vertex instanceof LayerVertex)) {
        throw new IllegalArgumentException(
            "%s belongs to vertex %s (%s), and DL4J applies no constraints to it, so no mask can travel; leave it out with Selector.weights().excluding(\"%s\")"
                .formatted(parameter.name(), key, vertex.getClass().getSimpleName(), key + "_*"));
      }
    }
  }

  private static void put(List<MaskSite> sites, INDArray vector) {
    for (MaskSite site : sites) {
      INDArray mask = site.in(vector);
      site.replace(hasZeros(mask) ? MaskConstraint.of(mask) : null);
    }
  }

  private static boolean hasZeros(INDArray mask) {
    return Masks.countOnes(List.of(mask))[0] < mask.length();
  }

  /** One vector over all parameters of the model, in the order of its memory. */
  private static INDArray vector(PrunableModel view, Masks masks) {
    ParameterBlock block = view.blocks().get(0);
    INDArray vector = block.values().ulike().assign(1);
    for (Parameter parameter : masks.layout().parameters()) {
      block.view(vector, parameter).assign(masks.of(parameter));
    }
    return vector;
  }

  /** The masks in a model's configuration as one vector of its parameters; ones where none is. */
  static INDArray vector(PrunableModel view) {
    return vector(view, sites((Model) view.unwrap()));
  }

  /** The masks that JSON of a model's configuration carries. */
  static INDArray vector(PrunableModel view, String json) {
    return vector(view, sites((Model) view.unwrap(), json));
  }

  /** How many characters of JSON of a model's configuration are masks. */
  static long maskBytes(Model model, String json) {
    return sites(model, json).stream()
        .map(MaskSite::constraint)
        .filter(Objects::nonNull)
        .mapToLong(constraint -> (constraint.bytes() + 2) / 3 * 4L)
        .sum();
  }

  private static List<MaskSite> sites(Model model) {
    return MaskSite.of(MaskSite.layers(model), MaskSite.ranges(model));
  }

  private static List<MaskSite> sites(Model model, String json) {
    return MaskSite.of(
        model instanceof MultiLayerNetwork
            ? MaskSite.layers(MultiLayerConfiguration.fromJson(json))
            : MaskSite.layers(ComputationGraphConfiguration.fromJson(json)),
        MaskSite.ranges(model));
  }

  private static INDArray vector(PrunableModel view, List<MaskSite> sites) {
    INDArray vector = view.blocks().get(0).values().ulike().assign(1);
    for (MaskSite site : sites) {
      MaskConstraint constraint = site.constraint();
      if (constraint != null) {
        constraint.copyTo(site.in(vector));
      }
    }
    return vector;
  }

  /**
   * The masks that a model's configuration carries.
   *
   * @param view a view of a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return masks of all parameters; ones where the configuration has none
   * @throws IllegalStateException if a mask is damaged or of a layer of another size
   */
  public static Masks read(PrunableModel view) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray vector = vector(view)) {
      Masks masks = Masks.dense(view, new Layout(view.parameters()));
      ParameterBlock block = view.blocks().get(0);
      for (Parameter parameter : view.parameters()) {
        masks.of(parameter).assign(block.view(vector, parameter));
      }
      return masks;
    }
  }

  /**
   * Takes all masks out of a configuration.
   *
   * @param configuration changed in place; its other constraints stay
   */
  public static void removeFrom(MultiLayerConfiguration configuration) {
    remove(MaskSite.layers(configuration));
  }

  /**
   * Takes all masks out of a configuration.
   *
   * @param configuration changed in place; its other constraints stay
   */
  public static void removeFrom(ComputationGraphConfiguration configuration) {
    remove(MaskSite.layers(configuration));
  }

  private static void remove(Map<String, Layer> layers) {
    Map<String, MaskSite.Range> nowhere = new LinkedHashMap<>();
    layers.keySet().forEach(name -> nowhere.put(name, new MaskSite.Range(0, 0)));
    MaskSite.of(layers, nowhere).forEach(site -> site.replace(null));
  }
}
