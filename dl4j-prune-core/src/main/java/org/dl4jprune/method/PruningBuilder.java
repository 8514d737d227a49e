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

import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;

/** Collects the parts; all checks are in {@link #build()}. */
public final class PruningBuilder {
  private final String name;
  private Selector selector;
  private double initialSparsity;
  private Allocation initialAllocation;
  private Criterion initialCriterion;
  private Criterion criterion;
  private Allocation allocation;
  private Pattern pattern;
  private Schedule sparsity;
  private UpdateWindow window;
  private Regrowth regrowth;
  private long seed;

  PruningBuilder(String name) {
    this.name = name;
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default
   * @return this
   */
  public PruningBuilder selector(Selector selector) {
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
  public PruningBuilder initial(double sparsity, Allocation allocation, Criterion criterion) {
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
  public PruningBuilder criterion(Criterion criterion) {
    this.criterion = criterion;
    return this;
  }

  /**
   * How much goes where.
   *
   * @param allocation global by default
   * @return this
   */
  public PruningBuilder allocation(Allocation allocation) {
    this.allocation = allocation;
    return this;
  }

  /**
   * In which shape.
   *
   * @param pattern unstructured by default
   * @return this
   */
  public PruningBuilder pattern(Pattern pattern) {
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
  public PruningBuilder schedule(Schedule sparsity, UpdateWindow window) {
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
  public PruningBuilder regrowth(Regrowth regrowth) {
    this.regrowth = regrowth;
    return this;
  }

  /**
   * The seed of everything random.
   *
   * @param seed any number
   * @return this
   */
  public PruningBuilder seed(long seed) {
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
