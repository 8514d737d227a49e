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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** One forward pass: its steps in the order of computation, and the arrays between them. */
final class Tape {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, INDArray> values = new HashMap<>();
  private final List<Output> outputs = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /**
   * One step.
   *
   * @param name of the step and of its output
   * @param step the operation
   * @param inputs names of other nodes or of the model's inputs
   */
  record Node(String name, Step step, List<String> inputs) {}

  /**
   * Where a backward pass starts: in front of the activation function of a node.
   *
   * @param node the node
   * @param loss the loss behind it, null if there is none
   * @param activation the activation function between node and loss, null if there is none
   */
  record Output(String node, ILossFunction loss, IActivation activation) {}

  void add(String name, Step step, List<String> inputs, INDArray output) {
    nodes.add(new Node(name, step, List.copyOf(inputs)));
    values.put(name, output);
  }

  void addInput(String name, INDArray value) {
    values.put(name, value);
  }

  void addOutput(Output output) {
    outputs.add(output);
  }

  void remark(String text) {
    remarks.add(text);
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Output> outputs() {
    return outputs;
  }

  List<String> remarks() {
    return remarks;
  }

  INDArray value(String name) {
    return values.get(name);
  }

  INDArray[] inputsOf(Node node) {
    return node.inputs().stream().map(values::get).toArray(INDArray[]::new);
  }

  /** A node by its name, null if there is none. */
  Node node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElse(null);
  }

  /** The step that makes an array, null if it enters the model. */
  Step stepOf(String name) {
    Node node = node(name);
    return node == null ? null : node.step();
  }

  long consumersOf(String name) {
    return nodes.stream().filter(node -> node.inputs().contains(name)).count();
  }

  boolean isOutput(String name) {
    return outputs.stream().anyMatch(output -> output.node().equals(name));
  }

  boolean hasConvolutions() {
    return nodes.stream()
        .anyMatch(node -> node.step() instanceof LinearStep linear && linear.isConvolution());
  }
}
