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

import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.method.PruningBuilder;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * What the builders of all named methods share. The times are counted from 1 in the model's own
 * iterations; updates fall at {@code begin + j·every} for j = 1, 2, … up to {@code end}.
 *
 * @param <B> the builder itself
 */
public abstract class MethodBuilder<B extends MethodBuilder<B>> {
  Selector selector = Selector.weights();
  Allocation allocation = new Global(Floor.none());
  Pattern pattern = new Unstructured();
  ScheduleUnit unit = ScheduleUnit.ITERATION;
  long begin;
  long end;
  long every = 100;
  long seed;

  MethodBuilder() {}

  abstract B self();

  /**
   * The method as a configuration.
   *
   * @return an immutable value that Jackson writes and reads
   * @throws IllegalArgumentException if a value is out of range or parts contradict each other
   */
  public abstract Pruning configuration();

  /**
   * Checks everything and makes a listener for one training.
   *
   * @return a new listener
   * @throws IllegalArgumentException if a value is out of range or parts contradict each other
   */
  public final PruningListener build() {
    return PruningListener.of(configuration());
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default
   * @return this
   */
  public final B selector(Selector selector) {
    this.selector = selector;
    return self();
  }

  /**
   * Leaves parameters dense.
   *
   * @param globs of parameter names, layer names or layer types
   * @return this
   */
  public final B keepDense(String... globs) {
    this.selector = selector.excluding(globs);
    return self();
  }

  /**
   * How much goes where.
   *
   * @param allocation global by default
   * @return this
   */
  public final B allocation(Allocation allocation) {
    this.allocation = allocation;
    return self();
  }

  /**
   * In which shape.
   *
   * @param pattern unstructured by default
   * @return this
   */
  public final B pattern(Pattern pattern) {
    this.pattern = pattern;
    return self();
  }

  /**
   * The seed of everything random.
   *
   * @param seed 0 by default
   * @return this
   */
  public final B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * The time from which updates are counted.
   *
   * @param begin 0 by default, the start of training
   * @return this
   */
  public final B begin(long begin) {
    this.begin = begin;
    return self();
  }

  /**
   * The time of the last pruning.
   *
   * @param end after {@code begin}
   * @return this
   */
  public final B end(long end) {
    this.end = end;
    return self();
  }

  /**
   * The time between two updates.
   *
   * @param every 100 by default
   * @return this
   */
  public final B every(long every) {
    this.every = every;
    return self();
  }

  /**
   * What times are counted in. Methods that look at gradients count in iterations.
   *
   * @param unit iterations by default
   * @return this
   */
  public final B unit(ScheduleUnit unit) {
    this.unit = unit;
    return self();
  }

  final PruningBuilder parts(String name) {
    return Pruning.builder(name)
        .selector(selector)
        .allocation(allocation)
        .pattern(pattern)
        .seed(seed);
  }

  /** Says which of the builder's own words is missing, where the parts would only see a number. */
  static double required(String word, double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1); give %s(...), the fraction of zeros"
              .formatted(sparsity, word));
    }
    return sparsity;
  }

  final UpdateWindow window() {
    return new UpdateWindow(begin, end, every, unit);
  }
}
