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

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies values and updater state of what stays, bit by bit. */
final class CopiedState {
  private CopiedState() {}

  /**
   * Copies all parameters of a smaller model.
   *
   * @param from the model
   * @param to the smaller model
   * @param oldName the name in the model of a parameter of the smaller one
   */
  static void copy(PrunableModel from, PrunableModel to, UnaryOperator<String> oldName) {
    Map<String, Parameter> old = new HashMap<>();
    from.parameters().forEach(parameter -> old.put(parameter.name(), parameter));
    for (Parameter parameter : to.parameters()) {
      to.values(parameter).assign(from.values(old.get(oldName.apply(parameter.name()))));
    }
    Map<String, INDArray> states = states(from);
    states(to)
        .forEach(
            (key, array) -> {
              int separator = key.indexOf(' ');
              String name = oldName.apply(key.substring(separator + 1));
              array.assign(states.get(key.substring(0, separator + 1) + name));
            });
  }

  /** Views of the state of each parameter, by the updater's key and the parameter's name. */
  private static Map<String, INDArray> states(PrunableModel model) {
    Map<String, INDArray> views = new HashMap<>();
    for (UpdaterState state : model.updaterStates()) {
      for (Parameter parameter : state.block().parameters()) {
        INDArray view = state.viewOf(parameter);
        if (view != null) {
          views.put(state.key() + " " + parameter.name(), view);
        }
      }
    }
    return views;
  }
}
