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
package org.dl4jprune.search;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Players of one layer who choose their participation s in [0, 1]. Player i gains U_i = a_i s_i −
 * β‖θ_i‖² s_i² − γ s_i − η s_i Σ_{j≠i} s_j ⟨θ_i, θ_j⟩. Since the inner products are symmetric, it
 * is an exact potential game with Φ(s) = Σ (a_i − γ) s_i − ½ sᵀHs, H = 2β diag‖θ_i‖² + η
 * offdiag(ΘΘᵀ). "Pruning as a Game", <a href="https://arxiv.org/abs/2512.22106">arXiv
 * 2512.22106</a>; the potential is ours.
 *
 * @param benefits a_i, the weighted benefit of each player
 * @param gram ⟨θ_i, θ_j⟩, symmetric
 * @param l2Cost β
 * @param l1Cost γ
 * @param competition η
 */
public record ParticipationGame(
    double[] benefits, double[][] gram, double l2Cost, double l1Cost, double competition) {

  /**
   * Checks the numbers.
   *
   * @param benefits one for each player, at least one
   * @param gram symmetric, a row for each player
   * @param l2Cost not negative
   * @param l1Cost not negative
   * @param competition not negative
   * @throws IllegalArgumentException if sizes differ, a cost is negative or a number is not finite
   */
  public ParticipationGame {
    if (benefits.length == 0 || gram.length != benefits.length) {
      throw new IllegalArgumentException(
          "A game needs players and a row of inner products for each, not %d and %d"
              .formatted(benefits.length, gram.length));
    }
    if (!(l2Cost >= 0 && l1Cost >= 0 && competition >= 0)
        || !Double.isFinite(l2Cost + l1Cost + competition)) {
      throw new IllegalArgumentException(
          "Costs are finite and at least 0, not l2 %s, l1 %s and competition %s"
              .formatted(l2Cost, l1Cost, competition));
    }
    double sum = StatUtils.sum(benefits);
    for (double[] row : gram) {
      if (row.length != benefits.length) {
        throw new IllegalArgumentException(
            "The inner products of %d players have a row of %d"
                .formatted(benefits.length, row.length));
      }
      sum += StatUtils.sum(row);
    }
    if (!Double.isFinite(sum)) {
      throw new IllegalArgumentException("A benefit or an inner product is not finite");
    }
  }

  /**
   * The number of players.
   *
   * @return at least 1
   */
  public int players() {
    return benefits.length;
  }

  /**
   * The same game at another price of participation.
   *
   * @param cost γ, not negative
   * @return a game over the same arrays
   */
  public ParticipationGame withL1Cost(double cost) {
    return new ParticipationGame(benefits, gram, l2Cost, cost, competition);
  }

  /**
   * What a player gains.
   *
   * @param player its number
   * @param participation of all players
   * @return U_i
   */
  public double utility(int player, double[] participation) {
    double own = participation[player];
    return own * (benefits[player] - l1Cost - pressure(player, participation))
        - l2Cost * gram[player][player] * own * own;
  }

  /** η Σ_{j≠i} s_j ⟨θ_i, θ_j⟩. */
  private double pressure(int player, double[] participation) {
    if (competition == 0) {
      return 0;
    }
    double sum = 0;
    for (int other = 0; other < participation.length; other++) {
      sum += other == player ? 0 : participation[other] * gram[player][other];
    }
    return competition * sum;
  }

  /**
   * The participation that a player gains most from, the others given.
   *
   * @param player its number
   * @param participation of all players
   * @return in [0, 1]; where the player is indifferent, what it is
   */
  public double bestResponse(int player, double[] participation) {
    double gain = benefits[player] - l1Cost - pressure(player, participation);
    double curvature = 2 * l2Cost * gram[player][player];
    if (curvature == 0) {
      return gain > 0 ? 1 : gain < 0 ? 0 : participation[player];
    }
    return Math.max(0, Math.min(1, gain / curvature));
  }

  /**
   * What all players together climb.
   *
   * @param participation of all players
   * @return Φ(s)
   */
  public double potential(double[] participation) {
    double sum = 0;
    for (int i = 0; i < participation.length; i++) {
      double half = pressure(i, participation) / 2 + l2Cost * gram[i][i] * participation[i];
      sum += participation[i] * (benefits[i] - l1Cost - half);
    }
    return sum;
  }

  /**
   * The negative second derivative of the potential.
   *
   * @return H, a new array
   */
  public double[][] hessian() {
    double[][] hessian = new double[players()][players()];
    for (int i = 0; i < hessian.length; i++) {
      for (int j = 0; j < hessian.length; j++) {
        hessian[i][j] = (i == j ? 2 * l2Cost : competition) * gram[i][j];
      }
    }
    return hessian;
  }

  /**
   * The smallest eigenvalue of H: where it is positive, there is exactly one equilibrium. Cubic in
   * the number of players, unless nobody competes.
   *
   * @return the eigenvalue
   */
  public double smallestEigenvalue() {
    if (competition == 0) {
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < players(); i++) {
        least = Math.min(least, 2 * l2Cost * gram[i][i]);
      }
      return least;
    }
    return StatUtils.min(
        new EigenDecomposition(new Array2DRowRealMatrix(hessian(), false)).getRealEigenvalues());
  }
}
