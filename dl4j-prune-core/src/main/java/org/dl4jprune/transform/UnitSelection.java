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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;

/** Which units go: counts per group under a budget, then the least important of each group. */
final class UnitSelection {
  private final ChannelGroups groups;
  private final List<Pool> pools;
  private final int[] original;
  private final int minimumKept;
  private final Rounding rounding;
  private final List<List<Integer>> ranked;
  private final Comparator<Integer> order;
  private final Set<String> remarks = new LinkedHashSet<>();

  /** A unit that may go; the next unit in the order of removal has a higher place. */
  private record Candidate(int unit, int group, double place) {}

  /**
   * A selection.
   *
   * @param groups of the present model
   * @param pools which groups are ranked together
   * @param original how many units each group had in the given model
   * @param scores of all units
   * @param minimumKept units of each group
   * @param rounding of widths
   */
  UnitSelection(
      ChannelGroups groups,
      List<Pool> pools,
      int[] original,
      Map<Integer, Double> scores,
      int minimumKept,
      Rounding rounding) {
    this.groups = groups;
    this.pools = pools;
    this.original = original;
    this.minimumKept = minimumKept;
    this.rounding = rounding;
    // Of equal scores the lower number is kept, so the higher one comes first.
    this.order =
        Comparator.<Integer>comparingDouble(scores::get).thenComparing(Comparator.reverseOrder());
    this.ranked =
        groups.groups().stream()
            .map(group -> group.units().stream().sorted(order).toList())
            .toList();
  }

  /** What the user should know of the selection. */
  Set<String> remarks() {
    return remarks;
  }

  /** A fraction of the given model's units, counted exactly. */
  List<Integer> ofUnits(double fraction, double share) {
    int[] counts = ofOverrides(share);
    for (Pool pool : pools) {
      if (pool.fraction() == null) {
        take(pool, fraction, counts);
      }
    }
    return finish(counts);
  }

  /** The pools with a fraction of their own. */
  private int[] ofOverrides(double share) {
    int[] counts = new int[original.length];
    for (Pool pool : pools) {
      if (pool.fraction() != null) {
        if (Counts.zeros(pool.fraction(), units(pool)) == units(pool)) {
          throw new IllegalArgumentException(
              "Sparsity %s of \"%s\" would leave none of its %d units"
                  .formatted(pool.fraction(), pool.name(), units(pool)));
        }
        take(pool, share * pool.fraction(), counts);
      }
    }
    return counts;
  }

  private void take(Pool pool, double fraction, int[] counts) {
    List<Candidate> candidates = inOrder(pool);
    long asked = Counts.zeros(fraction, units(pool)) - gone(pool);
    if (asked > candidates.size()) {
      remarks.add(
          "%s: of %d units %d were to go, and %d do; minimumKept keeps %d"
              .formatted(
                  pool.groups().size() == 1 ? pool.groups().get(0).name() : "a pool of groups",
                  units(pool),
                  asked + gone(pool),
                  candidates.size() + gone(pool),
                  minimumKept));
    }
    int count = (int) Math.max(0, Math.min(asked, candidates.size()));
    candidates.subList(0, count).forEach(candidate -> counts[candidate.group()]++);
  }

  private long units(Pool pool) {
    return pool.groups().stream().mapToLong(group -> original[group.index()]).sum();
  }

  private long gone(Pool pool) {
    return units(pool) - pool.groups().stream().mapToLong(group -> group.units().size()).sum();
  }

  /**
   * Units up to the first that makes the model cheap enough, with widths rounded.
   *
   * @param cost of the present model
   * @param most that may be left
   * @param share of the pools' own fractions
   * @throws IllegalArgumentException if more is left even without everything that can go
   */
  List<Integer> forCost(Cost cost, long most, double share) {
    int[] fixed = ofOverrides(share);
    List<Candidate> candidates =
        pools.stream()
            .filter(pool -> pool.fraction() == null)
            .flatMap(pool -> inOrder(pool).stream())
            .sorted(Comparator.comparingDouble(Candidate::place))
            .toList();
    IntToLongFunction left =
        taken -> cost.after(chosen(counts(fixed, candidates.subList(0, taken))));
    int taken =
        cost.fallsWithEveryUnit()
            ? bisected(left, candidates.size(), most)
            : scanned(left, candidates.size(), most);
    return finish(counts(fixed, candidates.subList(0, taken)));
  }

  /** The shortest prefix that reaches the target, where the cost falls with every unit. */
  private static int bisected(IntToLongFunction left, int all, long most) {
    long least = left.applyAsLong(all);
    if (least > most) {
      throw unreachable(least, most);
    }
    int from = 0;
    int to = all;
    while (from < to) {
      int middle = (from + to) / 2;
      if (left.applyAsLong(middle) <= most) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  /** The same where it may rise in between. */
  private static int scanned(IntToLongFunction left, int all, long most) {
    long least = Long.MAX_VALUE;
    for (int taken = 0; taken <= all; taken++) {
      least = Math.min(least, left.applyAsLong(taken));
      if (least <= most) {
        return taken;
      }
    }
    throw unreachable(least, most);
  }

  private static IllegalArgumentException unreachable(long least, long most) {
    return new IllegalArgumentException(
        "At most %,d may be left of the model, but at least %,d stay whatever goes: so much cannot be removed"
            .formatted(most, least));
  }

  private static int[] counts(int[] fixed, List<Candidate> gone) {
    int[] counts = fixed.clone();
    gone.forEach(candidate -> counts[candidate.group()]++);
    return counts;
  }

  /** Least important first; a place is the fraction of the given pool that is gone by then. */
  private List<Candidate> inOrder(Pool pool) {
    List<Candidate> units = new ArrayList<>();
    for (ChannelGroup group : pool.groups()) {
      List<Integer> lowest = ranked.get(group.index());
      for (int unit : lowest.subList(0, Math.max(0, lowest.size() - minimumKept))) {
        units.add(new Candidate(unit, group.index(), 0));
      }
    }
    if (pool.groups().size() > 1) {
      units.sort(Comparator.comparing(Candidate::unit, order));
    }
    double all = units(pool);
    long before = gone(pool);
    for (int i = 0; i < units.size(); i++) {
      Candidate unit = units.get(i);
      units.set(i, new Candidate(unit.unit(), unit.group(), (before + i + 0.5) / all));
    }
    return units;
  }

  private Set<Integer> chosen(int[] counts) {
    Set<Integer> gone = new LinkedHashSet<>();
    for (ChannelGroup group : groups.groups()) {
      int count = rounded(group, counts[group.index()]);
      gone.addAll(ranked.get(group.index()).subList(0, count));
    }
    return gone;
  }

  private int rounded(ChannelGroup group, int count) {
    int size = group.units().size();
    return count == 0 ? 0 : Math.max(0, size - rounding.kept(group, size - count));
  }

  private List<Integer> finish(int[] counts) {
    Set<Integer> gone = chosen(counts);
    // A subset of a group's channels keeps its most important one, even if that is worth less than
    // what is removed elsewhere.
    Map<String, Set<Integer>> emptied = groups.emptiedBy(gone);
    while (!emptied.isEmpty()) {
      Map.Entry<String, Set<Integer>> first = emptied.entrySet().iterator().next();
      int best = first.getValue().stream().max(order).orElseThrow();
      gone.remove(best);
      remarks.add(
          "%s would have no channel left, so unit %d stays".formatted(first.getKey(), best));
      emptied = groups.emptiedBy(gone);
    }
    return List.copyOf(gone);
  }
}
