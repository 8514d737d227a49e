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

import java.util.Arrays;
import java.util.List;

/**
 * Finds equilibria by best responses, one player after the other (Gauss–Seidel) from full
 * participation. Every sweep raises the potential, so that where H is positive definite the end is
 * the maximum of the potential on the box. Card {@code pruning-game}, {@code solve}.
 */
public final class EquilibriumSolver {
  private static final double SETTLED = 1e-8;
  private static final int MOST_SWEEPS = 1_000;

  /** Halvings of the range of prices; a double has no more to give. */
  private static final int BISECTIONS = 60;

  private EquilibriumSolver() {}

  /**
   * Solves one game.
   *
   * @param game the players of a layer
   * @return the point at which nobody moves by 1e-8, or that of the 1,000th sweep
   */
  public static Equilibrium solve(ParticipationGame game) {
    Settled settled = settle(game);
    return new Equilibrium(
        game,
        settled.participation(),
        settled.sweeps(),
        settled.moved() < SETTLED,
        game.smallestEigenvalue());
  }

  private record Settled(double[] participation, int sweeps, double moved) {}

  private static Settled settle(ParticipationGame game) {
    double[] participation = new double[game.players()];
    Arrays.fill(participation, 1);
    int sweeps = 0;
    double moved = Double.POSITIVE_INFINITY;
    while (moved >= SETTLED && sweeps < MOST_SWEEPS) {
      moved = sweep(game, participation);
      sweeps++;
    }
    return new Settled(participation, sweeps, moved);
  }

  /**
   * Lets every player respond once, in order.
   *
   * @param game the players
   * @param participation of each, changed in place
   * @return the largest change
   */
  public static double sweep(ParticipationGame game, double[] participation) {
    double moved = 0;
    for (int player = 0; player < participation.length; player++) {
      double response = game.bestResponse(player, participation);
      moved = Math.max(moved, Math.abs(response - participation[player]));
      participation[player] = response;
    }
    return moved;
  }

  /**
   * Solves the games of several layers at the lowest common price γ at which no more than a number
   * of players stay, found by bisection. Where several players leave at one price, fewer stay than
   * were asked for.
   *
   * @param games one for each layer; their own prices are not used
   * @param players how many may stay in all layers together, at least 1
   * @param threshold the least participation of a player that stays, in (0, 1)
   * @return one equilibrium for each game, with the price in its game
   * @throws IllegalArgumentException if fewer players stay without any price, or the numbers are
   *     out of range
   */
  public static List<Equilibrium> reach(
      List<ParticipationGame> games, int players, double threshold) {
    if (players < 1 || !(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "At least 1 player stays and the threshold lies in (0, 1), not %d and %s"
              .formatted(players, threshold));
    }
    int most = kept(games, 0, threshold);
    if (most < players) {
      throw new IllegalArgumentException(
          "%d players cannot stay: without an l1Cost %d do; lower the l2Cost or the competition, or ask for at most %d"
              .formatted(players, most, most));
    }
    double low = 0;
    double high = 1;
    while (kept(games, high, threshold) > players) {
      high *= 2;
    }
    if (most == players) {
      high = 0;
    }
    for (int i = 0; i < BISECTIONS && high > 0; i++) {
      double middle = (low + high) / 2;
      if (kept(games, middle, threshold) > players) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double price = high;
    return games.stream().map(game -> solve(game.withL1Cost(price))).toList();
  }

  private static int kept(List<ParticipationGame> games, double price, double threshold) {
    int kept = 0;
    for (ParticipationGame game : games) {
      double[] participation = settle(game.withL1Cost(price)).participation();
      kept += (int) Arrays.stream(participation).filter(s -> s >= threshold).count();
    }
    return kept;
  }
}
