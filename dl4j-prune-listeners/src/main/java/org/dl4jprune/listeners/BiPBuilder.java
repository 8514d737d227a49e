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
package org.dl4jprune.listeners;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.Channels;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Pooling;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.schedule.Cosine;
import org.dl4jprune.schedule.Schedule;

/** Collects the settings of a {@link BiP}; all checks are in {@link #build()}. */
public final class BiPBuilder {
  Selector selector = Selector.weights();
  Allocation allocation = new Global(Floor.count(1));
  Pattern pattern = new Unstructured();
  double sparsity = Double.NaN;
  int epochs = 1;
  int lowerSteps = 1;
  double implicit = 1e-4;
  Schedule weightRate = new Cosine(0, 1, 0.1, 0);
  Schedule scoreRate = new Cosine(0, 1, 0.1, 0);
  double momentum = 0.9;
  double weightDecay = 1e-4;
  Axis units;
  Path directory;

  BiPBuilder() {}

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default
   * @return this
   */
  public BiPBuilder selector(Selector selector) {
    this.selector = Objects.requireNonNull(selector);
    return this;
  }

  /**
   * How much goes where.
   *
   * @param allocation one ranking of all weights by default, each layer keeping at least one
   * @return this
   */
  public BiPBuilder allocation(Allocation allocation) {
    this.allocation = Objects.requireNonNull(allocation);
    return this;
  }

  /**
   * In which shape.
   *
   * @param pattern unstructured by default
   * @return this
   */
  public BiPBuilder pattern(Pattern pattern) {
    this.pattern = Objects.requireNonNull(pattern);
    return this;
  }

  /**
   * Prunes whole filters: all weights of an output, the same fraction in every layer, each keeping
   * at least one, ranked by the L2 norm of their scores. Outputs of the model stay. Biases stay
   * too, so that a pruned filter gives a constant.
   *
   * @return this
   */
  public BiPBuilder filters() {
    return units(Axis.OUTPUT);
  }

  /**
   * Prunes whole channels: all weights that read an input, the same fraction in every layer, each
   * keeping at least one, ranked by the L2 norm of their scores. Inputs of the model stay. What
   * nobody reads any more can be removed with {@code RemovalPlan.ofUnread}.
   *
   * @return this
   */
  public BiPBuilder channels() {
    return units(Axis.INPUT);
  }

  private BiPBuilder units(Axis axis) {
    units = axis;
    pattern = new Channels(axis, Pooling.MEAN);
    allocation = new Uniform(Floor.count(1));
    return this;
  }

  /**
   * The fraction of zeros, from the first step on.
   *
   * @param sparsity in [0, 1); required
   * @return this
   */
  public BiPBuilder sparsity(double sparsity) {
    this.sparsity = sparsity;
    return this;
  }

  /**
   * How often the data are passed; each batch serves a step of the weights and one of the scores.
   *
   * @param epochs at least 1; 1 by default
   * @return this
   */
  public BiPBuilder epochs(int epochs) {
    this.epochs = epochs;
    return this;
  }

  /**
   * Steps of the weights for each step of the scores, all on the same batch.
   *
   * @param steps at least 1; 1 by default
   * @return this
   */
  public BiPBuilder lowerSteps(int steps) {
    this.lowerSteps = steps;
    return this;
  }

  /**
   * How much the weights' answer to a change of the masks counts: λ = 1/γ of the paper.
   *
   * @param lambda at least 0; 1e-4 by default; 0 leaves the straight-through gradient
   * @return this
   */
  public BiPBuilder implicit(double lambda) {
    this.implicit = lambda;
    return this;
  }

  /**
   * The learning rate of the weights.
   *
   * @param rate over the fraction of the run in [0, 1]; a cosine from 0.1 to 0 by default
   * @return this
   */
  public BiPBuilder weightRate(Schedule rate) {
    this.weightRate = Objects.requireNonNull(rate);
    return this;
  }

  /**
   * The learning rate of the scores.
   *
   * @param rate over the fraction of the run in [0, 1]; a cosine from 0.1 to 0 by default
   * @return this
   */
  public BiPBuilder scoreRate(Schedule rate) {
    this.scoreRate = Objects.requireNonNull(rate);
    return this;
  }

  /**
   * The momentum of weights and scores.
   *
   * @param momentum in [0, 1); 0.9 by default
   * @return this
   */
  public BiPBuilder momentum(double momentum) {
    this.momentum = momentum;
    return this;
  }

  /**
   * The decay of the pruned layers' weights, dead ones included; biases do not decay.
   *
   * @param decay at least 0; 1e-4 by default
   * @return this
   */
  public BiPBuilder weightDecay(double decay) {
    this.weightDecay = decay;
    return this;
  }

  /**
   * Where the state of the last finished epoch is kept; a run that was interrupted there goes on.
   *
   * @param directory of this run alone; none by default, which keeps nothing
   * @return this
   */
  public BiPBuilder directory(Path directory) {
    this.directory = Objects.requireNonNull(directory);
    return this;
  }

  /**
   * Checks the settings.
   *
   * @return the method
   * @throws IllegalArgumentException if one of them is out of range
   */
  public BiP build() {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1); give sparsity(...), the fraction of zeros"
              .formatted(sparsity));
    }
    double prescribed = pattern.prescribedSparsity();
    if (!Double.isNaN(prescribed) && Math.abs(prescribed - sparsity) > 1e-12) {
      throw new IllegalArgumentException(
          "%s prescribes sparsity %s, not %s; give sparsity(%s)"
              .formatted(pattern, prescribed, sparsity, prescribed));
    }
    if (epochs < 1 || lowerSteps < 1) {
      throw new IllegalArgumentException(
          "At least 1 epoch and 1 step of the weights are needed, not %d and %d"
              .formatted(epochs, lowerSteps));
    }
    if (!(implicit >= 0 && weightDecay >= 0 && momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "The implicit term and the decay are at least 0 and the momentum lies in [0, 1), not %s, %s and %s"
              .formatted(implicit, weightDecay, momentum));
    }
    if (!(weightRate.at(0) > 0 && scoreRate.at(0) >= 0)) {
      throw new IllegalArgumentException(
          "The rate of the weights must begin above 0 and that of the scores at 0 or above, not %s and %s"
              .formatted(weightRate.at(0), scoreRate.at(0)));
    }
    return new BiP(this);
  }

  /** The squares of a unit's values have a mean in the order of its L2 norm. */
  boolean ranksSquares() {
    return pattern instanceof Channels;
  }

  /** All that a run depends on beside the model and the data. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("sparsity", String.valueOf(sparsity));
    texts.put("epochs", String.valueOf(epochs));
    texts.put("lowerSteps", String.valueOf(lowerSteps));
    texts.put("implicit", String.valueOf(implicit));
    texts.put("weightRate", String.valueOf(weightRate));
    texts.put("scoreRate", String.valueOf(scoreRate));
    texts.put("momentum", String.valueOf(momentum));
    texts.put("weightDecay", String.valueOf(weightDecay));
    texts.put("allocation", String.valueOf(allocation));
    texts.put("pattern", String.valueOf(pattern));
    texts.put("units", String.valueOf(units));
    texts.put("selector", String.valueOf(selector));
    return texts;
  }
}
