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

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** Takes ops out of a SameDiff graph. */
final class SameDiffEdits {

  private SameDiffEdits() {}

  /** Lets all readers of a gated variable read what was gated, and removes the gates. */
  static void bypass(SameDiff graph, SameDiffSite site) {
    replace(graph, site.gated(), site.source());
    Set<String> keep = new HashSet<>(Set.of(site.source()));
    remove(graph, site.gated(), keep);
    remove(graph, site.open(), keep);
  }

  /**
   * Removes what is still computed of gates that nothing is multiplied by any more, such as a share
   * of the cost that somebody looked at.
   *
   * @throws IllegalArgumentException if a loss is among it
   */
  static void removeRest(SameDiff graph, SameDiffSite site) {
    for (String variable : List.of(site.gates(), site.open())) {
      if (graph.hasVariable(variable)) {
        removeReaders(graph, variable);
        remove(graph, variable, Set.of());
      }
    }
  }

  private static void removeReaders(SameDiff graph, String variable) {
    for (String reader : readers(graph, variable)) {
      SameDiffOp op = graph.getOps().get(reader);
      for (String output : op == null ? List.<String>of() : List.copyOf(op.getOutputsOfOp())) {
        if (graph.getLossVariables().contains(output)) {
          throw new IllegalArgumentException(
              "The loss %s is computed of gates, so it would go with them; make the penalty a loss of its own with SameDiffGates.penalize"
                  .formatted(output));
        }
        if (graph.hasVariable(output)) {
          removeReaders(graph, output);
          remove(graph, output, Set.of());
        }
      }
    }
  }

  /** Removes what a sum adds to its other term, and the sum; its readers read that term. */
  static void removeTerm(SameDiff graph, String sum, String term) {
    SameDiffOp op = graph.getOps().get(graph.getVariables().get(sum).getOutputOfOp());
    List<String> inputs = op.getInputsToOp();
    String rest = inputs.get(inputs.get(0).equals(term) ? 1 : 0);
    replace(graph, sum, rest);
    remove(graph, sum, new HashSet<>(Set.of(rest)));
  }

  private static void replace(SameDiff graph, String variable, String by) {
    for (String reader : readers(graph, variable)) {
      SameDiffOp op = graph.getOps().get(reader);
      for (int i = 0; i < op.getInputsToOp().size(); i++) {
        if (op.getInputsToOp().get(i).equals(variable)) {
          graph.replaceArgFor(i, graph.getVariable(by), op.getOp());
        }
      }
    }
  }

  /** The names of the ops that read a variable. */
  static List<String> readers(SameDiff graph, String variable) {
    List<String> readers = graph.getVariables().get(variable).getInputsForOp();
    return readers == null ? List.of() : List.copyOf(readers);
  }

  /** Removes a variable that nobody reads, with all that was made for it only. */
  static void remove(SameDiff graph, String name, Set<String> keep) {
    var variable = graph.getVariables().get(name);
    if (variable == null || keep.contains(name)) {
      return;
    }
    boolean read = variable.getInputsForOp() != null && !variable.getInputsForOp().isEmpty();
    boolean placeholder = variable.getVariable().isPlaceHolder();
    if (read || placeholder) {
      return;
    }
    graph.getVariables().remove(name);
    String made = variable.getOutputOfOp();
    if (made == null) {
      return;
    }
    SameDiffOp op = graph.getOps().remove(made);
    for (String input : op.getInputsToOp()) {
      var source = graph.getVariables().get(input);
      if (source != null && source.getInputsForOp() != null) {
        source.getInputsForOp().remove(made);
        remove(graph, input, keep);
      }
    }
  }
}
