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
package org.dl4jprune.merge;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjIntConsumer;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.model.Selector;
import org.dl4jprune.training.Trainer;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Collects the settings of a {@link SparseModelSoup}; all checks are in {@link #build()}. */
public final class SparseModelSoupBuilder {
  Trainer trainer;
  ToDoubleFunction<Object> evaluation;
  Path directory;
  double sparsity = Double.NaN;
  int phases = 3;
  int copies = 3;
  long iterations;
  long[] lengths;
  double[] decays;
  long[] dataSeeds;
  ObjIntConsumer<Object> prepare;
  Soup soup = Soup.uniform();
  String soupName = "uniform";
  Iterable<? extends MultiDataSet> statistics = List.of();
  Allocation allocation = new Global(Floor.none());
  Selector selector = Selector.weights();
  long seed;
  int workers = 1;
  boolean barrier;

  SparseModelSoupBuilder() {}

  /**
   * How copies are retrained.
   *
   * @param trainer the user's training
   * @return this
   */
  public SparseModelSoupBuilder trainer(Trainer trainer) {
    this.trainer = trainer;
    return this;
  }

  /**
   * What is measured of each copy and soup.
   *
   * @param evaluation a score of the model, where higher is better
   * @return this
   */
  public SparseModelSoupBuilder evaluate(ToDoubleFunction<Object> evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Where checkpoints go; a soup that was interrupted there goes on.
   *
   * @param directory of this soup alone
   * @return this
   */
  public SparseModelSoupBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * The final sparsity.
   *
   * @param sparsity in [0, 1); required
   * @return this
   */
  public SparseModelSoupBuilder sparsity(double sparsity) {
    this.sparsity = sparsity;
    return this;
  }

  /**
   * How often it prunes and retrains.
   *
   * @param phases at least 1; 3 by default
   * @return this
   */
  public SparseModelSoupBuilder phases(int phases) {
    this.phases = phases;
    return this;
  }

  /**
   * How many copies are retrained in each phase.
   *
   * @param copies at least 1, which is iterative pruning; 3 by default
   * @return this
   */
  public SparseModelSoupBuilder copies(int copies) {
    this.copies = copies;
    return this;
  }

  /**
   * How long each copy is retrained in each phase; its iteration and epoch counts begin at 0.
   *
   * @param iterations the number of steps
   * @return this
   */
  public SparseModelSoupBuilder iterations(long iterations) {
    this.iterations = iterations;
    return this;
  }

  /**
   * Retrains the copies for different lengths, instead of {@link #iterations}.
   *
   * @param iterations the number of steps of each copy
   * @return this
   */
  public SparseModelSoupBuilder iterationsOfCopies(long... iterations) {
    this.lengths = iterations.clone();
    return this;
  }

  /**
   * Retrains each copy with a weight decay of its own, in place of that of the model's weights.
   *
   * @param coefficients one for each copy, at least 0
   * @return this
   */
  public SparseModelSoupBuilder weightDecays(double... coefficients) {
    this.decays = coefficients.clone();
    return this;
  }

  /**
   * The seeds of the data orders, one for each copy. Without this word every copy and phase has a
   * seed of its own.
   *
   * @param seeds as many as copies; equal ones only where copies differ by {@link #prepare}, {@link
   *     #iterationsOfCopies} or {@link #weightDecays}
   * @return this
   */
  public SparseModelSoupBuilder dataSeeds(long... seeds) {
    this.dataSeeds = seeds.clone();
    return this;
  }

  /**
   * Sets what a copy is retrained with, such as its learning rate or weight decay, which copies may
   * differ in.
   *
   * @param prepare is given the model and the number of the copy, from 1, before each retraining;
   *     changes no parameter
   * @return this
   */
  public SparseModelSoupBuilder prepare(ObjIntConsumer<Object> prepare) {
    this.prepare = prepare;
    return this;
  }

  /**
   * Averages all copies; this is the default.
   *
   * @return this
   */
  public SparseModelSoupBuilder uniform() {
    this.soup = Soup.uniform();
    this.soupName = "uniform";
    return this;
  }

  /**
   * Averages the copies that help.
   *
   * @param validation a score on data that are neither trained nor tested on
   * @return this
   * @throws IllegalArgumentException without one
   */
  public SparseModelSoupBuilder greedy(ToDoubleFunction<Object> validation) {
    this.soup = Soup.greedy(validation);
    this.soupName = "greedy";
    return this;
  }

  /**
   * What statistics of batch normalisations are recomputed from, for each copy and soup.
   *
   * @param batches training data without augmentation; part of it is enough, 0.2 in the paper's
   *     code
   * @return this
   */
  public SparseModelSoupBuilder recomputeBatchNorm(Iterable<? extends MultiDataSet> batches) {
    this.statistics = Objects.requireNonNull(batches);
    return this;
  }

  /**
   * How much goes where.
   *
   * @param allocation global by default
   * @return this
   */
  public SparseModelSoupBuilder allocation(Allocation allocation) {
    this.allocation = allocation;
    return this;
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default
   * @return this
   */
  public SparseModelSoupBuilder selector(Selector selector) {
    this.selector = selector;
    return this;
  }

  /**
   * The seed that data orders follow from where they are not given.
   *
   * @param seed 0 by default
   * @return this
   */
  public SparseModelSoupBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Trains so many copies side by side, to the same bits as one after another. Trainer, evaluation
   * and {@link #prepare} are then called in several threads at once and must bear that; iterators
   * are made for each copy anyway.
   *
   * @param workers the number of threads, at least 1; 1 by default. Each holds two models
   * @return this
   */
  public SparseModelSoupBuilder workers(int workers) {
    this.workers = workers;
    return this;
  }

  /**
   * Measures the barrier between the first two copies of each phase, by eleven more evaluations.
   *
   * @return this
   */
  public SparseModelSoupBuilder measureBarrier() {
    this.barrier = true;
    return this;
  }

  /**
   * Checks everything.
   *
   * @return the soup, not yet begun
   * @throws IllegalArgumentException if something is missing or out of range
   */
  public SparseModelSoup build() {
    SoupChecks.all(this);
    return new SparseModelSoup(this);
  }

  CopySeeds seeds() {
    return new CopySeeds(dataSeeds, seed);
  }

  /** How long a copy is retrained. */
  long length(int copy) {
    return lengths == null ? iterations : lengths[copy - 1];
  }
}
