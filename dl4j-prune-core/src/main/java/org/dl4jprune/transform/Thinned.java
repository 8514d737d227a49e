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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * A model with fewer channels.
 *
 * @param model the view of the smaller model; {@code model().unwrap()} is the model itself
 * @param groups the groups of the model that it was made of
 * @param plan what was removed
 */
public record Thinned(PrunableModel model, ChannelGroups groups, RemovalPlan plan) {

  /**
   * The number of parameters of the model that it was made of.
   *
   * @return the sum over its arrays
   */
  public long parametersBefore() {
    return count(groups.model());
  }

  /**
   * The number of parameters that are left.
   *
   * @return the sum over its arrays
   */
  public long parametersAfter() {
    return count(model);
  }

  private static long count(PrunableModel model) {
    return model.parameters().stream().mapToLong(Parameter::length).sum();
  }

  /**
   * What was removed, in words: the widths of each group before and after, and the parameters.
   *
   * @return several lines
   */
  public String toText() {
    Set<Integer> gone = new HashSet<>(plan.units());
    List<String> lines = new ArrayList<>();
    lines.add(
        "%,d of %,d parameters are left (%.1f %%)"
            .formatted(
                parametersAfter(),
                parametersBefore(),
                100.0 * parametersAfter() / parametersBefore()));
    for (ChannelGroup group : groups.groups()) {
      long kept = group.units().stream().filter(unit -> !gone.contains(unit)).count();
      lines.add(
          "group %d: %d -> %d units of %s"
              .formatted(group.index(), group.units().size(), kept, group.name()));
    }
    if (plan.units().isEmpty()) {
      lines.add("nothing was removed: the model is an equal copy");
    }
    return String.join(System.lineSeparator(), lines);
  }
}
