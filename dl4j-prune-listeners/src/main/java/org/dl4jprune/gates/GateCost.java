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

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a gate costs; penalties divide it by the sum over all gates. */
public enum GateCost {
  /** Every gate costs the same. */
  UNIFORM,
  /** The gated layer's weights, shared among its gates. */
  WEIGHTS,
  /** The gated layer's multiply-accumulates for one example, shared among its gates. */
  MULTIPLY_ACCUMULATES;

  /** Counts what the gates of a site cost together. */
  interface Counter {
    double of(List<String> layerKeys, long gates);
  }

  Counter counter(Model model, MultiDataSet example) {
    if (this == UNIFORM) {
      return (keys, gates) -> gates;
    }
    PrunableModel view = PrunableModel.ofAny(model);
    var positions =
        this == MULTIPLY_ACCUMULATES ? view.positions(example) : java.util.Map.<String, Long>of();
    return (keys, gates) -> {
      double total = 0;
      for (Parameter parameter : view.parameters()) {
        String key = parameter.name().substring(0, parameter.name().lastIndexOf('_'));
        if (keys.contains(key) && parameter.role() == Role.WEIGHT) {
          total += parameter.length() * positions.getOrDefault(parameter.layer(), 1L);
        }
      }
      return total;
    };
  }
}
