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
package org.dl4jprune.lottery;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.training.Trainer;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Collects the settings of a {@link LotteryTicket}; all checks are in {@link #build()}. */
public final class LotteryTicketBuilder {
  LongFunction<?> model;
  Trainer trainer;
  ToDoubleFunction<Object> evaluation;
  Path directory;
  long iterations;
  long rewindTo = -1;
  double rewindShare = 0.01;
  double pruneFraction = 0.2;
  double targetSparsity = Math.nextDown(1.0);
  int rounds = 10;
  Criterion criterion = new Magnitude();
  List<MultiDataSet> batches = List.of();
  Allocation allocation = new Global(Floor.none());
  Pattern pattern = new Unstructured();
  Selector selector = Selector.weights();
  Rewinding.Mode mode = Rewinding.Mode.WEIGHTS;
  Rewinding.UpdaterStart updaterStart = Rewinding.UpdaterStart.RESTORED;
  boolean replay;
  boolean allowCollapse;
  double tolerance;
  long seed = 1;

  LotteryTicketBuilder() {}

  /**
   * What is trained.
   *
   * @param model makes a new, initialised and untrained model; its weights follow from the seed
   * @return this
   */
  public LotteryTicketBuilder model(LongFunction<?> model) {
    this.model = model;
    return this;
  }

  /**
   * How it is trained.
   *
   * @param trainer the user's training
   * @return this
   */
  public LotteryTicketBuilder trainer(Trainer trainer) {
    this.trainer = trainer;
    return this;
  }

  /**
   * What is measured at the end of each training.
   *
   * @param evaluation a score of the model, where higher is better
   * @return this
   */
  public LotteryTicketBuilder evaluate(ToDoubleFunction<Object> evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Where checkpoints and tickets go; a lottery that was interrupted there goes on.
   *
   * @param directory of this lottery alone
   * @return this
   */
  public LotteryTicketBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * The length of the dense training.
   *
   * @param iterations the number of steps T
   * @return this
   */
  public LotteryTicketBuilder iterations(long iterations) {
    this.iterations = iterations;
    return this;
  }

  /**
   * The rewind point: 0 is the initialisation.
   *
   * @param iteration the step k, from 0 to T − 1
   * @return this
   */
  public LotteryTicketBuilder rewindTo(long iteration) {
    this.rewindTo = iteration;
    this.rewindShare = Double.NaN;
    return this;
  }

  /**
   * The rewind point as a share of the training.
   *
   * @param share k/T in [0, 1), rounded to a step; 0.01 by default
   * @return this
   */
  public LotteryTicketBuilder rewindToShare(double share) {
    this.rewindShare = share;
    return this;
  }

  /**
   * How much of what is left each round takes.
   *
   * @param fraction p in (0, 1); 0.2 by default
   * @return this
   */
  public LotteryTicketBuilder pruneFraction(double fraction) {
    this.pruneFraction = fraction;
    return this;
  }

  /**
   * How often it prunes and trains again. A finished lottery can be given more later.
   *
   * @param rounds at least 1; 10 by default
   * @return this
   */
  public LotteryTicketBuilder rounds(int rounds) {
    this.rounds = rounds;
    return this;
  }

  /**
   * What a weight is worth at the end of a training.
   *
   * @param criterion magnitude by default
   * @return this
   */
  public LotteryTicketBuilder criterion(Criterion criterion) {
    this.criterion = criterion;
    return this;
  }

  /**
   * Data for criteria that compute gradients.
   *
   * @param batches features and labels
   * @return this
   */
  public LotteryTicketBuilder data(List<? extends MultiDataSet> batches) {
    this.batches = List.copyOf(batches);
    return this;
  }

  /**
   * How much goes where. An allocation that {@link Allocation#choosesAmount} looks at the trained
   * weights instead of the fraction, and the lottery ends with the first round that takes nothing.
   *
   * @param allocation global by default
   * @return this
   */
  public LotteryTicketBuilder allocation(Allocation allocation) {
    this.allocation = allocation;
    return this;
  }

  /**
   * Where an allocation that chooses its amounts ends; other allocations do not look at it.
   *
   * @param sparsity in (0, 1); no limit by default
   * @return this
   */
  public LotteryTicketBuilder targetSparsity(double sparsity) {
    this.targetSparsity = sparsity;
    return this;
  }

  /**
   * In which shape.
   *
   * @param pattern unstructured by default
   * @return this
   */
  public LotteryTicketBuilder pattern(Pattern pattern) {
    this.pattern = pattern;
    return this;
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default, the output layer included
   * @return this
   */
  public LotteryTicketBuilder selector(Selector selector) {
    this.selector = selector;
    return this;
  }

  /**
   * What goes back to the rewind point.
   *
   * @param mode weights by default
   * @return this
   */
  public LotteryTicketBuilder mode(Rewinding.Mode mode) {
    this.mode = mode;
    return this;
  }

  /**
   * Which updater state a rewound training begins with.
   *
   * @param start restored by default; fresh as in the paper's code
   * @return this
   */
  public LotteryTicketBuilder updaterState(Rewinding.UpdaterStart start) {
    this.updaterStart = start;
    return this;
  }

  /**
   * Shows every round the data in the order of the dense training, with the same random numbers,
   * rather than in a new order.
   *
   * @return this
   */
  public LotteryTicketBuilder replayData() {
    this.replay = true;
    return this;
  }

  /**
   * Goes on where a layer has lost all its weights.
   *
   * @return this
   */
  public LotteryTicketBuilder allowCollapse() {
    this.allowCollapse = true;
    return this;
  }

  /**
   * How far a matching ticket may stay below the dense score.
   *
   * @param tolerance at least 0; 0 by default. {@link LotterySeeds} takes the standard deviation of
   *     the dense score over seeds
   * @return this
   */
  public LotteryTicketBuilder tolerance(double tolerance) {
    this.tolerance = tolerance;
    return this;
  }

  /**
   * The seed of the model and of the data.
   *
   * @param seed 1 by default; a network that is configured with the seed 0 takes the clock
   * @return this
   */
  public LotteryTicketBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Checks everything.
   *
   * @return the lottery, not yet begun
   * @throws IllegalArgumentException if something is missing or out of range
   */
  public LotteryTicket build() {
    LotteryChecks.all(this);
    return new LotteryTicket(this);
  }
}
