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
package org.dl4jprune.examples.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.criterion.FilterNorm;
import org.dl4jprune.criterion.Lrp;
import org.dl4jprune.criterion.OutputGradient;
import org.dl4jprune.criterion.OutputTaylor;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.structure.ActivationImportance;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.FilterImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RandomImportance;
import org.dl4jprune.structure.UnitImportance;
import org.dl4jprune.transform.StructuredPruning;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The criteria that relevance is compared with, and the paper's loop around them. */
final class ChannelCriteria {
  private static final double ROUND = 0.05;

  private ChannelCriteria() {}

  /** By the name of the row; all are ranked over all layers together. */
  static Map<String, UnitImportance> all() {
    Map<String, UnitImportance> all = new LinkedHashMap<>();
    all.put("LRP", new ActivationImportance(new Lrp()));
    all.put("Taylor", new ActivationImportance(new OutputTaylor()));
    all.put("gradient", new ActivationImportance(new OutputGradient()));
    all.put(
        "weight",
        new FilterImportance(new FilterNorm(1, true), Aggregation.SUM, Normalisation.NONE));
    all.put("random", new RandomImportance());
    return all;
  }

  /** The number of units that can go at the start. */
  static long units(MultiLayerNetwork network) {
    return ChannelGroups.of(network).groups().stream()
        .mapToLong(group -> group.units().size())
        .sum();
  }

  /** Removes a fraction of the units at once, the least important of all layers. */
  static MultiLayerNetwork remove(
      MultiLayerNetwork network,
      UnitImportance importance,
      List<MultiDataSet> data,
      double fraction,
      long seed) {
    return (MultiLayerNetwork)
        pruning(network, importance, data, fraction, seed).prune().model().unwrap();
  }

  /**
   * Removes a twentieth of the units of the dense network in each round, rescored every time, until
   * the fraction is gone; the last round takes what is missing.
   */
  static MultiLayerNetwork removeInRounds(
      MultiLayerNetwork network,
      UnitImportance importance,
      List<MultiDataSet> data,
      double fraction,
      long seed) {
    long total = units(network);
    long gone = Counts.zeros(fraction, total);
    long each = Math.max(1, (long) Math.floor(ROUND * total));
    int rounds = Math.toIntExact((gone + each - 1) / each);
    Schedule share = Schedule.linear(0, (double) gone / (rounds * each), 0, 1);
    return (MultiLayerNetwork)
        pruning(network, importance, data, fraction, seed)
            .steps(rounds, share, (smaller, round) -> {})
            .prune()
            .model()
            .unwrap();
  }

  private static StructuredPruning pruning(
      MultiLayerNetwork network,
      UnitImportance importance,
      List<MultiDataSet> data,
      double fraction,
      long seed) {
    return StructuredPruning.of(network)
        .importance(importance)
        .data(data)
        .global()
        .sparsity(fraction)
        .seed(seed);
  }
}
