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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Slot;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** What the gates of a SameDiff graph remove from it, found in the graph without gates. */
final class SameDiffUnits {
  private static final Set<String> SUMS =
      Set.of("mmul", "matmul", "xw_plus_b", "conv1d", "conv2d", "conv3dnew", "deconv2d");
  private static final Set<String> LAYOUTS =
      Set.of(
          "reshape",
          "permute",
          "transpose",
          "concat",
          "multiply",
          "maxpool2d",
          "avgpool2d",
          "reduce_mean",
          "reduce_sum",
          "reduce_max",
          "upsampling2d");

  private SameDiffUnits() {}

  /**
   * The units that go with each gate of channels or heads.
   *
   * @return by gate; empty if their zeros are no absence, or the gates have no units
   */
  static List<List<Integer>> of(ChannelGroups groups, SameDiffSite site) {
    boolean heads = site.granularity() == Granularity.HEAD;
    String weight = heads ? site.source() : matrix(groups, site);
    if (weight == null || (!heads && site.granularity() != Granularity.CHANNEL)) {
      return List.of();
    }
    int axis = heads ? 0 : rank(groups, weight) - 1;
    List<Integer> along = groups.unitsAlong(weight, axis);
    int each = along.size() / Math.toIntExact(site.count());
    List<List<Integer>> units = new ArrayList<>();
    Set<Integer> taken = new HashSet<>();
    for (int gate = 0; gate < site.count() && each > 0; gate++) {
      List<Integer> own =
          along.subList(gate * each, (gate + 1) * each).stream().distinct().toList();
      if (own.contains(-1) || own.stream().anyMatch(unit -> !taken.add(unit))) {
        return List.of();
      }
      units.add(own);
    }
    boolean zero = heads || keepsZero((SameDiff) groups.model().unwrap(), site.source());
    return zero && isAbsence(groups, site, taken) ? units : List.of();
  }

  /** The name of the weight among the producers. */
  private static String matrix(ChannelGroups groups, SameDiffSite site) {
    return site.producers().stream()
        .filter(producer -> rank(groups, producer) > 1)
        .findFirst()
        .orElse(null);
  }

  private static int rank(ChannelGroups groups, String parameter) {
    return groups.model().parameters().stream()
        .filter(p -> p.name().equals(parameter))
        .mapToInt(p -> p.rank())
        .findFirst()
        .orElse(0);
  }

  /** Channels may be fed by the producers only, and heads be read by the projection only. */
  private static boolean isAbsence(ChannelGroups groups, SameDiffSite site, Set<Integer> units) {
    boolean heads = site.granularity() == Granularity.HEAD;
    for (ChannelGroup group : groups.groups()) {
      boolean touched = group.units().stream().anyMatch(units::contains);
      for (Slot slot : touched ? group.slots() : List.<Slot>of()) {
        boolean own = site.producers().contains(slot.parameter().name());
        boolean reads = slot.parameter().isInputAxis(slot.axis());
        if (!own && reads == heads) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether zero channels are still zero where they are summed up with weights. */
  private static boolean keepsZero(SameDiff graph, String variable) {
    for (String reader : SameDiffEdits.readers(graph, variable)) {
      SameDiffOp op = graph.getOps().get(reader);
      String kind = op.getOp().opName();
      boolean passes =
          SUMS.contains(kind)
              || (SameDiffPaths.keepsZero(kind) || LAYOUTS.contains(kind))
                  && op.getOutputsOfOp().stream().allMatch(output -> keepsZero(graph, output));
      if (!passes) {
        return false;
      }
    }
    return true;
  }

  /** The variables that only a branch reads. */
  static Set<String> branch(SameDiff graph, String end) {
    Set<String> ops = new HashSet<>();
    Set<String> variables = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(end));
    while (!open.isEmpty()) {
      String variable = open.pop();
      boolean mine =
          variable.equals(end) || ops.containsAll(SameDiffEdits.readers(graph, variable));
      if (mine && variables.add(variable)) {
        String made = graph.getVariables().get(variable).getOutputOfOp();
        if (made != null && ops.add(made)) {
          SameDiffOp op = graph.getOps().get(made);
          open.addAll(op.getInputsToOp() == null ? List.of() : op.getInputsToOp());
        }
      }
    }
    return variables;
  }
}
