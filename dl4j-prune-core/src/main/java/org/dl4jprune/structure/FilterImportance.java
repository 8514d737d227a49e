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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.FilterCriterion;
import org.dl4jprune.model.Layout;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes a criterion of whole filters a score of units: the filters, or scales of normalisations,
 * that make a unit's channel are aggregated, and the units of a group are normalised.
 *
 * @param criterion what a filter is worth
 * @param aggregation over the filters of a unit
 * @param normalisation over the units of a group
 */
public record FilterImportance(
    FilterCriterion criterion, Aggregation aggregation, Normalisation normalisation)
    implements UnitImportance {

  @Override
  public Map<Integer, Double> score(
      ChannelGroups groups, List<? extends MultiDataSet> batches, long seed) {
    Map<FilterCriterion.Slices, List<Slot>> read = new LinkedHashMap<>();
    for (Slot slot : groups.removableSlots()) {
      FilterCriterion.Slices slices = new FilterCriterion.Slices(slot.parameter(), slot.axis());
      if (criterion.reads(slices)) {
        read.computeIfAbsent(slices, key -> new ArrayList<>()).add(slot);
      }
    }
    UnitScores scores = new UnitScores(groups);
    if (!read.isEmpty()) {
      Layout layout =
          new Layout(
              read.keySet().stream().map(FilterCriterion.Slices::parameter).distinct().toList());
      try (Evidence evidence =
          Evidence.of(groups.model(), layout, new ArrayList<>(batches), seed)) {
        Map<FilterCriterion.Slices, INDArray> found =
            criterion.scores(List.copyOf(read.keySet()), evidence);
        read.forEach(
            (slices, slots) -> {
              INDArray array = found.get(slices);
              for (Slot slot : slots) {
                scores.add(slot.parameter().name(), slot.channels(), array);
              }
              array.close();
            });
      }
    }
    return scores.reduce(criterion, aggregation, normalisation);
  }
}
