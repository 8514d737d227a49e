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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.model.SameDiffInputs;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Tapes of SameDiff graphs: the ops between the features and the logits in front of the loss. */
final class OpTapes {
  private final SameDiff graph;
  private final String logits;
  private final Map<String, INDArray> placeholders;
  private final Map<String, SameDiffOp> path = new LinkedHashMap<>();
  private final Set<String> entering = new LinkedHashSet<>();
  private final Map<String, Boolean> dependent = new HashMap<>();
  private Map<String, INDArray> values;

  private OpTapes(SameDiff graph, MultiDataSet batch) {
    this.graph = graph;
    this.logits = SameDiffInputs.logits(graph);
    this.placeholders = SameDiffInputs.placeholders(graph, batch);
  }

  static Tape of(SameDiff graph, MultiDataSet batch) {
    return new OpTapes(graph, batch).read();
  }

  private Tape read() {
    collect();
    Set<String> asked = new LinkedHashSet<>(path.keySet());
    for (SameDiffOp op : path.values()) {
      op.getInputsToOp().stream().filter(this::isComputed).forEach(asked::add);
    }
    values = graph.output(placeholders, List.copyOf(asked));
    Tape tape = new Tape();
    entering.forEach(name -> tape.addInput(name, placeholders.get(name)));
    OpSteps steps = new OpSteps(tape, graph);
    for (String output : inOrder()) {
      SameDiffOp op = path.get(output);
      List<String> inputs = op.getInputsToOp().stream().filter(this::dependsOnData).toList();
      List<INDArray> fixed =
          op.getInputsToOp().stream()
              .filter(input -> !dependsOnData(input))
              .map(this::value)
              .toList();
      tape.add(output, steps.of(op, inputs, fixed), inputs, values.get(output));
    }
    tape.addOutput(new Tape.Output(startOf(tape), null, null));
    return tape;
  }

  // A bias behind the last product belongs to it, and relevance starts behind the bias.
  private String startOf(Tape tape) {
    Tape.Node node = tape.node(logits);
    boolean bias =
        node.step() instanceof PassStep
            && tape.stepOf(node.inputs().get(0)) instanceof LinearStep
            && tape.consumersOf(node.inputs().get(0)) == 1
            && tape.value(node.inputs().get(0)).equalShapes(tape.value(logits));
    return bias ? node.inputs().get(0) : logits;
  }

  /** All ops that the logits need and that see data. */
  private void collect() {
    Deque<String> open = new ArrayDeque<>(List.of(logits));
    while (!open.isEmpty()) {
      String name = open.pop();
      SameDiffOp op = producer(name);
      if (op == null) {
        entering.add(name);
      } else if (path.putIfAbsent(name, op) == null) {
        op.getInputsToOp().stream().filter(this::dependsOnData).forEach(open::push);
      }
    }
  }

  private List<String> inOrder() {
    List<String> order = new ArrayList<>();
    Set<String> done = new HashSet<>(entering);
    while (order.size() < path.size()) {
      for (Map.Entry<String, SameDiffOp> one : path.entrySet()) {
        boolean ready =
            one.getValue().getInputsToOp().stream()
                .allMatch(input -> !dependsOnData(input) || done.contains(input));
        if (ready && done.add(one.getKey())) {
          order.add(one.getKey());
        }
      }
    }
    return order;
  }

  private boolean dependsOnData(String name) {
    Boolean known = dependent.get(name);
    if (known == null) {
      SameDiffOp op = producer(name);
      known =
          op == null
              ? placeholders.containsKey(name)
              : op.getInputsToOp().stream().anyMatch(this::dependsOnData);
      dependent.put(name, known);
    }
    return known;
  }

  private SameDiffOp producer(String name) {
    Variable variable = graph.getVariables().get(name);
    return variable.getOutputOfOp() == null ? null : graph.getOps().get(variable.getOutputOfOp());
  }

  private boolean isComputed(String name) {
    return producer(name) != null;
  }

  private INDArray value(String name) {
    return isComputed(name) ? values.get(name) : graph.getVariable(name).getArr();
  }
}
