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
package org.dl4jprune.reconstruction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;

/** Which units go, once they have scores: the cheapest first, never all of a group. */
final class UnitChoice {
  private final ChannelGroups groups;
  private final double sparsity;
  private final int minimumKept;
  private final Set<Integer> gone = new HashSet<>();

  UnitChoice(ChannelGroups groups, double sparsity, int minimumKept) {
    this.groups = groups;
    this.sparsity = sparsity;
    this.minimumKept = minimumKept;
  }

  /** All units chosen so far; live. */
  Set<Integer> gone() {
    return gone;
  }

  /** A fraction of one group. */
  void of(ChannelGroup group, Map<Integer, Double> scores) {
    List<Integer> open = open(group, scores);
    long asked = Counts.zeros(sparsity, group.units().size());
    add(open.subList(0, (int) Math.min(asked, open.size())), scores);
  }

  /** A fraction of all units; the scores of each group are divided by their mean. */
  void ofAll(Map<Integer, Double> scores) {
    Map<Integer, Double> relative = new java.util.HashMap<>();
    List<Integer> open = new ArrayList<>();
    long units = 0;
    for (ChannelGroup group : groups.groups()) {
      double mean = group.units().stream().mapToDouble(scores::get).average().orElse(0);
      group.units().forEach(u -> relative.put(u, mean == 0 ? 0 : scores.get(u) / mean));
      open.addAll(open(group, scores));
      units += group.units().size();
    }
    List<Integer> order = lowest(open, relative);
    long asked = Counts.zeros(sparsity, units);
    add(order.subList(0, (int) Math.min(asked, order.size())), relative);
  }

  private List<Integer> open(ChannelGroup group, Map<Integer, Double> scores) {
    List<Integer> ranked = lowest(group.units(), scores);
    return ranked.subList(0, Math.max(0, ranked.size() - minimumKept));
  }

  /** Lowest first; of equal scores the lower number is kept. */
  private static List<Integer> lowest(List<Integer> units, Map<Integer, Double> scores) {
    return units.stream()
        .sorted(
            Comparator.<Integer>comparingDouble(scores::get)
                .thenComparing(Comparator.reverseOrder()))
        .toList();
  }

  /** A subset of a group's channels keeps its most important one. */
  private void add(List<Integer> units, Map<Integer, Double> scores) {
    gone.addAll(units);
    Map<String, Set<Integer>> emptied = groups.emptiedBy(gone);
    while (!emptied.isEmpty()) {
      List<Integer> candidates = new ArrayList<>(emptied.values().iterator().next());
      candidates.retainAll(units);
      List<Integer> ranked = lowest(candidates, scores);
      gone.remove(ranked.get(ranked.size() - 1));
      emptied = groups.emptiedBy(gone);
    }
  }
}
