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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * Where a removal in steps stands: what is left of the units of the given model. A group is known
 * by the axes that it cuts, which stay the same from step to step while unit numbers change; the
 * order of its units stays the same too.
 */
final class Standing {
  private final ChannelGroups first;
  private final Map<String, Integer> sizes = new HashMap<>();
  private final Map<String, List<Integer>> left = new LinkedHashMap<>();

  Standing(ChannelGroups first) {
    this.first = first;
    keys(first)
        .forEach(
            (key, group) -> {
              sizes.put(key, group.units().size());
              left.put(key, group.units());
            });
  }

  /** Groups by the axes that they cut; a number is added where two cut the same. */
  private static Map<String, ChannelGroup> keys(ChannelGroups groups) {
    Map<String, ChannelGroup> keys = new LinkedHashMap<>();
    for (ChannelGroup group : groups.groups()) {
      String name = group.name();
      String key = name;
      for (int again = 2; keys.putIfAbsent(key, group) != null; again++) {
        key = name + " #" + again;
      }
    }
    return keys;
  }

  /** How many units each group of the present model had in the given model. */
  int[] originalSizes(ChannelGroups now) {
    int[] original = new int[now.groups().size()];
    keys(now).forEach((key, group) -> original[group.index()] = sizes.get(key));
    return original;
  }

  /** Takes the units of a plan for the present model away. */
  void remove(ChannelGroups now, RemovalPlan plan) {
    Set<Integer> gone = new HashSet<>(plan.units());
    keys(now)
        .forEach(
            (key, group) -> {
              List<Integer> before = left.get(key);
              List<Integer> after = new ArrayList<>();
              for (int i = 0; i < before.size(); i++) {
                if (!gone.contains(group.units().get(i))) {
                  after.add(before.get(i));
                }
              }
              left.put(key, after);
            });
  }

  /** The units of the given model that are gone by now. */
  List<Integer> gone() {
    Set<Integer> gone = new HashSet<>();
    first.groups().forEach(group -> gone.addAll(group.units()));
    left.values().forEach(gone::removeAll);
    return List.copyOf(gone);
  }
}
