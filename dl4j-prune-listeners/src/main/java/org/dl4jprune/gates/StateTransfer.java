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

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gives a rewritten model the parameters and updater state of the one that it was made of. */
final class StateTransfer {
  private StateTransfer() {}

  /**
   * Copies whatever both models have.
   *
   * @param from stays as it is
   * @param to takes values and state over
   * @param keys the key that a layer of {@code to} has in {@code from}
   */
  static void copy(PrunableModel from, PrunableModel to, Map<String, String> keys) {
    Map<String, Parameter> sources = new HashMap<>();
    from.parameters().forEach(parameter -> sources.put(parameter.name(), parameter));
    // A model that was not trained yet has no state, and asking for it would make some.
    boolean trained = from.hasUpdaterState();
    Map<String, Map<String, INDArray>> states = trained ? states(from) : Map.of();
    Map<String, Map<String, INDArray>> targets = trained ? states(to) : Map.of();
    for (Parameter parameter : to.parameters()) {
      String name = parameter.name();
      int separator = name.lastIndexOf('_');
      String before = keys.get(name.substring(0, separator)) + name.substring(separator);
      if (sources.containsKey(before)) {
        to.values(parameter).assign(from.values(sources.get(before)));
        targets
            .getOrDefault(name, Map.of())
            .forEach((state, array) -> array.assign(states.get(before).get(state)));
      }
    }
  }

  private static Map<String, Map<String, INDArray>> states(PrunableModel model) {
    Map<String, Map<String, INDArray>> views = new LinkedHashMap<>();
    for (UpdaterState state : model.updaterStates()) {
      for (Parameter parameter : state.block().parameters()) {
        INDArray view = state.viewOf(parameter);
        if (view != null) {
          views.computeIfAbsent(parameter.name(), n -> new HashMap<>()).put(state.key(), view);
        }
      }
    }
    return views;
  }
}
