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

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.factory.Nd4j;

/** Takes vertices out of a {@code ComputationGraph}. */
final class VertexRemoval {
  private VertexRemoval() {}

  static PrunableModel of(
      ComputationGraph graph, PrunableModel view, Wiring wiring, Map<String, String> redirects) {
    Set<String> gone = wiring.freedBy(redirects);
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    configuration.getVertices().keySet().removeAll(gone);
    configuration.getVertexInputs().keySet().removeAll(gone);
    configuration
        .getVertexInputs()
        .replaceAll((vertex, inputs) -> Wiring.redirected(inputs, redirects));
    // The clone forgets how far training has come.
    configuration.setIterationCount(graph.getConfiguration().getIterationCount());
    configuration.setEpochCount(graph.getConfiguration().getEpochCount());
    long length =
        view.parameters().stream()
            .filter(p -> !gone.contains(p.name().substring(0, p.name().lastIndexOf('_'))))
            .mapToLong(Parameter::length)
            .sum();
    ComputationGraph smaller = new ComputationGraph(configuration);
    smaller.init(Nd4j.createUninitialized(view.dataType(), new long[] {length}), false);
    PrunableModel result = PrunableModel.of(smaller);
    CopiedState.copy(view, result, name -> name);
    return result;
  }
}
