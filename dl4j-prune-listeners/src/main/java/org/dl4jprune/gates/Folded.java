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
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * A network without gates.
 *
 * @param model the view of the network; {@code model().unwrap()} is the network itself
 * @param groups the groups of the network at its old widths, without gates
 * @param plan the units of these groups that were removed, or set to zero
 * @param gates the value that each gate of a channel, head or branch was folded with, by site; zero
 *     where it was closed
 * @param warnings what the user should know, such as a layer whose gates were all closed
 */
public record Folded(
    PrunableModel model,
    ChannelGroups groups,
    RemovalPlan plan,
    Map<String, List<Double>> gates,
    List<String> warnings) {

  /**
   * Copies its arguments.
   *
   * @param model the view of the network
   * @param groups the groups at the old widths
   * @param plan the units that were removed, or set to zero
   * @param gates the value of each gate by site
   * @param warnings what the user should know
   */
  public Folded {
    gates = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(gates));
    warnings = List.copyOf(warnings);
  }

  static Map<String, List<Double>> copy(Map<String, double[]> decisions) {
    Map<String, List<Double>> copy = new LinkedHashMap<>();
    decisions.forEach((site, values) -> copy.put(site, Arrays.stream(values).boxed().toList()));
    return copy;
  }

  /**
   * The masks of the weights that are exactly zero, for further training with them.
   *
   * @return masks of all weights of the model, closed by the caller
   */
  public Masks masks() {
    Masks masks = Masks.dense(model, new Layout(Selector.weights().select(model)));
    for (Parameter parameter : masks.layout().parameters()) {
      masks.of(parameter).assign(model.values(parameter).neq(0));
    }
    return masks;
  }

  /**
   * How many gates of each site stayed open, and what was removed.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    gates.forEach(
        (site, values) ->
            lines.add(
                "%s: %d of %d gates open"
                    .formatted(site, values.stream().filter(v -> v != 0).count(), values.size())));
    warnings.forEach(warning -> lines.add("warning: " + warning));
    Set<Integer> gone = new HashSet<>(plan.units());
    for (ChannelGroup group : groups.groups()) {
      long kept = group.units().stream().filter(unit -> !gone.contains(unit)).count();
      lines.add("%d of %d units kept of %s".formatted(kept, group.units().size(), group.name()));
    }
    return String.join(System.lineSeparator(), lines);
  }
}
