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
package org.dl4jprune.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * The sets of units of some layers that have given sizes.
 *
 * @param groups of the model
 * @param chosen the groups that lose units
 * @param combinations the ways to take as many units of each as go
 */
record UnitSets(ChannelGroups groups, List<ChannelGroup> chosen, Combinations combinations) {

  /**
   * Finds the groups of layers.
   *
   * @param groups of the model
   * @param ratios the fraction of units that goes, by the name of the layer
   * @throws IllegalArgumentException if a layer does not exist or has no removable outputs, or
   *     would lose none or all of its units, or shares them with one of another ratio
   */
  static UnitSets of(ChannelGroups groups, Map<String, Double> ratios) {
    Map<ChannelGroup, Double> chosen = new LinkedHashMap<>();
    ratios.forEach(
        (layer, ratio) -> {
          Double other = chosen.putIfAbsent(groupOf(groups, layer), ratio);
          if (other != null && !other.equals(ratio)) {
            throw new IllegalArgumentException(
                "Layer %s shares its units with another layer, of which %s goes and not %s; give both one ratio"
                    .formatted(layer, other, ratio));
          }
        });
    return new UnitSets(
        groups,
        List.copyOf(chosen.keySet()),
        new Combinations(
            chosen.keySet().stream().mapToInt(group -> group.units().size()).toArray(),
            chosen.entrySet().stream()
                .mapToInt(one -> taken(one.getKey(), one.getValue()))
                .toArray()));
  }

  private static int taken(ChannelGroup group, double ratio) {
    int units = group.units().size();
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException(
          "The ratio %s of %s lies outside (0, 1); it is the fraction of units that goes"
              .formatted(ratio, group.name()));
    }
    int taken = (int) Counts.zeros(ratio, units);
    if (taken == 0 || taken == units) {
      throw new IllegalArgumentException(
          "A ratio of %s removes %d of the %d units of %s; choose one that removes some and keeps some"
              .formatted(ratio, taken, units, group.name()));
    }
    return taken;
  }

  /** The plan of a way. */
  RemovalPlan plan(List<List<Integer>> way) {
    List<Integer> gone = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      List<Integer> units = chosen.get(i).units();
      way.get(i).forEach(place -> gone.add(units.get(place)));
    }
    return RemovalPlan.of(groups, gone);
  }

  private static ChannelGroup groupOf(ChannelGroups groups, String layer) {
    return groups.groups().stream()
        .filter(group -> group.slots().stream().anyMatch(slot -> slot.isOutputOf(layer)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Layer %s does not exist or its outputs cannot be removed; those of %s can"
                        .formatted(layer, removable(groups))));
  }

  private static List<String> removable(ChannelGroups groups) {
    return groups.groups().stream()
        .flatMap(group -> group.slots().stream())
        .filter(slot -> slot.isOutputOf(slot.parameter().layer()))
        .map(slot -> slot.parameter().layer())
        .distinct()
        .toList();
  }
}
