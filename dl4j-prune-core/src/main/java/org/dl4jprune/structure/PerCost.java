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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a unit is worth for each multiply-accumulate, byte or nanosecond that it costs: the scores
 * of another importance, divided by what the model saves without that unit alone. Ranked over all
 * groups together, it takes a budget where little importance buys much, as a greedy knapsack does;
 * DL4J's convolutions, whose time goes with their input channels, are thinned before dense layers.
 *
 * <p>Needs scores of at least 0 that are comparable between groups, such as normalised ones. A unit
 * that saves nothing by itself is never worth removing: its score is divided by the smallest saving
 * there can be, 1.
 *
 * @param importance what the units are worth
 * @param cost what they cost, counted on the groups that are scored
 */
public record PerCost(UnitImportance importance, Function<ChannelGroups, Cost> cost)
    implements UnitImportance {

  @Override
  public Map<Integer, Double> score(
      ChannelGroups groups, List<? extends MultiDataSet> batches, long seed) {
    Map<Integer, Double> scores = importance.score(groups, batches, seed);
    Cost counter = cost.apply(groups);
    long all = counter.after(Set.of());
    Map<Integer, Double> perCost = new LinkedHashMap<>();
    scores.forEach(
        (unit, score) -> {
          if (score < 0) {
            throw new IllegalStateException(
                "Unit %d has a score of %s; a score per cost needs scores of at least 0"
                    .formatted(unit, score));
          }
          perCost.put(unit, score / Math.max(1, all - counter.after(Set.of(unit))));
        });
    return perCost;
  }
}
