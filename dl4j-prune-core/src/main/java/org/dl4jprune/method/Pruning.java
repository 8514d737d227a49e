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
package org.dl4jprune.method;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Objects;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * A pruning as one immutable value that Jackson writes and reads: what a weight is worth, how much
 * goes where, in which shape, when, and what comes back.
 *
 * <p>Time is counted from 1 in the model's own iterations or epochs: time t is the end of the t-th
 * step since the model was made, so that a resumed training goes on where it stopped.
 *
 * @param name what the method is called in reports
 * @param selector which parameters are pruned
 * @param initialSparsity the sparsity before the first step, in [0, 1)
 * @param initialAllocation where the initial zeros go
 * @param initialCriterion what a weight is worth before the first step: random for a sparse start,
 *     magnitude for a trained model
 * @param criterion what a weight is worth
 * @param allocation how much goes where
 * @param pattern in which shape
 * @param sparsity the sparsity over time, or null for no pruning after the start
 * @param window when weights are pruned, or null with {@code sparsity}
 * @param regrowth what comes back and when, or null for nothing
 * @param seed of everything random
 */
public record Pruning(
    String name,
    Selector selector,
    double initialSparsity,
    Allocation initialAllocation,
    Criterion initialCriterion,
    Criterion criterion,
    Allocation allocation,
    Pattern pattern,
    Schedule sparsity,
    UpdateWindow window,
    Regrowth regrowth,
    long seed) {

  /**
   * Fills in what is left out and checks that the parts fit together.
   *
   * @param name what the method is called in reports
   * @param selector which parameters are pruned
   * @param initialSparsity the sparsity before the first step
   * @param initialAllocation where the initial zeros go
   * @param initialCriterion what a weight is worth before the first step
   * @param criterion what a weight is worth
   * @param allocation how much goes where
   * @param pattern in which shape
   * @param sparsity the sparsity over time, or null
   * @param window when weights are pruned, or null with {@code sparsity}
   * @param regrowth what comes back and when, or null
   * @param seed of everything random
   * @throws IllegalArgumentException if a sparsity lies outside [0, 1) at one of the times, the
   *     final one is below the initial one, or parts contradict each other
   */
  public Pruning {
    Objects.requireNonNull(name, "name");
    selector = Objects.requireNonNullElseGet(selector, Selector::weights);
    initialAllocation =
        Objects.requireNonNullElseGet(initialAllocation, () -> new ErdosRenyi(true));
    initialCriterion = Objects.requireNonNullElseGet(initialCriterion, Random::new);
    criterion = Objects.requireNonNullElseGet(criterion, Magnitude::new);
    allocation = Objects.requireNonNullElseGet(allocation, Global::new);
    pattern = Objects.requireNonNullElseGet(pattern, Unstructured::new);
    PruningChecks.sparsity("initial sparsity", initialSparsity);
    PruningChecks.schedule(initialSparsity, sparsity, window);
    PruningChecks.pattern(pattern, sparsity, window, regrowth, initialSparsity);
    PruningChecks.units(criterion, window, regrowth);
  }

  /**
   * What time is counted in.
   *
   * @return iterations or epochs
   */
  @JsonIgnore
  public ScheduleUnit unit() {
    return PruningChecks.unit(window, regrowth);
  }

  /**
   * The sparsity that the pruning ends with.
   *
   * @return in [0, 1)
   */
  public double finalSparsity() {
    return window == null ? initialSparsity : sparsity.at(window.last());
  }

  /**
   * The time of the last change of the masks.
   *
   * @return 0 if there is none after the start
   */
  @JsonIgnore
  public long lastUpdate() {
    return Math.max(
        window == null ? 0 : window.last(), regrowth == null ? 0 : regrowth.window().last());
  }

  /**
   * This value as JSON.
   *
   * @return one object, which {@link #fromJson} reads
   */
  public String toJson() {
    return PruningText.write(PruningText.JSON, this);
  }

  /**
   * This value as YAML.
   *
   * @return one document, which {@link #fromYaml} reads
   */
  public String toYaml() {
    return PruningText.write(PruningText.YAML, this);
  }

  /**
   * Reads what {@link #toJson} has written; parts that are left out take the builder's defaults.
   *
   * @param json one object
   * @return the value
   * @throws IllegalArgumentException if the text cannot be read or a value is out of range
   */
  public static Pruning fromJson(String json) {
    return PruningText.read(PruningText.JSON, json);
  }

  /**
   * Reads what {@link #toYaml} has written; parts that are left out take the builder's defaults.
   *
   * @param yaml one document
   * @return the value
   * @throws IllegalArgumentException if the text cannot be read or a value is out of range
   */
  public static Pruning fromYaml(String yaml) {
    return PruningText.read(PruningText.YAML, yaml);
  }

  /**
   * A builder with the defaults of the library: all weights, magnitude, global, unstructured, no
   * sparsity yet, nothing comes back, seed 0.
   *
   * @param name what the method is called in reports
   * @return a new builder
   */
  public static PruningBuilder builder(String name) {
    return new PruningBuilder(name);
  }
}
