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
package org.dl4jprune.examples.run;

import java.util.Locale;
import java.util.Optional;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.listeners.GraNet;
import org.dl4jprune.listeners.GradualMagnitudePruning;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.listeners.RigL;
import org.dl4jprune.listeners.SparseEvolutionaryTraining;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * The ways to reach a sparsity that can be compared. All see the same batches and make the same
 * number of steps. Pruning over time lasts for the first half of training, as in GraNet's paper,
 * and masks change about thirty times in a whole training.
 */
public enum Method {
  /** No pruning. */
  DENSE("Dense"),
  /** The trained dense network loses its smallest weights and is not trained again. */
  ONE_SHOT_AT_END("One-shot, not retrained"),
  /** The network loses its smallest weights after half of the steps; the rest repair it. */
  ONE_SHOT("One-shot at half, fine-tuned"),
  /** Gradual magnitude pruning. */
  GMP("Gradual magnitude (GMP)"),
  /** Gradual magnitude pruning with regrowth. */
  GRANET("GraNet"),
  /** Sparse from the start, with regrowth by gradient. */
  RIGL("RigL"),
  /** Sparse from the start, with regrowth at random. */
  SET("SET");

  private static final int UPDATES = 30;

  /**
   * A fifth of GraNet's own rate: with some forty steps between two updates, half of the weights
   * could not grow back before the next exchange.
   */
  private static final double SHORT_TRAINING_RATE = 0.1;

  private final String label;

  Method(String label) {
    this.label = label;
  }

  /**
   * The name that people read.
   *
   * @return a few words
   */
  public String label() {
    return label;
  }

  /** Makes what prunes one training; empty where nothing is pruned while training. */
  Optional<PruningListener> listener(Setting setting) {
    long steps = setting.steps();
    long every = Math.max(1, steps / UPDATES);
    long half = Math.max(every, steps / 2);
    double sparsity = setting.sparsity();
    return Optional.ofNullable(
        switch (this) {
          case DENSE, ONE_SHOT_AT_END -> null;
          case ONE_SHOT -> oneShot(sparsity, half);
          case GMP ->
              GradualMagnitudePruning.builder()
                  .finalSparsity(sparsity)
                  .end(half)
                  .every(every)
                  .build();
          case GRANET ->
              GraNet.builder()
                  .finalSparsity(sparsity)
                  .end(half)
                  .every(every)
                  .iterations(steps)
                  .regrowthRate(SHORT_TRAINING_RATE, 0.005)
                  .seed(setting.seed())
                  .build();
          case RIGL ->
              RigL.builder()
                  .sparsity(sparsity)
                  .end(threeQuarters(steps, every))
                  .every(every)
                  .seed(setting.seed())
                  .build();
          case SET ->
              SparseEvolutionaryTraining.builder()
                  .sparsity(sparsity)
                  .end(threeQuarters(steps, every))
                  .every(every)
                  .seed(setting.seed())
                  .build();
        });
  }

  /** Prunes at a step of training, where the listener of that name prunes when it joins. */
  private static PruningListener oneShot(double sparsity, long step) {
    return PruningListener.of(
        Pruning.builder("OneShot")
            .criterion(new Magnitude())
            .schedule(Schedule.constant(sparsity), UpdateWindow.once(step, ScheduleUnit.ITERATION))
            .build());
  }

  private static long threeQuarters(long steps, long every) {
    return Math.max(every, steps * 3 / 4);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
