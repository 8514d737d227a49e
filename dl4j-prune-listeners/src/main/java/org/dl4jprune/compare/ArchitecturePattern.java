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
package org.dl4jprune.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * Which widths pruned networks have in common: the mean fraction of units that each stage keeps,
 * from which a new network is designed. Card {@code rethinking-value}; Liu et al., ICLR 2019, <a
 * href="https://arxiv.org/abs/1810.05270">arXiv 1810.05270</a>, section 5.
 *
 * <pre>{@code
 * ArchitecturePattern pattern = ArchitecturePattern.of(ChannelGroups.of(network), plans);
 * PrunableModel narrow = new Surgeon(ChannelGroups.of(another)).cut(pattern.plan(another));
 * }</pre>
 *
 * @param kept the fraction in [0, 1] of each stage, by its name
 */
public record ArchitecturePattern(Map<String, Double> kept) {

  /**
   * Copies its argument.
   *
   * @param kept the fraction of each stage
   */
  public ArchitecturePattern {
    kept = Map.copyOf(kept);
  }

  /**
   * Of plans, each group of coupled units being a stage.
   *
   * @param groups of the network that the plans are of, or of a copy
   * @param plans one for each pruned network
   * @return the mean over the plans
   * @throws IllegalArgumentException if there is no plan, or one is of another network
   */
  public static ArchitecturePattern of(ChannelGroups groups, List<RemovalPlan> plans) {
    return of(groups, plans, UnaryOperator.identity());
  }

  /**
   * Of plans, with stages of several groups.
   *
   * @param groups of the network that the plans are of, or of a copy
   * @param plans one for each pruned network
   * @param stage the name of the stage of a group, from the group's name
   * @return the mean over the plans and the units of a stage
   * @throws IllegalArgumentException if there is no plan, or one is of another network
   */
  public static ArchitecturePattern of(
      ChannelGroups groups, List<RemovalPlan> plans, UnaryOperator<String> stage) {
    if (plans.isEmpty()) {
      throw new IllegalArgumentException("A pattern needs at least one removal plan");
    }
    Map<String, Long> units = new LinkedHashMap<>();
    Map<String, Long> left = new LinkedHashMap<>();
    for (RemovalPlan plan : plans) {
      plan.check(groups);
      Set<Integer> gone = new HashSet<>(plan.units());
      for (ChannelGroup group : groups.groups()) {
        String name = stage.apply(group.name());
        units.merge(name, (long) group.units().size(), Long::sum);
        left.merge(name, group.units().stream().filter(u -> !gone.contains(u)).count(), Long::sum);
      }
    }
    Map<String, Double> kept = new LinkedHashMap<>();
    units.forEach((name, all) -> kept.put(name, (double) left.get(name) / all));
    return new ArchitecturePattern(kept);
  }

  /**
   * A plan for the widths of this pattern. Which units go does not matter where weights are drawn
   * anew, so it is the last ones of each group.
   *
   * @param network a network of the same configuration
   * @return keeps round-half-up of the fraction of every group, and one unit at least
   * @throws IllegalArgumentException if a group has no fraction
   */
  public RemovalPlan plan(Object network) {
    return plan(network, UnaryOperator.identity());
  }

  /**
   * A plan for a network of perhaps another depth or width, whose groups have the same stages.
   *
   * @param network any network
   * @param stage the name of the stage of a group, from the group's name
   * @return keeps round-half-up of the fraction of every group, and one unit at least
   * @throws IllegalArgumentException if a stage has no fraction
   */
  public RemovalPlan plan(Object network, UnaryOperator<String> stage) {
    ChannelGroups groups = ChannelGroups.of(network);
    List<Integer> gone = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      Double fraction = kept.get(stage.apply(group.name()));
      if (fraction == null) {
        throw new IllegalArgumentException(
            "The pattern has no stage %s; it has %s"
                .formatted(stage.apply(group.name()), kept.keySet()));
      }
      int all = group.units().size();
      int stay = Math.max(1, (int) Math.floor(fraction * all + 0.5));
      gone.addAll(group.units().subList(stay, all));
    }
    return RemovalPlan.of(groups, gone);
  }
}
