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

import java.util.Objects;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
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
   * Checks that the parts fit together.
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
   * @throws IllegalArgumentException if a sparsity lies outside [0, 1), the final one is below the
   *     initial one, or parts contradict each other
   */
  public Pruning {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(selector, "selector");
    Objects.requireNonNull(initialAllocation, "initialAllocation");
    Objects.requireNonNull(initialCriterion, "initialCriterion");
    Objects.requireNonNull(criterion, "criterion");
    Objects.requireNonNull(allocation, "allocation");
    Objects.requireNonNull(pattern, "pattern");
    checkSparsity("initial sparsity", initialSparsity);
    if ((sparsity == null) != (window == null)) {
      throw new IllegalArgumentException(
          "A sparsity schedule and a window belong together; give both or neither");
    }
    if (window != null) {
      double last = sparsity.at(window.last());
      checkSparsity("final sparsity", last);
      if (last < initialSparsity) {
        throw new IllegalArgumentException(
            "Final sparsity %s lies below initial sparsity %s; pruning only removes"
                .formatted(last, initialSparsity));
      }
    }
    checkPattern(pattern, sparsity, window, regrowth, initialSparsity);
    if (regrowth != null && window != null && regrowth.window().unit() != window.unit()) {
      throw new IllegalArgumentException(
          "Pruning counts in %s and regrowth in %s; use one unit"
              .formatted(window.unit(), regrowth.window().unit()));
    }
    if (needsGradient(criterion, regrowth) && unit(window, regrowth) == ScheduleUnit.EPOCH) {
      throw new IllegalArgumentException(
          "%s needs the gradient of a step, and none is there at the end of an epoch; count in iterations"
              .formatted(criterion.needsGradient() ? criterion : regrowth.growth()));
    }
  }

  private static boolean needsGradient(Criterion criterion, Regrowth regrowth) {
    return criterion.needsGradient() || (regrowth != null && regrowth.growth().needsGradient());
  }

  private static ScheduleUnit unit(UpdateWindow window, Regrowth regrowth) {
    if (window != null) {
      return window.unit();
    }
    return regrowth == null ? ScheduleUnit.ITERATION : regrowth.window().unit();
  }

  private static void checkPattern(
      Pattern pattern,
      Schedule sparsity,
      UpdateWindow window,
      Regrowth regrowth,
      double initialSparsity) {
    double prescribed = pattern.prescribedSparsity();
    if (Double.isNaN(prescribed)) {
      return;
    }
    if (regrowth != null) {
      throw new IllegalArgumentException(
          pattern + " prescribes its zeros, so nothing can be regrown; leave the regrowth out");
    }
    if (initialSparsity != 0 && Math.abs(initialSparsity - prescribed) > 1e-12) {
      throw new IllegalArgumentException(
          "%s prescribes sparsity %s, not %s".formatted(pattern, prescribed, initialSparsity));
    }
    for (long time = window == null ? 1 : window.first();
        window != null && time <= window.last();
        time += window.every()) {
      double asked = sparsity.at(time);
      if (asked != 0 && Math.abs(asked - prescribed) > 1e-12) {
        throw new IllegalArgumentException(
            "%s prescribes sparsity %s, but %s is asked at time %d; use a one-shot or constant schedule"
                .formatted(pattern, prescribed, asked, time));
      }
    }
  }

  private static void checkSparsity(String what, double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "%s %s lies outside [0, 1); it is the fraction of zeros".formatted(what, sparsity));
    }
  }

  /**
   * What time is counted in.
   *
   * @return iterations or epochs
   */
  @com.fasterxml.jackson.annotation.JsonIgnore
  public ScheduleUnit unit() {
    return unit(window, regrowth);
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
  @com.fasterxml.jackson.annotation.JsonIgnore
  public long lastUpdate() {
    return Math.max(
        window == null ? 0 : window.last(), regrowth == null ? 0 : regrowth.window().last());
  }

  /**
   * A builder with the defaults of the library: all weights, magnitude, global, unstructured, no
   * sparsity yet, nothing comes back, seed 0.
   *
   * @param name what the method is called in reports
   * @return a new builder
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** Collects the parts; all checks are in {@link #build()}. */
  public static final class Builder {
    private final String name;
    private Selector selector = Selector.weights();
    private double initialSparsity;
    private Allocation initialAllocation = new ErdosRenyi(true);
    private Criterion initialCriterion = new Random();
    private Criterion criterion = new Magnitude();
    private Allocation allocation = new Global(Floor.none());
    private Pattern pattern = new Unstructured();
    private Schedule sparsity;
    private UpdateWindow window;
    private Regrowth regrowth;
    private long seed;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Which parameters are pruned.
     *
     * @param selector all weights by default
     * @return this
     */
    public Builder selector(Selector selector) {
      this.selector = selector;
      return this;
    }

    /**
     * Starts from zeros that are there before the first step.
     *
     * @param sparsity in [0, 1)
     * @param allocation where they go
     * @param criterion what a weight is worth: {@link Random} for a sparse start
     * @return this
     */
    public Builder initial(double sparsity, Allocation allocation, Criterion criterion) {
      this.initialSparsity = sparsity;
      this.initialAllocation = allocation;
      this.initialCriterion = criterion;
      return this;
    }

    /**
     * What a weight is worth.
     *
     * @param criterion magnitude by default
     * @return this
     */
    public Builder criterion(Criterion criterion) {
      this.criterion = criterion;
      return this;
    }

    /**
     * How much goes where.
     *
     * @param allocation global by default
     * @return this
     */
    public Builder allocation(Allocation allocation) {
      this.allocation = allocation;
      return this;
    }

    /**
     * In which shape.
     *
     * @param pattern unstructured by default
     * @return this
     */
    public Builder pattern(Pattern pattern) {
      this.pattern = pattern;
      return this;
    }

    /**
     * When weights are pruned.
     *
     * @param sparsity the sparsity over time, in the unit of the window
     * @param window the times
     * @return this
     */
    public Builder schedule(Schedule sparsity, UpdateWindow window) {
      this.sparsity = sparsity;
      this.window = window;
      return this;
    }

    /**
     * What comes back and when.
     *
     * @param regrowth null for nothing
     * @return this
     */
    public Builder regrowth(Regrowth regrowth) {
      this.regrowth = regrowth;
      return this;
    }

    /**
     * The seed of everything random.
     *
     * @param seed any number
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Checks the parts and puts them together.
     *
     * @return the configuration
     * @throws IllegalArgumentException if a value is out of range or parts contradict each other
     */
    public Pruning build() {
      return new Pruning(
          name,
          selector,
          initialSparsity,
          initialAllocation,
          initialCriterion,
          criterion,
          allocation,
          pattern,
          sparsity,
          window,
          regrowth,
          seed);
    }
  }
}
