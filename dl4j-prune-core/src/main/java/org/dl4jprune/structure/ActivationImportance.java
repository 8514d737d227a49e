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
import org.dl4jprune.criterion.ActivationCriterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.model.Layout;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes a criterion of output channels a score of units: all outputs that carry a unit are
 * aggregated, and the units of a group are normalised. Outputs of layers without a coupling rule do
 * not count.
 *
 * @param criterion what an output channel is worth
 * @param aggregation over the outputs that carry a unit
 * @param normalisation over the units of a group
 */
public record ActivationImportance(
    ActivationCriterion criterion, Aggregation aggregation, Normalisation normalisation)
    implements UnitImportance {

  /**
   * The sum over the layers that carry a unit, as it is: for criteria whose layers can be compared,
   * such as {@link org.dl4jprune.criterion.Lrp}.
   *
   * @param criterion what an output channel is worth
   */
  public ActivationImportance(ActivationCriterion criterion) {
    this(criterion, Aggregation.SUM, Normalisation.NONE);
  }

  @Override
  public Map<Integer, Double> score(
      ChannelGroups groups, List<? extends MultiDataSet> batches, long seed) {
    UnitScores scores = new UnitScores(groups);
    if (groups.groups().isEmpty()) {
      return scores.reduce(criterion, aggregation, normalisation);
    }
    Layout layout = new Layout(groups.model().parameters());
    try (Evidence evidence = Evidence.of(groups.model(), layout, new ArrayList<>(batches), seed)) {
      Map<String, INDArray> found = criterion.scores(evidence);
      groups
          .activations()
          .forEach(
              (owner, channels) -> {
                INDArray array = found.get(owner);
                if (array != null) {
                  scores.add("layer " + owner, ofLength(channels, array.length()), array);
                }
              });
      found.values().forEach(INDArray::close);
    }
    return scores.reduce(criterion, aggregation, normalisation);
  }

  // A layer's preprocessor comes before it under the same name, and an op's output may have several
  // axes of channels.
  private static int[] ofLength(List<int[]> channels, long length) {
    for (int i = channels.size() - 1; i >= 0; i--) {
      if (channels.get(i).length == length) {
        return channels.get(i);
      }
    }
    return channels.get(channels.size() - 1);
  }
}
