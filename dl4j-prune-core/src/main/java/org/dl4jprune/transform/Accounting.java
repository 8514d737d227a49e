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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.report.RemovalReport;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Scene;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Counts what a removal asked and reached. */
final class Accounting {
  private final ChannelGroups groups;
  private final StructuredOptions options;
  private final List<Pool> pools;
  private final int[] sizes;
  private final Map<Budget.Of, Cost> costs = new LinkedHashMap<>();

  Accounting(ChannelGroups groups, StructuredOptions options) {
    this.groups = groups;
    this.options = options;
    this.sizes = groups.groups().stream().mapToInt(group -> group.units().size()).toArray();
    this.pools = new Pools(groups, sizes, options).all();
    costs.put(Budget.Of.PARAMETERS, Cost.parameters(groups));
    costs.put(Budget.Of.BYTES, Cost.bytes(groups));
    MultiDataSet example = options.anyExample();
    if (options.budget.of() == Budget.Of.MULTIPLY_ACCUMULATES || options.example != null) {
      costs.put(Budget.Of.MULTIPLY_ACCUMULATES, Cost.multiplyAccumulates(groups, example));
    }
    if (options.table() != null) {
      costs.put(Budget.Of.LATENCY, Cost.latency(groups, options.table(), example));
    }
  }

  /** The fraction of what the budget counts that is gone. */
  double reached(Collection<Integer> gone) {
    Set<Integer> units = new HashSet<>(gone);
    return measure(options.budget.of(), units).reached();
  }

  private RemovalReport.Measure measure(Budget.Of of, Set<Integer> gone) {
    Double asked = of == options.budget.of() ? options.budget.fraction() : null;
    if (of == Budget.Of.UNITS) {
      return units(of.label(), gone, asked, pools.stream().filter(p -> p.fraction() == null));
    }
    Cost cost = costs.get(of);
    return new RemovalReport.Measure(of.label(), cost.after(Set.of()), cost.after(gone), asked);
  }

  private static RemovalReport.Measure units(
      String name, Set<Integer> gone, Double asked, Stream<Pool> pools) {
    List<Integer> units =
        pools
            .flatMap(pool -> pool.groups().stream())
            .flatMap(group -> group.units().stream())
            .toList();
    long left = units.stream().filter(unit -> !gone.contains(unit)).count();
    return new RemovalReport.Measure(name, units.size(), left, asked);
  }

  RemovalReport report(
      PrunableModel smaller,
      RemovalPlan plan,
      List<RemovalReport.Step> steps,
      Collection<String> selected) {
    Set<Integer> gone = new HashSet<>(plan.units());
    List<RemovalReport.Measure> measures = new ArrayList<>();
    measures.add(measure(Budget.Of.UNITS, gone));
    options
        .overrides()
        .forEach(
            (glob, fraction) ->
                measures.add(
                    units(
                        "units of " + glob,
                        gone,
                        fraction,
                        pools.stream().filter(p -> Objects.equals(p.name(), glob)))));
    costs.keySet().forEach(of -> measures.add(measure(of, gone)));
    List<String> remarks = new ArrayList<>(selected);
    if (gone.isEmpty()) {
      remarks.add("nothing was removed: the model is an equal copy");
    }
    remarks.addAll(slower(gone));
    for (Scene.Remark remark : groups.remarks()) {
      remarks.add(
          "%s%s: %s"
              .formatted(remark.inexact() ? "inexact at " : "", remark.where(), remark.text()));
    }
    return new RemovalReport(measures, layers(smaller), steps, remarks);
  }

  private List<String> slower(Set<Integer> gone) {
    if (options.table() == null) {
      return List.of();
    }
    PayingWidths widths = new PayingWidths(groups, options.table(), options.anyExample(), sizes, 1);
    List<String> warnings = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      int kept = (int) group.units().stream().filter(unit -> !gone.contains(unit)).count();
      String warning = kept == sizes[group.index()] ? null : widths.warning(group, kept);
      if (warning != null) {
        warnings.add(warning);
      }
    }
    return warnings;
  }

  private List<RemovalReport.Layer> layers(PrunableModel smaller) {
    Map<String, Parameter> after = new HashMap<>();
    smaller.parameters().forEach(p -> after.put(p.name(), p));
    return groups.model().parameters().stream()
        .filter(p -> Set.of(Role.WEIGHT, Role.RECURRENT_WEIGHT, Role.EMBEDDING).contains(p.role()))
        .filter(p -> !Arrays.equals(p.shape(), after.get(p.name()).shape()))
        .map(
            p ->
                new RemovalReport.Layer(
                    p.name(), p.layerType(), list(p), list(after.get(p.name()))))
        .toList();
  }

  private static List<Long> list(Parameter parameter) {
    return Arrays.stream(parameter.shape()).boxed().toList();
  }
}
