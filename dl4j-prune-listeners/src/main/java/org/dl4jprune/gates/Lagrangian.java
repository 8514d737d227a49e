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

import org.dl4jprune.host.HostReads;
import org.dl4jprune.structure.ExpectedCost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A budget held by a multiplier: μ (share − kept), with μ ← max(0, μ + rate·(share − kept)) after
 * each training step. The share is Σ f g, or the expected cost of the whole model. The multiplier
 * is the only state; who resumes a training gives it back.
 */
public final class Lagrangian implements GatePenalty {
  private final Share share;
  private final double kept;
  private final double rate;
  private double multiplier;

  /**
   * A Lagrangian that goes on.
   *
   * @param kept the share of the gated cost that may stay, in (0, 1]
   * @param rate how fast the multiplier moves in each step, positive
   * @param multiplier where it starts, not negative
   * @throws IllegalArgumentException if a number lies outside
   */
  public Lagrangian(double kept, double rate, double multiplier) {
    this(new Share.OfGates(), kept, rate, multiplier);
  }

  /**
   * A Lagrangian of the model's expected cost that goes on.
   *
   * @param cost the model's expected parameters or multiply-accumulates; see {@link GatedCost}
   * @param kept the share of the model's whole cost that may stay, in (0, 1]
   * @param rate how fast the multiplier moves in each step, positive
   * @param multiplier where it starts, not negative
   * @throws IllegalArgumentException if a number lies outside
   */
  public Lagrangian(ExpectedCost cost, double kept, double rate, double multiplier) {
    this(new Share.OfModel(cost), kept, rate, multiplier);
  }

  private Lagrangian(Share share, double kept, double rate, double multiplier) {
    Penalties.checkKept(kept);
    if (!(rate > 0 && Double.isFinite(rate)) || !(multiplier >= 0)) {
      throw new IllegalArgumentException(
          "The multiplier's rate %s must be positive and its start %s not negative"
              .formatted(rate, multiplier));
    }
    this.share = share;
    this.kept = kept;
    this.rate = rate;
    this.multiplier = multiplier;
  }

  /**
   * The multiplier.
   *
   * @return not negative
   */
  public double multiplier() {
    return multiplier;
  }

  @Override
  public INDArray value(INDArray gates, INDArray costs) {
    return share.value(gates, costs).subi(kept).muli(multiplier);
  }

  @Override
  public INDArray gradient(INDArray gates, INDArray costs) {
    return share.gradient(gates, costs).muli(multiplier);
  }

  @Override
  public void stepDone(INDArray gates, INDArray costs) {
    double excess = HostReads.scalar(share.value(gates, costs)) - kept;
    multiplier = Math.max(0, multiplier + rate * excess);
  }

  @Override
  public void check(INDArray least, INDArray costs) {
    Penalties.check(share, kept, least, costs);
  }
}
