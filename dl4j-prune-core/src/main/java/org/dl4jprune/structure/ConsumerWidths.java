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
package org.dl4jprune.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;

/** How many channels a vertex makes by the word of the layers that read it. */
final class ConsumerWidths {
  private final Map<String, List<LayerVertex>> readers = new HashMap<>();
  private final CouplingRules rules;

  ConsumerWidths(ComputationGraphConfiguration configuration, CouplingRules rules) {
    this.rules = rules;
    configuration
        .getVertexInputs()
        .forEach(
            (name, inputs) -> {
              if (configuration.getVertices().get(name) instanceof LayerVertex layer) {
                inputs.forEach(
                    input -> readers.computeIfAbsent(input, k -> new ArrayList<>()).add(layer));
              }
            });
  }

  /** The width, or -1 if no reader knows. */
  long of(String vertex) {
    for (LayerVertex reader : readers.getOrDefault(vertex, List.of())) {
      Object first =
          reader.getPreProcessor() == null
              ? reader.getLayerConf().getLayer()
              : reader.getPreProcessor();
      long width = rules.knows(first) ? rules.expectedInputs(first) : -1;
      if (width > 0) {
        return width;
      }
    }
    return -1;
  }
}
