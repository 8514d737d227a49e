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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.model.ModelFile;
import org.dl4jprune.report.RemovalReport;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scores, selects and cuts, once or in steps whose targets are fractions of the given model. */
final class StepwiseRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(StepwiseRemoval.class);

  private final StructuredOptions options;
  private final ChannelGroups first;
  private final Standing standing;
  private final long whole;
  private final Set<String> remarks = new LinkedHashSet<>();

  StepwiseRemoval(Object model, StructuredOptions options) {
    options.check();
    this.options = options;
    this.first = ChannelGroups.of(model, options.rules);
    this.standing = new Standing(first);
    Cost cost = options.budget.cost(first);
    this.whole = cost == null ? 0 : cost.after(Set.of());
  }

  /** The plan of one step to the whole budget. */
  RemovalPlan plan() {
    return plan(first, options.steps);
  }

  Thinned run(ModelFile origin) {
    List<RemovalReport.Step> steps = new ArrayList<>();
    Accounting accounting = new Accounting(first, options);
    if (options.steps > 1 && options.budget.of() != Budget.Of.UNITS) {
      // What cannot be reached is said before any training.
      selection(first, 1).forCost(options.budget.cost(first), most(options.steps), 1);
    }
    ChannelGroups now = first;
    long start = System.nanoTime();
    for (int step = 1; ; step++) {
      RemovalPlan plan = plan(now, step);
      var smaller = new Surgeon(now).cut(plan);
      standing.remove(now, plan);
      double reached = accounting.reached(standing.gone());
      steps.add(
          new RemovalReport.Step(step, asked(step), reached, plan.units().size(), plan.toJson()));
      report(step, reached, plan, (System.nanoTime() - start) / 1e9);
      if (step == options.steps) {
        RemovalPlan all = RemovalPlan.of(first, standing.gone());
        return new Thinned(
            smaller,
            first,
            all,
            accounting.report(smaller, all, steps, remarks),
            origin.with(smaller));
      }
      options.tuning.tune(smaller, step);
      now = ChannelGroups.of(smaller.unwrap(), options.rules);
    }
  }

  private void report(int step, double reached, RemovalPlan plan, double seconds) {
    if (plan.units().isEmpty()) {
      LOG.info("Step {} of {} removed nothing", step, options.steps);
    } else {
      LOG.info(
          "Step {} of {} removed {} units: {} of the {} are gone; about {} s to go",
          step,
          options.steps,
          plan.units().size(),
          "%.4f".formatted(reached),
          options.budget.of().label(),
          "%.1f".formatted(seconds / step * (options.steps - step)));
    }
  }

  private double asked(int step) {
    return step == options.steps
        ? options.budget.fraction()
        : options.share(step) * options.budget.fraction();
  }

  private long most(int step) {
    return Math.round((1 - asked(step)) * whole);
  }

  private RemovalPlan plan(ChannelGroups now, int step) {
    UnitSelection selection = selection(now, step);
    double share = step == options.steps ? 1 : options.share(step);
    List<Integer> gone =
        options.budget.of() == Budget.Of.UNITS
            ? selection.ofUnits(asked(step), share)
            : selection.forCost(options.budget.cost(now), most(step), share);
    remarks.addAll(selection.remarks());
    return RemovalPlan.of(now, gone);
  }

  private UnitSelection selection(ChannelGroups now, int step) {
    int[] original = standing.originalSizes(now);
    List<Pool> pools = new Pools(now, original, options).all();
    List<? extends MultiDataSet> batches = options.data.apply(step);
    Map<Integer, Double> scores = options.importance.score(now, batches, options.seed + step - 1);
    return new UnitSelection(
        now, pools, original, scores, options.minimumKept, rounding(now, original));
  }

  private Rounding rounding(ChannelGroups now, int[] original) {
    if (options.widthsThatPay) {
      return new PayingWidths(
          now, options.table(), options.anyExample(), original, options.minimumKept);
    }
    return options.multipleOf == 1
        ? Rounding.none()
        : Rounding.multipleOf(options.multipleOf, options.minimumKept);
  }
}
