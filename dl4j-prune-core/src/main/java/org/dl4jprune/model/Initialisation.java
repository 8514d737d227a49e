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

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** New models of known configurations. */
public final class Initialisation {
  private Initialisation() {}

  /**
   * A new network of a network's configuration, with the initial values that the configuration
   * prescribes and its seed.
   *
   * @param model a view of a network of any state; not changed
   * @return an untrained network without listeners
   * @throws IllegalArgumentException for a SameDiff graph, which does not hold how its variables
   *     were initialised
   */
  public static PrunableModel repeat(PrunableModel model) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      MultiLayerNetwork fresh = new MultiLayerNetwork(configuration);
      fresh.init();
      return PrunableModel.of(fresh);
    }
    if (model.unwrap() instanceof ComputationGraph graph) {
      ComputationGraph fresh = new ComputationGraph(GraphCopies.of(graph.getConfiguration()));
      fresh.getConfiguration().setIterationCount(0);
      fresh.getConfiguration().setEpochCount(0);
      fresh.init();
      return PrunableModel.of(fresh);
    }
    throw new IllegalArgumentException(
        "A SameDiff graph does not hold how its variables were initialised; give an"
            + " initialisation that draws them, such as SparseAware.FAN_IN");
  }
}
