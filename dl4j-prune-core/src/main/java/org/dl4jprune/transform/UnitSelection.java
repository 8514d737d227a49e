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
package org.dl4jprune.transform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;

/** Which units go: counts per group under a budget, then the least important of each group. */
final class UnitSelection {
  private final ChannelGroups groups;
  private final List<ChannelGroup> open;
  private final Map<Integer, Double> scores;
  private final int minimumKept;
  private final int multipleOf;

  UnitSelection(
      ChannelGroups groups,
      List<ChannelGroup> open,
      Map<Integer, Double> scores,
      int minimumKept,
      int multipleOf) {
    this.groups = groups;
    this.open = open;
    this.scores = scores;
    this.minimumKept = minimumKept;
    this.multipleOf = multipleOf;
  }

  /** The same fraction of the units of every group, counted exactly. */
  List<Integer> ofEachGroup(double fraction) {
    Map<ChannelGroup, Integer> counts = new HashMap<>();
    for (ChannelGroup group : open) {
      int size = group.units().size();
      int asked = Math.toIntExact(Counts.zeros(fraction, size));
      counts.put(group, Math.max(0, Math.min(asked, size - minimumKept)));
    }
    return finish(counts);
  }

  /** A fraction of all units, the least important of all groups first. */
  List<Integer> ofAllGroups(double fraction) {
    List<Integer> order = globalOrder();
    long units = open.stream().mapToLong(group -> group.units().size()).sum();
    int asked = (int) Math.min(order.size(), Counts.zeros(fraction, units));
    return finish(counts(order.subList(0, asked)));
  }

  /** Units up to the first that makes the model cheap enough. */
  List<Integer> forCost(Cost cost, double fraction, boolean global) {
    List<Integer> order = global ? globalOrder() : evenOrder();
    long all = cost.after(Set.of());
    long most = Math.round((1 - fraction) * all);
    long least = cost.after(new HashSet<>(order));
    if (least > most) {
      throw new IllegalArgumentException(
          "A fraction of %s cannot be removed: of %,d at least %,d stay, which is a fraction of %.4f removed at most"
              .formatted(fraction, all, least, 1 - (double) least / all));
    }
    int from = 0;
    int to = order.size();
    // The cost falls with every unit, so the first prefix that reaches the target is bisected.
    while (from < to) {
      int middle = (from + to) / 2;
      if (cost.after(new HashSet<>(order.subList(0, middle))) <= most) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return finish(counts(order.subList(0, from)));
  }

  private List<Integer> globalOrder() {
    List<Integer> removable = new ArrayList<>();
    for (ChannelGroup group : open) {
      removable.addAll(removable(group));
    }
    return lowest(removable);
  }

  /** Any prefix takes nearly the same fraction of each group. */
  private List<Integer> evenOrder() {
    Map<Integer, Double> places = new LinkedHashMap<>();
    for (ChannelGroup group : open) {
      List<Integer> removable = removable(group);
      for (int i = 0; i < removable.size(); i++) {
        places.put(removable.get(i), (i + 0.5) / group.units().size());
      }
    }
    return places.keySet().stream().sorted(Comparator.comparingDouble(places::get)).toList();
  }

  private List<Integer> removable(ChannelGroup group) {
    List<Integer> ranked = lowest(group.units());
    return ranked.subList(0, Math.max(0, ranked.size() - minimumKept));
  }

  private Map<ChannelGroup, Integer> counts(List<Integer> gone) {
    Set<Integer> units = new HashSet<>(gone);
    Map<ChannelGroup, Integer> counts = new HashMap<>();
    for (ChannelGroup group : open) {
      counts.put(group, (int) group.units().stream().filter(units::contains).count());
    }
    return counts;
  }

  /**
   * Lowest score first; of equal scores the lower number is kept, so the higher one comes first.
   */
  private List<Integer> lowest(List<Integer> units) {
    return units.stream()
        .sorted(
            Comparator.<Integer>comparingDouble(scores::get)
                .thenComparing(Comparator.reverseOrder()))
        .toList();
  }

  private List<Integer> finish(Map<ChannelGroup, Integer> counts) {
    Set<Integer> gone = new LinkedHashSet<>();
    for (ChannelGroup group : open) {
      gone.addAll(lowest(group.units()).subList(0, rounded(group, counts.get(group))));
    }
    // A subset of a group's channels keeps its most important one, even if that is worth less than
    // what is removed elsewhere.
    Map<String, Set<Integer>> emptied = groups.emptiedBy(gone);
    while (!emptied.isEmpty()) {
      List<Integer> ranked = lowest(List.copyOf(emptied.values().iterator().next()));
      gone.remove(ranked.get(ranked.size() - 1));
      emptied = groups.emptiedBy(gone);
    }
    return List.copyOf(gone);
  }

  private int rounded(ChannelGroup group, int gone) {
    int size = group.units().size();
    if (multipleOf == 1 || gone == 0) {
      return gone;
    }
    int kept = size - gone;
    int nearest = Math.max(1, (kept + multipleOf / 2) / multipleOf) * multipleOf;
    return Math.max(0, size - nearest);
  }
}
