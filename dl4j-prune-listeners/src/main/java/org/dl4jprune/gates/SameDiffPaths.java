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

/** Whether the value of a gate may move into the weights in front of it. */
final class SameDiffPaths {
  private static final Set<String> KEEP_ZERO =
      Set.of("tanh", "relu6", "elu", "selu", "softsign", "hard_tanh", "hardtanh", "rectifiedtanh");
  private static final Set<String> ONE_INPUT = Set.of("relu", "leakyrelu", "identity");
  private static final Set<String> KEEP_SCALE =
      Set.of("relu", "leakyrelu", "identity", "add", "biasadd", "matmul", "mmul", "xw_plus_b");

  private SameDiffPaths() {}

  /** Whether an op of one input makes zero of zero. */
  static boolean keepsZero(String kind) {
    return KEEP_ZERO.contains(kind) || ONE_INPUT.contains(kind);
  }

  /**
   * Checks that only what passes a zero, or a factor, lies between the weights and the gate, and
   * that nobody else reads what the weights make.
   *
   * @throws IllegalArgumentException if not
   */
  static void check(SameDiff graph, String name, SameDiffSite site, boolean soft) {
    checkReaders(graph, name, site.source());
    String variable = site.source();
    Set<String> seen = new HashSet<>();
    while (variable != null && seen.add(variable)) {
      String made = graph.getVariables().get(variable).getOutputOfOp();
      if (made == null) {
        return;
      }
      SameDiffOp op = graph.getOps().get(made);
      String kind = op.getOp().opName();
      List<String> inputs = op.getInputsToOp();
      inputs.stream()
          .filter(site.producers()::contains)
          .forEach(producer -> checkReaders(graph, name, producer));
      if (inputs.stream().anyMatch(site.producers()::contains)
          && !kind.equals("add")
          && !kind.equals("biasadd")) {
        return;
      }
      if (!KEEP_SCALE.contains(kind) && (soft || !KEEP_ZERO.contains(kind))) {
        throw new IllegalArgumentException(
            "The gates %s of %s do not pass %s into the weights; use straight-through gates, or gate in front of it"
                .formatted(name, site.source(), kind));
      }
      variable = inputs.get(0);
      checkReaders(graph, name, variable);
    }
  }

  /** A folded zero would reach another reader too, to whom the gate does not apply. */
  static void checkReaders(SameDiff graph, String name, String variable) {
    List<String> readers = SameDiffEdits.readers(graph, variable);
    if (readers.size() > 1) {
      throw new IllegalArgumentException(
          "%s is read without the gates %s too, by %s; let all read what the gates gave"
              .formatted(variable, name, readers));
    }
  }
}
