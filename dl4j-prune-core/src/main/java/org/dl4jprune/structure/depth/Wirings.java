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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** The wiring of each model class, nodes in the order of computation. */
final class Wirings {
  /** The input of a {@code MultiLayerNetwork}, which has no name of its own. */
  static final String SEQUENCE_INPUT = "input";

  private Wirings() {}

  static Wiring of(ComputationGraph graph) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    configuration.getNetworkInputs().forEach(name -> inputs.put(name, List.of()));
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      inputs.putIfAbsent(
          name, List.copyOf(configuration.getVertexInputs().getOrDefault(name, List.of())));
    }
    Set<String> outputs = unread(inputs);
    outputs.addAll(configuration.getNetworkOutputs());
    return new Wiring(inputs, outputs);
  }

  static Wiring of(MultiLayerNetwork network) {
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    inputs.put(SEQUENCE_INPUT, List.of());
    String last = SEQUENCE_INPUT;
    for (int i = 0; i < network.getnLayers(); i++) {
      inputs.put(String.valueOf(i), List.of(last));
      last = String.valueOf(i);
    }
    return new Wiring(inputs, Set.of(last));
  }

  static Wiring of(SameDiff graph) {
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    for (SameDiffOp op : inOrder(graph)) {
      List<String> read = op.getInputsToOp() == null ? List.of() : List.copyOf(op.getInputsToOp());
      read.forEach(name -> inputs.putIfAbsent(name, List.of()));
      op.getOutputsOfOp().forEach(name -> inputs.put(name, read));
    }
    graph.variableMap().keySet().forEach(name -> inputs.putIfAbsent(name, List.of()));
    Set<String> outputs = unread(inputs);
    // An op with several outputs, of which one is read, is not kept alive by the others.
    for (SameDiffOp op : graph.getOps().values()) {
      List<String> made = op.getOutputsOfOp();
      if (!outputs.containsAll(made)) {
        made.forEach(outputs::remove);
      }
    }
    outputs.addAll(graph.getLossVariables());
    return new Wiring(inputs, outputs);
  }

  /** Ops after those whose outputs they read; SameDiff keeps no such order. */
  private static List<SameDiffOp> inOrder(SameDiff graph) {
    List<SameDiffOp> order = new ArrayList<>();
    Set<String> made = new HashSet<>();
    Set<SameDiffOp> open = new LinkedHashSet<>(graph.getOps().values());
    while (!open.isEmpty()) {
      int before = order.size();
      for (SameDiffOp op : List.copyOf(open)) {
        boolean ready =
            op.getInputsToOp() == null
                || op.getInputsToOp().stream()
                    .allMatch(
                        name ->
                            made.contains(name)
                                || graph.getVariables().get(name).getOutputOfOp() == null);
        if (ready) {
          order.add(op);
          open.remove(op);
          made.addAll(op.getOutputsOfOp());
        }
      }
      if (order.size() == before) {
        throw new IllegalArgumentException(
            "The SameDiff graph has a loop through %s; blocks are found in graphs without loops"
                .formatted(open.iterator().next().getName()));
      }
    }
    return order;
  }

  private static Set<String> unread(Map<String, List<String>> inputs) {
    Set<String> unread = new LinkedHashSet<>(inputs.keySet());
    inputs.values().forEach(read -> read.forEach(unread::remove));
    return unread;
  }
}
