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
package org.dl4jprune.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes any weight criterion a score of units: the scores of a slice are summed, the slices of a
 * unit are aggregated, and the units of a group are normalised. Wang et al. 2024 (SPA), <a
 * href="https://arxiv.org/abs/2403.18955">arXiv 2403.18955</a>, section 3.2. Statistics of
 * normalisations never count; scales, shifts and biases do.
 *
 * <p>One read from the device for each slot, as long as the slot has slices.
 *
 * @param criterion what a weight is worth
 * @param aggregation over the slices of a unit
 * @param normalisation over the units of a group
 */
public record GroupImportance(
    Criterion criterion, Aggregation aggregation, Normalisation normalisation)
    implements UnitImportance {

  @Override
  public Map<Integer, Double> score(
      ChannelGroups groups, List<? extends MultiDataSet> batches, long seed) {
    Set<Parameter> parameters = new LinkedHashSet<>();
    for (ChannelGroup group : groups.groups()) {
      group.slots().stream()
          .map(Slot::parameter)
          .filter(p -> p.role() != Role.NORM_STATISTIC)
          .forEach(parameters::add);
    }
    Map<Integer, Double> scores = new LinkedHashMap<>();
    if (parameters.isEmpty()) {
      return scores;
    }
    Layout layout = new Layout(List.copyOf(parameters));
    try (Evidence evidence = Evidence.of(groups.model(), layout, List.copyOf(batches), seed)) {
      INDArray vector = criterion.scores(evidence);
      Map<Slot, double[]> slices = new HashMap<>();
      for (ChannelGroup group : groups.groups()) {
        double[] raw = raw(groups, group, layout, vector, slices);
        double[] normalised = normalisation.of(raw);
        for (int i = 0; i < normalised.length; i++) {
          scores.put(group.units().get(i), normalised[i]);
        }
      }
      vector.close();
    }
    return scores;
  }

  private double[] raw(
      ChannelGroups groups,
      ChannelGroup group,
      Layout layout,
      INDArray vector,
      Map<Slot, double[]> slices) {
    Map<Integer, List<Double>> ofUnit = new HashMap<>();
    group.units().forEach(unit -> ofUnit.put(unit, new ArrayList<>()));
    for (Slot slot : group.slots()) {
      if (slot.parameter().role() == Role.NORM_STATISTIC) {
        continue;
      }
      double[] sums = slices.computeIfAbsent(slot, s -> sums(s, layout, vector));
      Map<Integer, Double> here = new LinkedHashMap<>();
      for (int i = 0; i < sums.length; i++) {
        here.merge(groups.unitOf(slot.channels()[i]), sums[i], Double::sum);
      }
      here.forEach(
          (unit, sum) -> {
            if (ofUnit.containsKey(unit)) {
              ofUnit.get(unit).add(sum);
            }
          });
    }
    return group.units().stream()
        .mapToDouble(
            unit -> aggregation.of(ofUnit.get(unit).stream().mapToDouble(d -> d).toArray()))
        .toArray();
  }

  private static double[] sums(Slot slot, Layout layout, INDArray vector) {
    Parameter parameter = slot.parameter();
    INDArray scores = parameter.fromFlat(layout.flat(vector, parameter));
    int[] others =
        IntStream.range(0, parameter.rank()).filter(axis -> axis != slot.axis()).toArray();
    double[] sums =
        HostReads.vector(
            others.length == 0 ? scores.dup() : scores.sum(others).reshape(slot.channels().length));
    for (double sum : sums) {
      if (!Double.isFinite(sum)) {
        throw new IllegalStateException(
            "The scores of %s contain NaN or infinity".formatted(parameter.name()));
      }
    }
    return sums;
  }
}
