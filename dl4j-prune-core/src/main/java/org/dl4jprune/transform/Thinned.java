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

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dl4jprune.model.ModelFile;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.RemovalReport;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * A model with fewer channels.
 *
 * @param model the view of the smaller model; {@code model().unwrap()} is the model itself
 * @param groups the groups of the model that it was made of
 * @param plan what was removed, in the numbers of {@code groups}, whatever the number of steps
 * @param report what was asked and reached
 * @param file the smaller model with what lay beside the given one in its file
 */
public record Thinned(
    PrunableModel model,
    ChannelGroups groups,
    RemovalPlan plan,
    RemovalReport report,
    ModelFile file) {

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
   * Whether nothing was removed.
   *
   * @return true if the model is an equal copy
   */
  public boolean isUnchanged() {
    return plan.units().isEmpty();
  }

  /**
   * Saves the smaller model in DL4J's or SameDiff's own format, with the normaliser and objects of
   * the file that the given model was read from. Written beside the file, then moved there.
   *
   * @param target where to; an existing file is replaced
   * @throws IOException if it cannot be written; an existing file is left alone then
   */
  public void save(File target) throws IOException {
    file.write(target);
  }

  /**
   * What was removed, in words: the report, and the widths of each group before and after.
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
    lines.add(report.toText());
    return String.join(System.lineSeparator(), lines);
  }
}
