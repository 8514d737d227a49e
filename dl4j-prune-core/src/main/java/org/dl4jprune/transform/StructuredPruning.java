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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Slot;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.structure.UnitImportance;
import org.dl4jprune.structure.rules.BuiltInRules;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Removes the least important channels of a model: a model in, a smaller model of the same class
 * out.
 *
 * <pre>{@code
 * Thinned thinned = StructuredPruning.of(network).sparsity(0.5).prune();
 * MultiLayerNetwork smaller = (MultiLayerNetwork) thinned.model().unwrap();
 * }</pre>
 */
public final class StructuredPruning {
  private final Object model;
  private CouplingRules rules = BuiltInRules.rules();
  private UnitImportance importance =
      new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN);
  private List<MultiDataSet> batches = List.of();
  private Target target = Target.UNITS;
  private MultiDataSet example;
  private double sparsity = Double.NaN;
  private boolean global;
  private int minimumKept = 1;
  private int multipleOf = 1;
  private long seed;
  private final List<String> protectedOutputs = new ArrayList<>();

  private StructuredPruning(Object model) {
    this.model = model;
  }

  /**
   * Prunes a model.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}; it is not touched
   * @return a new pruning
   */
  public static StructuredPruning of(Object model) {
    return new StructuredPruning(model);
  }

  /**
   * The coupling rules, where a custom layer has one of its own.
   *
   * @param rules the built-in ones by default
   * @return this
   */
  public StructuredPruning rules(CouplingRules rules) {
    this.rules = rules;
    return this;
  }

  /**
   * What a unit is worth.
   *
   * @param importance summed magnitudes, divided by the group's mean, by default
   * @return this
   */
  public StructuredPruning importance(UnitImportance importance) {
    this.importance = importance;
    return this;
  }

  /**
   * Data for criteria that compute gradients.
   *
   * @param batches features and labels
   * @return this
   */
  public StructuredPruning data(List<? extends MultiDataSet> batches) {
    this.batches = List.copyOf(batches);
    return this;
  }

  /**
   * The fraction of units that go.
   *
   * @param sparsity in [0, 1); required
   * @return this
   */
  public StructuredPruning sparsity(double sparsity) {
    this.sparsity = sparsity;
    return this;
  }

  /**
   * Removes units until a fraction of the parameters is gone: up to the first unit that reaches it.
   *
   * @param fraction of the parameters, in [0, 1)
   * @return this
   */
  public StructuredPruning parameters(double fraction) {
    this.target = Target.PARAMETERS;
    return sparsity(fraction);
  }

  /**
   * Removes units until a fraction of the multiply-accumulates is gone: up to the first unit that
   * reaches it.
   *
   * @param fraction of the multiply-accumulates, in [0, 1)
   * @param example one batch; only the shapes of its features matter
   * @return this
   */
  public StructuredPruning multiplyAccumulates(double fraction, MultiDataSet example) {
    this.target = Target.MULTIPLY_ACCUMULATES;
    this.example = example;
    return sparsity(fraction);
  }

  /** What the fraction is a fraction of. */
  private enum Target {
    UNITS,
    PARAMETERS,
    MULTIPLY_ACCUMULATES
  }

  /**
   * Ranks the units of all groups together instead of within each group.
   *
   * @return this
   */
  public StructuredPruning global() {
    this.global = true;
    return this;
  }

  /**
   * How many units each group keeps at least.
   *
   * @param units 1 by default
   * @return this
   */
  public StructuredPruning minimumKept(int units) {
    this.minimumKept = units;
    return this;
  }

  /**
   * Rounds the number of units that a group keeps to the nearest multiple, upwards from the middle;
   * a group that is no larger than the multiple stays whole.
   *
   * @param multiple 1 by default
   * @return this
   */
  public StructuredPruning roundTo(int multiple) {
    this.multipleOf = multiple;
    return this;
  }

  /**
   * Keeps the outputs of layers: no unit that touches their weights' or biases' outputs goes.
   *
   * @param layers names of layers
   * @return this
   */
  public StructuredPruning protect(String... layers) {
    protectedOutputs.addAll(List.of(layers));
    return this;
  }

  /**
   * The seed of random criteria.
   *
   * @param seed 0 by default
   * @return this
   */
  public StructuredPruning seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Decides what goes, without doing it.
   *
   * @return the plan
   * @throws IllegalArgumentException if the sparsity lies outside [0, 1), a protected layer does
   *     not exist, or nothing can be removed
   */
  public RemovalPlan plan() {
    return plan(ChannelGroups.of(model, rules));
  }

  /**
   * Removes what the plan says.
   *
   * @return the smaller model with its plan
   * @throws IllegalArgumentException if the sparsity lies outside [0, 1), a protected layer does
   *     not exist, or nothing can be removed
   */
  public Thinned prune() {
    ChannelGroups groups = ChannelGroups.of(model, rules);
    RemovalPlan plan = plan(groups);
    return new Thinned(new Surgeon(groups).cut(plan), groups, plan);
  }

  private RemovalPlan plan(ChannelGroups groups) {
    check();
    Map<Integer, Double> scores = importance.score(groups, batches, seed);
    UnitSelection selection =
        new UnitSelection(groups, openGroups(groups), scores, minimumKept, multipleOf);
    List<Integer> gone =
        switch (target) {
          case UNITS -> global ? selection.ofAllGroups(sparsity) : selection.ofEachGroup(sparsity);
          case PARAMETERS -> selection.forCost(Cost.parameters(groups), sparsity, global);
          case MULTIPLY_ACCUMULATES ->
              selection.forCost(Cost.multiplyAccumulates(groups, example), sparsity, global);
        };
    return RemovalPlan.of(groups, gone);
  }

  private void check() {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1); it is the fraction of units that go"
              .formatted(sparsity));
    }
    if (minimumKept < 1 || multipleOf < 1) {
      throw new IllegalArgumentException(
          "Each group keeps at least 1 unit in multiples of at least 1, not %d and %d"
              .formatted(minimumKept, multipleOf));
    }
  }

  private List<ChannelGroup> openGroups(ChannelGroups groups) {
    Set<String> layers = new HashSet<>();
    groups.model().parameters().forEach(p -> layers.add(p.layer()));
    for (String layer : protectedOutputs) {
      if (!layers.contains(layer)) {
        throw new IllegalArgumentException(
            "There is no layer %s to protect; there are %s".formatted(layer, layers));
      }
    }
    List<ChannelGroup> open =
        groups.groups().stream()
            .filter(group -> group.units().size() > 1)
            .filter(group -> group.slots().stream().noneMatch(this::isProtected))
            .toList();
    if (open.isEmpty()) {
      throw new IllegalArgumentException(
          "No channel of this model can be removed:" + System.lineSeparator() + groups.explain());
    }
    return open;
  }

  private boolean isProtected(Slot slot) {
    return protectedOutputs.contains(slot.parameter().layer())
        && slot.parameter().outputs() == slot.channels().length
        && slot.parameter().shape()[slot.axis()] == slot.parameter().outputs();
  }
}
