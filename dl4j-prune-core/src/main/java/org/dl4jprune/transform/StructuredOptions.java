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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.LatencyTable;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.UnitImportance;
import org.dl4jprune.structure.rules.BuiltInRules;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a structured pruning was asked for. */
final class StructuredOptions {
  CouplingRules rules = BuiltInRules.rules();
  UnitImportance importance =
      new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN);
  IntFunction<? extends List<? extends MultiDataSet>> data = step -> List.of();
  Budget budget;
  PruningScope scope = PruningScope.LOCAL;
  final Map<String, Double> overrides = new LinkedHashMap<>();
  final List<String> protectedOutputs = new ArrayList<>();
  final List<String> protectedInputs = new ArrayList<>();
  int minimumKept = 1;
  int multipleOf = 1;
  LatencyTable table;
  boolean widthsThatPay;
  MultiDataSet example;
  int steps = 1;
  Schedule schedule = Schedule.linear(0, 1, 0, 1);
  FineTuning tuning = (smaller, step) -> {};
  long seed;

  PruningScope scope() {
    return scope;
  }

  Map<String, Double> overrides() {
    return overrides;
  }

  List<String> protectedOutputs() {
    return protectedOutputs;
  }

  List<String> protectedInputs() {
    return protectedInputs;
  }

  /** The share of the removal that is done after a step; all of it after the last. */
  double share(int step) {
    return schedule.at((double) step / steps);
  }

  /** The measured times, or null. */
  LatencyTable table() {
    return table == null ? budget.table() : table;
  }

  /** The shapes of the model's input, where anything that was given has them; else null. */
  MultiDataSet anyExample() {
    if (example != null || budget.example() != null) {
      return example == null ? budget.example() : example;
    }
    List<? extends MultiDataSet> batches = data.apply(1);
    return batches.isEmpty() ? null : batches.get(0);
  }

  void check() {
    if (budget == null) {
      throw new IllegalArgumentException(
          "Nothing says how much is to go; give sparsity(...) or budget(...)");
    }
    overrides.forEach((glob, fraction) -> Budget.check(fraction, "the units of " + glob));
    if (minimumKept < 1 || multipleOf < 1) {
      throw new IllegalArgumentException(
          "Each group keeps at least 1 unit in multiples of at least 1, not %d and %d"
              .formatted(minimumKept, multipleOf));
    }
    if (widthsThatPay && table() == null) {
      throw new IllegalArgumentException(
          "Widths that pay are found in a table; give latencies(table, example)");
    }
    if (multipleOf > 1 && widthsThatPay) {
      throw new IllegalArgumentException(
          "Widths are either multiples of %d or those that pay; leave roundTo or widthsThatPay out"
              .formatted(multipleOf));
    }
    if (steps < 1) {
      throw new IllegalArgumentException("At least 1 step is needed, not " + steps);
    }
    double before = 0;
    for (int step = 1; step <= steps; step++) {
      double share = share(step);
      if (!(share >= before) || (step == steps && Math.abs(share - 1) > 1e-9)) {
        throw new IllegalArgumentException(
            "The schedule gives %s after step %d of %d; it is the share of the removal that is done, grows from 0 at time 0 to 1 at time 1 and never falls"
                .formatted(share, step, steps));
      }
      before = share;
    }
  }
}
