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
package org.dl4jprune.calibration.relevance;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Runs a model forward and keeps its steps. */
final class Tapes {
  private Tapes() {}

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException if a part of the model has no rule
   */
  static Tape of(PrunableModel model, MultiDataSet batch) {
    return model.unwrap() instanceof SameDiff graph
        ? OpTapes.of(graph, batch)
        : ofNetwork(model, batch);
  }

  /**
   * Reads a model of layers.
   *
   * @throws IllegalArgumentException if a part of the model has no rule, or it is a SameDiff graph
   */
  static Tape ofNetwork(PrunableModel model, MultiDataSet batch) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      return LayerTapes.of(network, batch);
    }
    if (model.unwrap() instanceof ComputationGraph graph) {
      return LayerTapes.of(graph, batch);
    }
    throw new IllegalArgumentException(
        "Gradients of activations are computed for MultiLayerNetwork and ComputationGraph, not for "
            + model.unwrap().getClass().getSimpleName());
  }
}
