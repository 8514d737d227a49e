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

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Goes through a tape from its outputs to its inputs, and adds up where paths meet. */
abstract class BackwardPass {
  private final Tape tape;
  private final Map<String, INDArray> signals = new HashMap<>();

  BackwardPass(Tape tape) {
    this.tape = tape;
  }

  final Tape tape() {
    return tape;
  }

  /** What enters the pass in front of the activation function of an output. */
  abstract INDArray start(Tape.Output output, int index);

  /** A layer with weights: from behind its activation function to in front of it. */
  abstract INDArray throughActivation(LinearStep step, INDArray input, INDArray signal);

  /** Sees what arrives in front of the activation function of a layer with weights. */
  abstract void visit(Tape.Node node, LinearStep step, INDArray input, INDArray signal);

  /** A layer with weights: from in front of its activation function to its input. */
  abstract INDArray throughWeights(
      Tape.Node node, LinearStep step, INDArray input, INDArray signal);

  /** Any other step. */
  abstract INDArray[] through(Step step, INDArray[] inputs, INDArray output, INDArray signal);

  /**
   * Runs the pass.
   *
   * @param toInputs whether what arrives at the model's inputs is asked for
   * @return what arrives at the model's inputs; empty unless asked for
   */
  final Map<String, INDArray> run(boolean toInputs) {
    Map<String, INDArray> starts = new HashMap<>();
    for (int i = 0; i < tape.outputs().size(); i++) {
      starts.put(tape.outputs().get(i).node(), start(tape.outputs().get(i), i));
    }
    Set<String> needed = toInputs ? null : behindWeights();
    for (int i = tape.nodes().size() - 1; i >= 0; i--) {
      Tape.Node node = tape.nodes().get(i);
      INDArray start = starts.get(node.name());
      INDArray signal = signals.remove(node.name());
      if (start != null || signal != null) {
        step(node, start, signal, needed);
      }
    }
    return signals;
  }

  private void step(Tape.Node node, INDArray start, INDArray signal, Set<String> needed) {
    INDArray[] inputs = tape.inputsOf(node);
    INDArray[] back;
    if (node.step() instanceof LinearStep linear) {
      INDArray here = signal == null ? null : throughActivation(linear, inputs[0], signal);
      here = sum(start, here);
      visit(node, linear, inputs[0], here);
      if (needed != null && !needed.contains(node.inputs().get(0))) {
        return;
      }
      back = new INDArray[] {throughWeights(node, linear, inputs[0], here)};
    } else {
      back = through(node.step(), inputs, tape.value(node.name()), sum(start, signal));
    }
    for (int i = 0; i < back.length; i++) {
      String to = node.inputs().get(i);
      if (needed == null || needed.contains(to)) {
        signals.merge(to, back[i], INDArray::add);
      }
    }
  }

  private static INDArray sum(INDArray first, INDArray second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first.add(second);
  }

  /** The names that lie behind at least one layer with weights. */
  private Set<String> behindWeights() {
    Set<String> names = new HashSet<>();
    for (Tape.Node node : tape.nodes()) {
      if (node.step() instanceof LinearStep || node.inputs().stream().anyMatch(names::contains)) {
        names.add(node.name());
      }
    }
    return names;
  }
}
