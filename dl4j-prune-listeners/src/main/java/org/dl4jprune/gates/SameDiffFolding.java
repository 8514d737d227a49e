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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.host.HostReads;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Takes gates out of a copy of a SameDiff graph: readers of the gated activation read the
 * activation itself, and the weight and bias that make it are multiplied by the gates' values, zero
 * where a gate is closed. Channels that became zero can then be removed by {@code structure}.
 */
public final class SameDiffFolding {

  private static final Set<String> KEEP_ZERO =
      Set.of("tanh", "relu6", "elu", "selu", "softsign", "hard_tanh", "hardtanh", "rectifiedtanh");
  private static final Set<String> KEEP_SCALE =
      Set.of("relu", "leakyrelu", "identity", "add", "biasadd", "matmul", "mmul", "xw_plus_b");

  private SameDiffFolding() {}

  /**
   * Folds gates.
   *
   * @param gates the gates of a trained graph; the graph is not touched
   * @param features the placeholders that gates which depend on the example read, with all
   *     examples; the majority decides. May be empty for gates that are the same for all
   * @return a copy of the graph without gates
   * @throws IllegalArgumentException if an activation does not pass a gate into the weights
   */
  public static SameDiff fold(SameDiffGates gates, Map<String, INDArray> features) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    gates
        .sites()
        .forEach((name, site) -> values.put(name, decide(gates.graph(), name, site, features)));
    SameDiff copy = gates.graph().dup();
    removePenalties(copy, gates.penalties());
    gates
        .sites()
        .forEach(
            (name, site) -> {
              INDArray value = values.get(name);
              for (String producer : site.producers()) {
                INDArray array = copy.getVariable(producer).getArr();
                long[] shape = new long[array.rank()];
                java.util.Arrays.fill(shape, 1);
                shape[array.rank() - 1] = value.length();
                array.muli(value.castTo(array.dataType()).reshape(shape).broadcast(array.shape()));
              }
              bypass(copy, site);
            });
    return copy;
  }

  private static void removePenalties(SameDiff graph, Set<String> penalties) {
    List<String> losses = new ArrayList<>(graph.getLossVariables());
    losses.removeAll(penalties);
    graph.setLossVariables(losses.toArray(String[]::new));
    penalties.forEach(penalty -> remove(graph, penalty, Set.of()));
  }

  private static INDArray decide(
      SameDiff graph, String name, SameDiffGates.Site site, Map<String, INDArray> features) {
    if (site.producers().isEmpty()) {
      throw new IllegalArgumentException(
          "The gates %s name no weight that they could fold into".formatted(name));
    }
    Map<String, INDArray> found = graph.output(features, site.gates(), site.open());
    INDArray open = found.get(site.gates()).mean(0);
    INDArray kept = open.gte(site.threshold()).castTo(open.dataType());
    INDArray value = site.perExample() ? kept : open.mul(kept);
    if (HostReads.scalar(value.sum()) == 0) {
      INDArray likely = found.get(site.open()).mean(0);
      value.assign(0);
      value.get(NDArrayIndex.point((long) HostReads.scalar(likely.argMax(0)))).assign(1);
    }
    boolean soft = HostReads.scalar(value.mul(value.rsub(1)).sum()) != 0;
    checkActivation(graph, site, soft);
    return value;
  }

  /** Between the weights and the gate there may only be what passes a zero, or a factor. */
  private static void checkActivation(SameDiff graph, SameDiffGates.Site site, boolean soft) {
    String variable = site.activation();
    Set<String> seen = new HashSet<>();
    while (variable != null && seen.add(variable)) {
      String made = graph.getVariables().get(variable).getOutputOfOp();
      if (made == null) {
        return;
      }
      SameDiffOp op = graph.getOps().get(made);
      String kind = op.getOp().opName();
      if (op.getInputsToOp().stream().anyMatch(site.producers()::contains)
          && !kind.equals("add")
          && !kind.equals("biasadd")) {
        return;
      }
      if (!KEEP_SCALE.contains(kind) && (soft || !KEEP_ZERO.contains(kind))) {
        throw new IllegalArgumentException(
            "The gates of %s do not pass %s into the weights".formatted(site.activation(), kind));
      }
      variable = op.getInputsToOp().get(0);
    }
  }

  private static void bypass(SameDiff graph, SameDiffGates.Site site) {
    List<String> readers = graph.getVariables().get(site.gated()).getInputsForOp();
    for (String reader : readers == null ? List.<String>of() : List.copyOf(readers)) {
      SameDiffOp op = graph.getOps().get(reader);
      for (int i = 0; i < op.getInputsToOp().size(); i++) {
        if (op.getInputsToOp().get(i).equals(site.gated())) {
          graph.replaceArgFor(i, graph.getVariable(site.activation()), op.getOp());
        }
      }
    }
    Set<String> keep = new HashSet<>(Set.of(site.activation()));
    remove(graph, site.gated(), keep);
    remove(graph, site.open(), keep);
  }

  /** Removes a variable that nobody reads, with all that was made for it only. */
  private static void remove(SameDiff graph, String name, Set<String> keep) {
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
