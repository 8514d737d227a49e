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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** Takes ops and their variables out of a SameDiff graph, in place. */
final class OpRemoval {
  private OpRemoval() {}

  static PrunableModel of(SameDiff graph, Wiring wiring, Map<String, String> redirects) {
    Set<String> gone = wiring.freedBy(redirects);
    for (SameDiffOp op : List.copyOf(graph.getOps().values())) {
      if (gone.containsAll(op.getOutputsOfOp())) {
        graph.getOps().remove(op.getName());
      } else if (op.getInputsToOp() != null) {
        op.setInputsToOp(Wiring.redirected(op.getInputsToOp(), redirects));
      }
    }
    for (String name : gone) {
      SDVariable variable = graph.getVariable(name);
      String producer = graph.getVariables().get(name).getOutputOfOp();
      if (producer != null && graph.getOps().containsKey(producer)) {
        continue;
      }
      if (variable.getVariableType() == VariableType.VARIABLE) {
        graph.getVariablesArrays().removeArray(name);
      } else if (variable.getVariableType() == VariableType.CONSTANT) {
        graph.getConstantArrays().removeArray(name);
      }
      graph.getVariables().remove(name);
      if (graph.getUpdaterMap() != null) {
        graph.getUpdaterMap().remove(name);
      }
    }
    nameReaders(graph);
    return PrunableModel.of(graph);
  }

  /** Each variable knows the ops that read it. */
  private static void nameReaders(SameDiff graph) {
    Map<String, List<String>> readers = new LinkedHashMap<>();
    for (SameDiffOp op : graph.getOps().values()) {
      if (op.getInputsToOp() != null) {
        for (String input : Set.copyOf(op.getInputsToOp())) {
          readers.computeIfAbsent(input, name -> new ArrayList<>()).add(op.getName());
        }
      }
    }
    graph.getVariables().forEach((name, v) -> v.setInputsForOp(readers.get(name)));
  }
}
