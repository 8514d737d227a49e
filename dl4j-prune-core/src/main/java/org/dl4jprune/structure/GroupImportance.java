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
import java.util.List;
import java.util.Map;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes any weight criterion a score of units: the scores of a slice are summed, the slices of a
 * unit are aggregated, and the units of a group are normalised. Wang et al. 2024 (SPA), <a
 * href="https://arxiv.org/abs/2403.18955">arXiv 2403.18955</a>, section 3.2. Statistics of
 * normalisations never count; scales, shifts and biases do. A weight in two slices of a unit counts
 * twice.
 *
 * <p>One read from the device for each slot, as long as the slot has slices. Memory: one score for
 * each weight that belongs to a group, or of one parameter at a time where the criterion looks at
 * nothing else, and what the criterion needs.
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
    List<Slot> slots =
        groups.removableSlots().stream()
            .filter(slot -> slot.parameter().role() != Role.NORM_STATISTIC)
            .toList();
    UnitScores scores = new UnitScores(groups);
    if (!slots.isEmpty()) {
      Layout layout = new Layout(slots.stream().map(Slot::parameter).distinct().toList());
      try (Evidence evidence =
          Evidence.of(groups.model(), layout, new ArrayList<>(batches), seed)) {
        SliceSums.of(criterion, evidence, slots)
            .forEach((slot, sums) -> scores.add(slot.parameter().name(), slot.channels(), sums));
      }
    }
    return scores.reduce(criterion, aggregation, normalisation);
  }
}
