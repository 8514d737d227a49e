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

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a pass through a DL4J model gives, by name or before the last activations. */
final class Dl4jOutputs {
  private Dl4jOutputs() {}

  /**
   * Picks activations.
   *
   * @param all by key
   * @param names keys, or the names that users know the layers by
   * @param layerName the name for a key
   * @throws IllegalArgumentException if there is none of a name
   */
  static Map<String, INDArray> choose(
      Map<String, INDArray> all, List<String> names, UnaryOperator<String> layerName) {
    Map<String, INDArray> chosen = new LinkedHashMap<>();
    for (String name : names) {
      String found =
          all.containsKey(name)
              ? name
              : all.keySet().stream()
                  .filter(key -> layerName.apply(key).equals(name))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "There is no layer or vertex %s; there are %s"
                                  .formatted(name, all.keySet())));
      chosen.put(name, all.get(found));
    }
    return chosen;
  }

  /**
   * Runs a model whose output layers have lost their activations meanwhile.
   *
   * @param layers the configurations of the output layers
   * @param pass the forward pass
   * @throws IllegalStateException if there is no such layer
   */
  static INDArray[] withoutActivations(List<BaseLayer> layers, Supplier<INDArray[]> pass) {
    if (layers.isEmpty()) {
      throw new IllegalStateException(
          "No output of this model is made by a layer with an activation of its own, so its logits"
              + " are unknown");
    }
    Map<BaseLayer, IActivation> activations = new IdentityHashMap<>();
    layers.forEach(layer -> activations.put(layer, layer.getActivationFn()));
    try {
      layers.forEach(layer -> layer.setActivationFn(new ActivationIdentity()));
      return pass.get();
    } finally {
      activations.forEach(BaseLayer::setActivationFn);
    }
  }
}
