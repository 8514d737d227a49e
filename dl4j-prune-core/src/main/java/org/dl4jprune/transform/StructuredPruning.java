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

import java.util.List;
import java.util.function.IntFunction;
import org.dl4jprune.model.ModelFile;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.LatencyTable;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.UnitImportance;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Removes the least important channels of a model: a model in, a smaller model of the same class
 * out.
 *
 * <pre>{@code
 * Thinned thinned = StructuredPruning.of(network).sparsity(0.5).prune();
 * MultiLayerNetwork smaller = (MultiLayerNetwork) thinned.model().unwrap();
 * }</pre>
 *
 * <p>Names of layers may be globs, {@code *} for any characters and {@code ?} for one; they are
 * matched against names of layers, their types and names of parameters.
 */
public final class StructuredPruning {
  private final Object model;
  private final ModelFile origin;
  private final StructuredOptions options = new StructuredOptions();

  private StructuredPruning(ModelFile origin) {
    this.model = origin.model().unwrap();
    this.origin = origin;
  }

  /**
   * Prunes a model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}; it is
   *     not touched
   * @return a new pruning
   */
  public static StructuredPruning of(Object model) {
    return of(ModelFile.of(PrunableModel.ofAny(model)));
  }

  /**
   * Prunes a saved model; {@link Thinned#save} keeps what lies beside it in its file.
   *
   * @param file a model that was read
   * @return a new pruning
   */
  public static StructuredPruning of(ModelFile file) {
    return new StructuredPruning(file);
  }

  /**
   * The coupling rules, where a custom layer has one of its own.
   *
   * @param rules the built-in ones by default
   * @return this
   */
  public StructuredPruning rules(CouplingRules rules) {
    options.rules = rules;
    return this;
  }

  /**
   * What a unit is worth.
   *
   * @param importance summed magnitudes, divided by the group's mean, by default
   * @return this
   */
  public StructuredPruning importance(UnitImportance importance) {
    options.importance = importance;
    return this;
  }

  /**
   * Data for criteria that compute gradients, the same in every step.
   *
   * @param batches features and labels
   * @return this
   */
  public StructuredPruning data(List<? extends MultiDataSet> batches) {
    List<MultiDataSet> copy = List.copyOf(batches);
    return data(step -> copy);
  }

  /**
   * Fresh data for each step.
   *
   * @param batches gives the features and labels of a step, counted from 1
   * @return this
   */
  public StructuredPruning data(IntFunction<? extends List<? extends MultiDataSet>> batches) {
    options.data = batches;
    return this;
  }

  /**
   * How much is to go, and of what.
   *
   * @param budget the last one given counts; required
   * @return this
   */
  public StructuredPruning budget(Budget budget) {
    options.budget = budget;
    return this;
  }

  /**
   * The fraction of units that go: {@link Budget#units}.
   *
   * @param sparsity in [0, 1)
   * @return this
   * @throws IllegalArgumentException if it lies outside
   */
  public StructuredPruning sparsity(double sparsity) {
    return budget(Budget.units(sparsity));
  }

  /**
   * The fraction of the units that layers make which goes, in place of the budget's. What is left
   * of the budget is met by the other layers.
   *
   * @param layers a name or glob; at least one of the outputs must be removable
   * @param sparsity in [0, 1); 0 keeps them whole
   * @return this
   */
  public StructuredPruning sparsity(String layers, double sparsity) {
    options.overrides.put(layers, sparsity);
    return this;
  }

  /**
   * Removes units until a fraction of the parameters is gone: {@link Budget#parameters}.
   *
   * @param fraction of the parameters, in [0, 1)
   * @return this
   */
  public StructuredPruning parameters(double fraction) {
    return budget(Budget.parameters(fraction));
  }

  /**
   * Removes units until a fraction of the multiply-accumulates is gone: {@link
   * Budget#multiplyAccumulates}.
   *
   * @param fraction of the multiply-accumulates, in [0, 1)
   * @param example one batch; only the shapes of its features matter
   * @return this
   */
  public StructuredPruning multiplyAccumulates(double fraction, MultiDataSet example) {
    return budget(Budget.multiplyAccumulates(fraction, example));
  }

  /**
   * Which units are ranked together.
   *
   * @param scope {@link PruningScope#LOCAL} by default
   * @return this
   */
  public StructuredPruning scope(PruningScope scope) {
    options.scope = scope;
    return this;
  }

  /**
   * Ranks the units of all groups together instead of within each group.
   *
   * @return this
   */
  public StructuredPruning global() {
    return scope(PruningScope.GLOBAL);
  }

  /**
   * How many units each group keeps at least; a fraction that asks for more is not met there, and
   * the report says so.
   *
   * @param units 1 by default
   * @return this
   */
  public StructuredPruning minimumKept(int units) {
    options.minimumKept = units;
    return this;
  }

  /**
   * Rounds the number of units that a group keeps to the nearest multiple, upwards from the middle;
   * a group that is no larger than the multiple stays whole. Fractions of units are met as nearly
   * as the multiples allow, other budgets are met with rounded widths.
   *
   * @param multiple 1 by default
   * @return this
   */
  public StructuredPruning roundTo(int multiple) {
    options.multipleOf = multiple;
    return this;
  }

  /**
   * Measured times of layers, from which the report estimates latency and warns of widths that are
   * slower than wider ones.
   *
   * @param table measured on this machine
   * @param example one batch of the size that the table was measured with
   * @return this
   */
  public StructuredPruning latencies(LatencyTable table, MultiDataSet example) {
    options.table = table;
    return example(example);
  }

  /**
   * Rounds the number of units that a group keeps to the nearest of the measured widths that is
   * faster than every wider one; needs {@link #latencies} or a budget of latency.
   *
   * @return this
   */
  public StructuredPruning widthsThatPay() {
    options.widthsThatPay = true;
    return this;
  }

  /**
   * One batch, with which the report counts multiply-accumulates whatever the budget.
   *
   * @param example of which only the shapes of the features matter
   * @return this
   */
  public StructuredPruning example(MultiDataSet example) {
    options.example = example;
    return this;
  }

  /**
   * Keeps the outputs of layers.
   *
   * @param layers names or globs
   * @return this
   */
  public StructuredPruning protect(String... layers) {
    options.protectedOutputs.addAll(List.of(layers));
    return this;
  }

  /**
   * Keeps the inputs of layers: no unit whose channels they read goes.
   *
   * @param layers names or globs
   * @return this
   */
  public StructuredPruning protectInputs(String... layers) {
    options.protectedInputs.addAll(List.of(layers));
    return this;
  }

  /**
   * Removes in several steps of equal size and scores again before each; targets are fractions of
   * the given model, so that one step and several reach the same budget.
   *
   * @param steps 1 by default
   * @param between what is done with the model between two steps
   * @return this
   */
  public StructuredPruning steps(int steps, FineTuning between) {
    return steps(steps, Schedule.linear(0, 1, 0, 1), between);
  }

  /**
   * Removes in several steps and scores again before each.
   *
   * @param steps how many
   * @param schedule the share of the removal that is done at a time from 0 to 1, at the end 1
   * @param between what is done with the model between two steps
   * @return this
   */
  public StructuredPruning steps(int steps, Schedule schedule, FineTuning between) {
    options.steps = steps;
    options.schedule = schedule;
    options.tuning = between;
    return this;
  }

  /**
   * The seed of random criteria.
   *
   * @param seed 0 by default
   * @return this
   */
  public StructuredPruning seed(long seed) {
    options.seed = seed;
    return this;
  }

  /**
   * Decides what goes in one step, without doing it.
   *
   * @return the plan
   * @throws IllegalArgumentException if a name matches nothing, nothing can be removed, or so much
   *     cannot be removed
   */
  public RemovalPlan plan() {
    return new StepwiseRemoval(model, options).plan();
  }

  /**
   * Removes what the budget asks for.
   *
   * @return the smaller model with its plan and report
   * @throws IllegalArgumentException if a name matches nothing, nothing can be removed, or so much
   *     cannot be removed
   */
  public Thinned prune() {
    return new StepwiseRemoval(model, options).run(origin);
  }
}
