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
package org.dl4jprune.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.search.OraclePruning;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.ProcedureLog;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;

/**
 * Whether the loss right after removal, which oracle pruning minimises, predicts what comes out of
 * retraining: all candidates, or a sample, are retrained and ranked before and after. Card {@code
 * oracle-pruning}; Feng, Tao and Wang 2024, <a href="https://arxiv.org/abs/2412.00143">arXiv
 * 2412.00143</a>.
 */
public final class OracleSanityCheck {
  private static final int LAST_EPOCHS = 5;

  private final OracleSanityCheckBuilder set;

  OracleSanityCheck(OracleSanityCheckBuilder set) {
    this.set = set;
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static OracleSanityCheckBuilder builder() {
    return new OracleSanityCheckBuilder();
  }

  /** Losses and score of a model; NaN where they were not asked for. */
  private record Measured(double loss, double score, double trainingLoss) {}

  /**
   * Retrains all candidates, or those that are missing in the directory.
   *
   * @return what was measured
   * @throws IllegalArgumentException as {@link OraclePruning#run}, if an overlay does not fit the
   *     model, or the directory holds another check
   * @throws IllegalStateException if the trainer did something else
   */
  public OracleCheck run() {
    List<RemovalPlan> candidates = set.search.plans();
    List<RemovalPlan> plans = new ArrayList<>(candidates);
    ChannelGroups groups = ChannelGroups.of(set.search.model().unwrap());
    Map<String, RemovalPlan> others = new LinkedHashMap<>(set.overlays);
    others.values().forEach(plan -> plan.check(groups));
    others.values().removeIf(candidates::contains);
    plans.addAll(others.values());
    List<String> names = new ArrayList<>(others.keySet());
    Checkpoints checkpoints = Checkpoints.in(set.directory, set.settings(candidates));
    List<Retrained> done = new ArrayList<>(checkpoints.rounds(Retrained.class));
    ProcedureLog log =
        new ProcedureLog("OracleSanityCheck", "candidates", plans.size(), done.size());
    Surgeon surgeon = new Surgeon(groups);
    while (done.size() < plans.size()) {
      int at = done.size();
      String name = at < candidates.size() ? "" : names.get(at - candidates.size());
      Retrained next = retrained(name, plans.get(at), surgeon, checkpoints);
      checkpoints.finish(next);
      done.add(next);
      log.done("retrained", 1);
    }
    return result(candidates, done);
  }

  private Retrained retrained(
      String name, RemovalPlan plan, Surgeon surgeon, Checkpoints checkpoints) {
    Retrained now =
        checkpoints
            .noted(Retrained.class)
            .orElseGet(
                () ->
                    new Retrained(
                        name,
                        plan.units(),
                        set.search.attempt(plan).loss(),
                        List.of(),
                        List.of(),
                        List.of()));
    for (int repeat = now.losses().size(); repeat < set.repeats; repeat++) {
      Measured measured = retrain(surgeon.cut(plan), set.seed + repeat);
      now = now.with(measured.loss(), measured.score());
      if (set.trainingLoss) {
        now = now.withTrainingLoss(measured.trainingLoss());
      }
      if (repeat < set.repeats - 1) {
        checkpoints.note(now);
      }
    }
    return now;
  }

  private Measured retrain(PrunableModel model, long order) {
    if (set.iterations == 0) {
      return measure(model);
    }
    RandomState.seed(order);
    model.setCounts(0, 0);
    if (model.hasUpdaterState()) {
      for (UpdaterState state : model.updaterStates()) {
        state.array().assign(state.initialValue());
      }
    }
    set.preparation.accept(model.unwrap());
    long step = set.metric == FinalMetric.LAST ? set.iterations : set.epoch;
    List<Measured> epochs = new ArrayList<>();
    for (long from = 0; from < set.iterations; from += step) {
      Span span = new Span(from, Math.min(from + step, set.iterations), order);
      Supervision.train(set.trainer, model, span, List.of(), null);
      epochs.add(measure(model));
    }
    return counted(epochs);
  }

  private Measured counted(List<Measured> epochs) {
    return switch (set.metric) {
      case LAST -> epochs.get(epochs.size() - 1);
      case BEST ->
          set.evaluation == null
              ? epochs.stream().min(Comparator.comparingDouble(Measured::loss)).orElseThrow()
              : epochs.stream().max(Comparator.comparingDouble(Measured::score)).orElseThrow();
      case MEAN_LAST_5 -> {
        List<Measured> last =
            epochs.subList(Math.max(0, epochs.size() - LAST_EPOCHS), epochs.size());
        yield new Measured(
            last.stream().mapToDouble(Measured::loss).average().orElseThrow(),
            last.stream().mapToDouble(Measured::score).average().orElseThrow(),
            last.stream().mapToDouble(Measured::trainingLoss).average().orElseThrow());
      }
    };
  }

  private Measured measure(PrunableModel model) {
    return new Measured(
        OraclePruning.loss(model, set.test),
        set.evaluation == null ? Double.NaN : set.evaluation.applyAsDouble(model.unwrap()),
        set.trainingLoss ? OraclePruning.loss(model, set.search.batches()) : Double.NaN);
  }

  private OracleCheck result(List<RemovalPlan> plans, List<Retrained> done) {
    List<Retrained> candidates = done.subList(0, plans.size());
    Map<String, Retrained> overlays = new LinkedHashMap<>();
    set.overlays.forEach(
        (name, plan) -> {
          int at = plans.indexOf(plan);
          overlays.put(
              name,
              at >= 0
                  ? candidates.get(at)
                  : done.stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow());
        });
    double[] loss = candidates.stream().mapToDouble(Retrained::loss).toArray();
    double[] training = candidates.stream().mapToDouble(Retrained::trainingLoss).toArray();
    double[] score = candidates.stream().mapToDouble(Retrained::score).toArray();
    Map<String, double[]> numbers = new LinkedHashMap<>();
    numbers.put(OracleCheck.LOSS, candidates.stream().mapToDouble(Retrained::before).toArray());
    set.predictors.forEach(
        (name, number) -> numbers.put(name, plans.stream().mapToDouble(number).toArray()));
    List<Prediction> predictions = new ArrayList<>();
    numbers.forEach(
        (name, x) -> {
          predictions.add(Prediction.of(name, x, OracleCheck.TEST_LOSS, loss, false));
          if (set.trainingLoss) {
            predictions.add(Prediction.of(name, x, OracleCheck.TRAINING_LOSS, training, false));
          }
          if (set.evaluation != null) {
            predictions.add(Prediction.of(name, x, OracleCheck.SCORE, score, true));
          }
        });
    return new OracleCheck(candidates, overlays, predictions);
  }
}
