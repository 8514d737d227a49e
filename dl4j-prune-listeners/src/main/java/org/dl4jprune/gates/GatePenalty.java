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
package org.dl4jprune.gates;

import org.dl4jprune.structure.ExpectedCost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What closes gates, or makes them agree: a function of all gates of a model together. {@link
 * GatePenalties} adds its gradient while the model trains and its value to the model's score.
 *
 * <p>Both methods get the gates as one vector g in the order of the model, [gates], and the share f
 * of the dense cost that each gate carries, [gates], with Σ f = 1. For a gate that depends on the
 * example, g is the mean over the minibatch.
 */
public interface GatePenalty {

  /**
   * Whether the penalty is a function of the gates' values (L1) instead of their probabilities to
   * be open. The two differ for hard concrete gates only.
   *
   * @return false by default
   */
  default boolean ofValues() {
    return false;
  }

  /**
   * The penalty.
   *
   * @param gates [gates], in [0, 1]
   * @param costs [gates], their sum is 1
   * @return a scalar
   */
  INDArray value(INDArray gates, INDArray costs);

  /**
   * Its derivative with respect to the gates, treated as free real numbers.
   *
   * @param gates [gates], in [0, 1]
   * @param costs [gates], their sum is 1
   * @return [gates]
   */
  INDArray gradient(INDArray gates, INDArray costs);

  /**
   * What happens after a training step, such as the update of a multiplier.
   *
   * @param gates the gates of the step, [gates]
   * @param costs [gates]
   */
  default void stepDone(INDArray gates, INDArray costs) {}

  /**
   * Checks that the penalty can be satisfied.
   *
   * @param least the fewest gates that may be open: one of each layer that may not vanish, [gates]
   * @param costs [gates], their sum is 1
   * @throws IllegalArgumentException if it cannot
   */
  default void check(INDArray least, INDArray costs) {}

  /**
   * L0: the fraction of gates that are open, in expectation, (1/|G|) Σ P(z ≠ 0). Louizos et al.
   * 2018, <a href="https://arxiv.org/abs/1712.01312">arXiv 1712.01312</a>, equation 12.
   *
   * @return the penalty
   */
  static GatePenalty l0() {
    return new Penalties.Mean(false);
  }

  /**
   * L1: the mean of the gates, (1/|G|) Σ z, which are never negative.
   *
   * @return the penalty
   */
  static GatePenalty l1() {
    return new Penalties.Mean(true);
  }

  /**
   * Agreement: (1/|G|) Σ g(1 − g), zero only when every gate is zero or one for all examples of the
   * minibatch. <a href="https://arxiv.org/abs/2302.10798">arXiv 2302.10798</a>, step 4 of the
   * consensus sub-network.
   *
   * @return the penalty
   */
  static GatePenalty polarization() {
    return new Penalties.Polarizing();
  }

  /**
   * Agreement over several minibatches, by a running mean of the gates; for small minibatches.
   *
   * @param memory the share of the old mean that each training step keeps, in [0, 1); 0.9 reaches
   *     over about ten minibatches
   * @return the penalty, for one training
   * @throws IllegalArgumentException if it lies outside
   */
  static GatePenalty polarization(double memory) {
    return new SmoothedPolarization(memory);
  }

  /**
   * The open share of the cost, Σ f g.
   *
   * @return the penalty
   */
  static GatePenalty activity() {
    return new Share.OfGates();
  }

  /**
   * The squared excess over a budget, max(0, Σ f g − kept)².
   *
   * @param kept the share of the gated cost that may stay, in (0, 1]
   * @return the penalty
   * @throws IllegalArgumentException if it lies outside
   */
  static GatePenalty budget(double kept) {
    return new Penalties.Budget(new Share.OfGates(), kept);
  }

  /**
   * The squared distance from a target, (Σ f g − kept)², which also opens gates again that closed
   * below it; the one-sided form is {@link #budget(double)}.
   *
   * @param kept the share of the gated cost that is to stay, in (0, 1]
   * @return the penalty
   * @throws IllegalArgumentException if it lies outside
   */
  static GatePenalty target(double kept) {
    return new Penalties.Target(new Share.OfGates(), kept);
  }

  /**
   * The squared excess of the expected cost over a budget, max(0, E/full − kept)². Other than in
   * {@link #budget(double)}, a closed channel also saves the work of those who read it.
   *
   * @param cost the model's expected parameters or multiply-accumulates; see {@link GatedCost}
   * @param kept the share of the model's whole cost that may stay, in (0, 1]
   * @return the penalty
   * @throws IllegalArgumentException if it lies outside
   */
  static GatePenalty budget(ExpectedCost cost, double kept) {
    return new Penalties.Budget(new Share.OfModel(cost), kept);
  }

  /**
   * The squared distance of the expected cost from a target, (E/full − kept)².
   *
   * @param cost the model's expected parameters or multiply-accumulates; see {@link GatedCost}
   * @param kept the share of the model's whole cost that is to stay, in (0, 1]
   * @return the penalty
   * @throws IllegalArgumentException if it lies outside
   */
  static GatePenalty target(ExpectedCost cost, double kept) {
    return new Penalties.Target(new Share.OfModel(cost), kept);
  }

  /**
   * A Lagrangian μ (Σ f g − kept) whose multiplier rises by gradient ascent while the budget is
   * exceeded and falls, not below zero, while it is not.
   *
   * @param kept the share of the gated cost that may stay, in (0, 1]
   * @param rate how fast the multiplier moves in each step, positive
   * @return the penalty
   * @throws IllegalArgumentException if a number lies outside
   */
  static Lagrangian lagrangian(double kept, double rate) {
    return new Lagrangian(kept, rate, 0);
  }
}
