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
package org.dl4jprune.reconstruction;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.NormalizationStatistics;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.structure.rules.BuiltInRules;

/**
 * Removes channels of a trained model without labels and without fine-tuning: every layer that
 * reads removed channels is refitted, in closed form, to the outputs it had. Wang et al. 2024
 * (SPA), <a href="https://arxiv.org/abs/2403.18955">arXiv 2403.18955</a>, section 3.4 (OBSPA); the
 * refit is that of {@link LeastSquares}.
 *
 * <pre>{@code
 * Reconstructed smaller =
 *     Obspa.builder().inputs(CalibrationInputs.inDistribution(batches)).sparsity(0.5).build().prune(network);
 * }</pre>
 *
 * <p>Dense layers, output layers and two-dimensional convolutions are refitted. Others that read
 * removed channels (recurrent, attention, transposed, separable, one- and three-dimensional
 * convolutions, frozen layers) are cut only, and the result names them.
 *
 * <p>Memory: a copy of the model, the smaller model, the activations of one batch, and what {@link
 * LeastSquares} needs for the widest layer (of a group with several readers: for all of them).
 */
public final class Obspa {
  private static final double DAMPING = 0.01;

  private final CalibrationInputs inputs;
  private final CouplingRules rules;
  private final double sparsity;
  private final double damping;
  private final boolean global;
  private final int minimumKept;

  private Obspa(Builder builder) {
    this.inputs = builder.inputs;
    this.rules = builder.rules;
    this.sparsity = builder.sparsity;
    this.damping = builder.damping;
    this.global = builder.global;
    this.minimumKept = builder.minimumKept;
  }

  /**
   * A new configuration.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Chooses units by what their removal costs the layers that read them, and removes them.
   *
   * @param model a trained {@code MultiLayerNetwork} or {@code ComputationGraph}; it is not touched
   * @return the smaller model
   * @throws IllegalArgumentException if no sparsity was given, the model is of another class, or no
   *     channel can be removed
   * @throws IllegalStateException if calibration gives values that are not finite
   */
  public Reconstructed prune(Object model) {
    if (Double.isNaN(sparsity)) {
      throw new IllegalArgumentException(
          "Say how many channels go with sparsity(fraction), or give a plan");
    }
    ChannelGroups groups = copied(model);
    if (groups.groups().stream().noneMatch(group -> group.units().size() > minimumKept)) {
      throw new IllegalArgumentException(
          "No channel of this model can be removed:" + System.lineSeparator() + groups.explain());
    }
    UnitChoice choice = new UnitChoice(groups, sparsity, minimumKept);
    Reconstruction reconstruction = new Reconstruction(groups, inputs, damping, choice, !global);
    if (global) {
      Map<Integer, Double> scores = new LinkedHashMap<>();
      for (ChannelGroup group : groups.groups()) {
        scores.putAll(reconstruction.scores(group));
      }
      choice.ofAll(scores);
    }
    return finish(groups, choice, reconstruction);
  }

  /**
   * Removes the units of a plan, whatever they were chosen by, and refits the layers that read
   * them.
   *
   * @param model a trained {@code MultiLayerNetwork} or {@code ComputationGraph}; it is not touched
   * @param plan such as {@code StructuredPruning.of(model)….plan()}
   * @return the smaller model
   * @throws IllegalArgumentException if the plan does not fit the model
   * @throws IllegalStateException if calibration gives values that are not finite
   */
  public Reconstructed prune(Object model, RemovalPlan plan) {
    ChannelGroups groups = copied(model);
    plan.check(groups);
    UnitChoice choice = new UnitChoice(groups, 0, minimumKept);
    choice.gone().addAll(plan.units());
    return finish(groups, choice, new Reconstruction(groups, inputs, damping, choice, false));
  }

  private ChannelGroups copied(Object model) {
    return ChannelGroups.of(PrunableModel.ofAny(model).copy().unwrap(), rules);
  }

  private Reconstructed finish(
      ChannelGroups groups, UnitChoice choice, Reconstruction reconstruction) {
    reconstruction.run();
    RemovalPlan plan = RemovalPlan.of(groups, java.util.List.copyOf(choice.gone()));
    PrunableModel smaller = new Surgeon(groups).cut(plan);
    boolean representative =
        inputs.kind() == CalibrationInputs.Kind.IN_DISTRIBUTION && !plan.units().isEmpty();
    int normalizations =
        representative ? NormalizationStatistics.reestimate(smaller, inputs.batches()) : 0;
    return new Reconstructed(
        smaller,
        groups,
        plan,
        inputs,
        reconstruction.refits(),
        reconstruction.withoutRefit(),
        normalizations);
  }

  /** Collects the settings. */
  public static final class Builder {
    private CalibrationInputs inputs;
    private CouplingRules rules = BuiltInRules.rules();
    private double sparsity = Double.NaN;
    private double damping = DAMPING;
    private boolean global;
    private int minimumKept = 1;

    private Builder() {}

    /**
     * What the model is shown.
     *
     * @param inputs required
     * @return this
     */
    public Builder inputs(CalibrationInputs inputs) {
      this.inputs = inputs;
      return this;
    }

    /**
     * The coupling rules, where a custom layer has one of its own.
     *
     * @param rules the built-in ones by default
     * @return this
     */
    public Builder rules(CouplingRules rules) {
      this.rules = Objects.requireNonNull(rules);
      return this;
    }

    /**
     * The fraction of units that go; not needed with a plan.
     *
     * @param sparsity in [0, 1)
     * @return this
     */
    public Builder sparsity(double sparsity) {
      this.sparsity = sparsity;
      return this;
    }

    /**
     * Ranks the units of all groups together, each group's scores divided by their mean, instead of
     * within each group. All are then scored on the whole model.
     *
     * @return this
     */
    public Builder global() {
      this.global = true;
      return this;
    }

    /**
     * How many units each group keeps at least.
     *
     * @param units 1 by default
     * @return this
     */
    public Builder minimumKept(int units) {
      this.minimumKept = units;
      return this;
    }

    /**
     * What is added to the diagonal of XᵀX, as a share of the diagonal's mean.
     *
     * @param damping above 0; 0.01 by default
     * @return this
     */
    public Builder damping(double damping) {
      this.damping = damping;
      return this;
    }

    /**
     * Checks the settings.
     *
     * @return the configuration
     * @throws IllegalArgumentException if there are no inputs, or a number lies outside its range
     */
    public Obspa build() {
      if (inputs == null) {
        throw new IllegalArgumentException(
            "OBSPA needs inputs, such as CalibrationInputs.gaussian");
      }
      if (!Double.isNaN(sparsity) && !(sparsity >= 0 && sparsity < 1)) {
        throw new IllegalArgumentException(
            "Sparsity %s lies outside [0, 1); it is the fraction of units that go"
                .formatted(sparsity));
      }
      if (!(damping > 0 && damping < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Damping %s must be positive and finite".formatted(damping));
      }
      if (minimumKept < 1) {
        throw new IllegalArgumentException(
            "Each group keeps at least 1 unit, not %d".formatted(minimumKept));
      }
      return new Obspa(this);
    }
  }
}
