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

import static org.dl4jprune.training.Settings.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.search.OraclePruning;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.training.Trainer;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Collects what an {@link OracleSanityCheck} needs. */
public final class OracleSanityCheckBuilder {
  OraclePruning search;
  Trainer trainer;
  Consumer<Object> preparation = model -> {};
  List<MultiDataSet> test = List.of();
  ToDoubleFunction<Object> evaluation;
  Path directory;
  long iterations = -1;
  long epoch;
  FinalMetric metric = FinalMetric.LAST;
  boolean trainingLoss;
  int repeats = 3;
  long seed;
  final Map<String, RemovalPlan> overlays = new LinkedHashMap<>();
  final Map<String, ToDoubleFunction<RemovalPlan>> predictors = new LinkedHashMap<>();

  OracleSanityCheckBuilder() {}

  /**
   * The candidates.
   *
   * @param search in a trained model, with layers, ratio and the training data
   * @return this
   */
  public OracleSanityCheckBuilder search(OraclePruning search) {
    this.search = search;
    return this;
  }

  /**
   * How a candidate is retrained.
   *
   * @param trainer the user's training; counts of iterations begin at 0, the updater's state is new
   * @return this
   */
  public OracleSanityCheckBuilder trainer(Trainer trainer) {
    this.trainer = trainer;
    return this;
  }

  /**
   * What is done with a smaller model before it is retrained, such as setting another learning
   * rate.
   *
   * @param preparation must not change the weights
   * @return this
   */
  public OracleSanityCheckBuilder prepare(Consumer<Object> preparation) {
    this.preparation = preparation;
    return this;
  }

  /**
   * The length of a retraining.
   *
   * @param iterations the number of steps; 0 to measure without retraining
   * @return this
   */
  public OracleSanityCheckBuilder iterations(long iterations) {
    this.iterations = iterations;
    return this;
  }

  /**
   * Which epoch counts.
   *
   * @param metric the last one by default
   * @param epoch steps of an epoch
   * @return this
   */
  public OracleSanityCheckBuilder finalMetric(FinalMetric metric, long epoch) {
    this.metric = metric;
    this.epoch = epoch;
    return this;
  }

  /**
   * How often each candidate is retrained, each time in another order of the data.
   *
   * @param repeats at least 1; 3 by default
   * @return this
   */
  public OracleSanityCheckBuilder repeats(int repeats) {
    this.repeats = repeats;
    return this;
  }

  /**
   * What the loss after retraining is measured on.
   *
   * @param batches features and labels of the test set
   * @return this
   */
  public OracleSanityCheckBuilder test(List<? extends MultiDataSet> batches) {
    this.test = List.copyOf(batches);
    return this;
  }

  /**
   * Measures the training loss after retraining too, on the data of the search. It costs one more
   * inference of these data for each retraining, so it is off by default.
   *
   * @return this
   */
  public OracleSanityCheckBuilder trainingLoss() {
    this.trainingLoss = true;
    return this;
  }

  /**
   * A score after retraining, besides the loss.
   *
   * @param evaluation of the model, where higher is better, such as accuracy
   * @return this
   */
  public OracleSanityCheckBuilder evaluate(ToDoubleFunction<Object> evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Shows where a criterion's choice lies among the candidates. It is retrained too if it is none
   * of them, and takes no part in the statistics then.
   *
   * @param name of the criterion
   * @param plan what it would remove at the same ratios
   * @return this
   */
  public OracleSanityCheckBuilder overlay(String name, RemovalPlan plan) {
    overlays.put(name, plan);
    return this;
  }

  /**
   * Puts a criterion in the place of the loss before retraining: the sum of the scores of the units
   * that go.
   *
   * @param name of the criterion
   * @param scores of all units, as {@link org.dl4jprune.structure.UnitImportance#score} gives them
   * @return this
   */
  public OracleSanityCheckBuilder predictor(String name, Map<Integer, Double> scores) {
    Map<Integer, Double> copy = Map.copyOf(scores);
    return predictor(
        name,
        plan -> plan.units().stream().mapToDouble(unit -> copy.getOrDefault(unit, 0.0)).sum());
  }

  /**
   * Puts another number in the place of the loss before retraining.
   *
   * @param name of the number
   * @param number low for candidates that should be good
   * @return this
   */
  public OracleSanityCheckBuilder predictor(String name, ToDoubleFunction<RemovalPlan> number) {
    predictors.put(name, number);
    return this;
  }

  /**
   * Where finished retrainings are noted; a check that was interrupted there goes on.
   *
   * @param directory of this check alone
   * @return this
   */
  public OracleSanityCheckBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * What the orders of the data follow from.
   *
   * @param seed 0 by default
   * @return this
   */
  public OracleSanityCheckBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Checks everything.
   *
   * @return the check, not yet begun
   * @throws IllegalArgumentException if something is missing or out of range
   */
  public OracleSanityCheck build() {
    required(search, "search(...)");
    required(search.batches().isEmpty() ? null : search, "a search with data(batches)");
    required(trainer, "trainer(...)");
    required(directory, "directory(...)");
    required(test.isEmpty() ? null : test, "test(batches)");
    check(iterations >= 0, "iterations %s: give 0 for no retraining, or more", iterations);
    check(repeats >= 1, "%s repeats measure nothing; give at least 1", repeats);
    check(
        metric == FinalMetric.LAST || epoch >= 1,
        "%s needs epochs of at least 1 step, not %s",
        metric,
        epoch);
    check(
        !Files.exists(directory) || Files.isDirectory(directory),
        "directory %s is a file; give another",
        directory);
    return new OracleSanityCheck(this);
  }

  private static void required(Object part, String word) {
    if (part == null) {
      throw new IllegalArgumentException("A check of the oracle needs %s".formatted(word));
    }
  }

  Map<String, String> settings(List<RemovalPlan> plans) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("candidates", "%d (%08x)".formatted(plans.size(), plans.hashCode()));
    settings.put("overlays", "%08x".formatted(overlays.hashCode()));
    settings.put("iterations", String.valueOf(iterations));
    settings.put("repeats", String.valueOf(repeats));
    settings.put("finalMetric", metric + " of " + epoch);
    settings.put("seed", String.valueOf(seed));
    if (trainingLoss) {
      settings.put("trainingLoss", "true");
    }
    return settings;
  }
}
