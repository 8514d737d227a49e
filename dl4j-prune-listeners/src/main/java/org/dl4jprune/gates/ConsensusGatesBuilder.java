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

import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Collects the settings of {@link ConsensusGates}. */
public final class ConsensusGatesBuilder {
  private static final double RAMP_START = 0.3;

  Granularity granularity = Granularity.CHANNEL;
  double targetSparsity = Double.NaN;
  double activity = Double.NaN;
  boolean oneSided;
  boolean ofAll;
  double memory = Double.NaN;
  Schedule polarization;
  final List<String> layers = new ArrayList<>();
  GateCost cost = GateCost.WEIGHTS;
  MultiDataSet example;

  ConsensusGatesBuilder() {}

  /**
   * What one gate opens and closes.
   *
   * @param granularity {@code CHANNEL} by default, or {@code LAYER} for residual branches
   * @return this
   */
  public ConsensusGatesBuilder granularity(Granularity granularity) {
    this.granularity = granularity;
    return this;
  }

  /**
   * The fraction of the gated cost that is to go.
   *
   * @param sparsity t, in [0, 1)
   * @return this
   */
  public ConsensusGatesBuilder targetSparsity(double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "The target sparsity %s lies outside [0, 1)".formatted(sparsity));
    }
    this.targetSparsity = sparsity;
    return this;
  }

  /**
   * Pushes down to the target sparsity only, with max(0, Σ f ḡ − (1 − t))², which lets the
   * polarisation close more than was asked for. By default a target pulls from both sides.
   *
   * @return this
   */
  public ConsensusGatesBuilder oneSided() {
    this.oneSided = true;
    return this;
  }

  /**
   * The weight of the penalty on what is kept.
   *
   * @param weight 20 with a target sparsity and 1 without by default, not negative
   * @return this
   */
  public ConsensusGatesBuilder activity(double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException(
          "The weight %s of the activity is negative or not a number".formatted(weight));
    }
    this.activity = weight;
    return this;
  }

  /**
   * The weight of the polarisation, zero for the first 30 % of the training and then in a straight
   * line up to its full value at the end.
   *
   * @param weight at the end, 10 to 200, not negative
   * @param iterations the number of training steps
   * @return this
   */
  public ConsensusGatesBuilder polarization(double weight, long iterations) {
    if (!(weight >= 0) || iterations < 1) {
      throw new IllegalArgumentException(
          "The weight %s of the polarisation must not be negative and its %d iterations must be positive"
              .formatted(weight, iterations));
    }
    return polarization(Schedule.linear(RAMP_START * iterations, iterations, 0, weight));
  }

  /**
   * The weight of the polarisation over the iterations.
   *
   * @param weight a schedule, never negative; a large constant prunes nothing, since open gates
   *     agree too
   * @return this
   */
  public ConsensusGatesBuilder polarization(Schedule weight) {
    this.polarization = weight;
    return this;
  }

  /**
   * Polarises a running mean of the gates instead of the mean over the minibatch, which makes small
   * minibatches usable.
   *
   * @param memory the share of the old mean that each step keeps, in [0, 1)
   * @return this
   */
  public ConsensusGatesBuilder smoothed(double memory) {
    GatePenalty.polarization(memory);
    this.memory = memory;
    return this;
  }

  /**
   * Gates these layers, or branches, only.
   *
   * @param names names of layers
   * @return this
   */
  public ConsensusGatesBuilder layers(String... names) {
    layers.addAll(List.of(names));
    return this;
  }

  /**
   * What a gate costs.
   *
   * @param cost weights by default
   * @return this
   */
  public ConsensusGatesBuilder cost(GateCost cost) {
    this.cost = cost;
    return this;
  }

  /**
   * Counts costs in multiply-accumulates.
   *
   * @param example one batch; only the shapes of its features matter
   * @return this
   */
  public ConsensusGatesBuilder multiplyAccumulates(MultiDataSet example) {
    this.example = example;
    return cost(GateCost.MULTIPLY_ACCUMULATES);
  }

  /**
   * Aims the target sparsity at the multiply-accumulates of the whole network instead of the gates'
   * own cost: a closed channel also saves the work of those who read it, and what is not gated
   * counts.
   *
   * @param example one batch; only the shapes of its features matter
   * @return this
   */
  public ConsensusGatesBuilder ofAllOperations(MultiDataSet example) {
    this.ofAll = true;
    return multiplyAccumulates(example);
  }

  /** The weight of the penalty on what is kept. */
  double activity() {
    double standard = Double.isNaN(targetSparsity) ? 1 : 20;
    return Double.isNaN(activity) ? standard : activity;
  }

  /**
   * Checks and builds.
   *
   * @return the gates
   * @throws IllegalArgumentException if the polarisation is missing, the granularity is neither
   *     channel nor layer, or multiply-accumulates are asked for without an example
   */
  public ConsensusGates build() {
    if (polarization == null) {
      throw new IllegalArgumentException(
          "The weight of the polarisation is missing; call polarization(50, iterations)");
    }
    if (granularity != Granularity.CHANNEL && granularity != Granularity.LAYER) {
      throw new IllegalArgumentException(
          "Consensus gates are for CHANNEL or LAYER, not for " + granularity);
    }
    if (cost == GateCost.MULTIPLY_ACCUMULATES && example == null) {
      throw new IllegalArgumentException(
          "Multiply-accumulates need an example; use multiplyAccumulates(example)");
    }
    if (ofAll && Double.isNaN(targetSparsity)) {
      throw new IllegalArgumentException(
          "ofAllOperations(...) aims a target; give targetSparsity(...)");
    }
    return new ConsensusGates(this);
  }
}
