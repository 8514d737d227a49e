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
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;

/**
 * A residual branch: y = x + F(x), where only the sum reads F. Of the inputs of a sum, the branch
 * is the one with most vertices of its own; the others stay as the skip connection.
 *
 * @param sum the vertex that adds
 * @param end the last vertex of F
 * @param reads the vertex or input x that F begins with
 * @param vertices all vertices of F, last to first
 */
record Branch(String sum, String end, String reads, List<String> vertices) {

  /** All residual branches of a graph with one entry, in its order. */
  static List<Branch> of(GatedNetwork network) {
    List<Branch> branches = new ArrayList<>();
    ComputationGraphConfiguration graph = network.graph();
    for (Map.Entry<String, org.deeplearning4j.nn.conf.graph.GraphVertex> entry :
        graph.getVertices().entrySet()) {
      if (entry.getValue() instanceof ElementWiseVertex vertex
          && vertex.getOp() == ElementWiseVertex.Op.Add) {
        Branch branch = longest(network, entry.getKey());
        if (branch != null) {
          branches.add(branch);
        }
      }
    }
    return branches;
  }

  private static Branch longest(GatedNetwork network, String sum) {
    return network.graph().getVertexInputs().get(sum).stream()
        .map(end -> from(network, sum, end))
        .filter(branch -> branch != null)
        .max(Comparator.comparingInt(branch -> branch.vertices().size()))
        .orElse(null);
  }

  private static Branch from(GatedNetwork network, String sum, String end) {
    Map<String, List<String>> inputs = network.graph().getVertexInputs();
    Set<String> own = new LinkedHashSet<>();
    Set<String> entries = new LinkedHashSet<>(Set.of(end));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (String name : List.copyOf(entries)) {
        boolean mine =
            inputs.containsKey(name)
                && network.consumers(name).stream()
                    .allMatch(c -> own.contains(c) || (name.equals(end) && c.equals(sum)));
        if (mine) {
          entries.remove(name);
          own.add(name);
          entries.addAll(inputs.get(name));
          grown = true;
        }
      }
    }
    return own.isEmpty() || entries.size() != 1
        ? null
        : new Branch(sum, end, entries.iterator().next(), List.copyOf(own));
  }

  /** Takes the branch out of the graph; a sum that is left with one input goes too. */
  void remove(GatedNetwork network) {
    Map<String, List<String>> inputs = network.graph().getVertexInputs();
    inputs.get(sum).remove(end);
    vertices.forEach(network::remove);
    if (inputs.get(sum).size() == 1 && !network.graph().getNetworkOutputs().contains(sum)) {
      network.bypass(sum, inputs.get(sum).get(0));
    }
  }
}
