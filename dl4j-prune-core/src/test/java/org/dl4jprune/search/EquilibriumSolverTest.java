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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;

/** The numbers and the exact checks of the card pruning-game. */
class EquilibriumSolverTest {
  private static final double[][] GRAM = {{5, 4, 0}, {4, 5, -1.5}, {0, -1.5, 1.25}};

  private static ParticipationGame card(double competition) {
    return new ParticipationGame(new double[] {0.9, 0.3, 0.2}, GRAM, 0.1, 0.05, competition);
  }

  @Test
  void theWorkedExample() {
    double[] first = {1, 1, 1};
    EquilibriumSolver.sweep(card(0.1), first);
    assertArrayEquals(new double[] {0.45, 0.22, 0.732}, first, 1e-12);
    Equilibrium end = EquilibriumSolver.solve(card(0.1));
    assertArrayEquals(new double[] {0.85, 0, 0.6}, end.participation(), 1e-7);
    assertEquals(0.406250, end.potential(), 1e-7);
    assertEquals(0.211571, end.smallestEigenvalue(), 1e-6);
    double[] eigenvalues =
        new EigenDecomposition(new Array2DRowRealMatrix(card(0.1).hessian())).getRealEigenvalues();
    Arrays.sort(eigenvalues);
    assertArrayEquals(new double[] {0.211571, 0.628612, 1.409817}, eigenvalues, 1e-6);
    assertTrue(end.isUnique() && end.converged());
    assertEquals(2, end.kept(0.01));
  }

  @Test
  void competitionAloneRemovesTheSecondPlayer() {
    Equilibrium alone = EquilibriumSolver.solve(card(0));
    assertArrayEquals(new double[] {0.85, 0.25, 0.6}, alone.participation(), 1e-12);
    assertEquals(0.25, alone.smallestEigenvalue(), 1e-12);
  }

  /** Positive definite, at most 8 players, condition number at most 50. */
  private static ParticipationGame random(Random random) {
    while (true) {
      int players = 1 + random.nextInt(8);
      double[][] theta = new double[players][4];
      double[] benefits = new double[players];
      for (int i = 0; i < players; i++) {
        benefits[i] = random.nextGaussian();
        theta[i] = random.doubles(4, -1, 1).toArray();
      }
      double[][] gram = new double[players][players];
      for (int i = 0; i < players; i++) {
        for (int j = 0; j < players; j++) {
          for (int k = 0; k < 4; k++) {
            gram[i][j] += theta[i][k] * theta[j][k];
          }
        }
      }
      ParticipationGame game = new ParticipationGame(benefits, gram, 0.4, 0.05, 0.3);
      double[] eigenvalues =
          new EigenDecomposition(new Array2DRowRealMatrix(game.hessian())).getRealEigenvalues();
      double least = Arrays.stream(eigenvalues).min().getAsDouble();
      if (least > 0 && Arrays.stream(eigenvalues).max().getAsDouble() <= 50 * least) {
        return game;
      }
    }
  }

  /** Maximises the potential by projected ascent on all players at once. */
  private static double[] byProjectedAscent(ParticipationGame game) {
    double[][] hessian = game.hessian();
    double[] s = new double[game.players()];
    double rate =
        1
            / Arrays.stream(hessian)
                .mapToDouble(r -> Arrays.stream(r).map(Math::abs).sum())
                .max()
                .getAsDouble();
    for (int step = 0; step < 5_000; step++) {
      double[] next = new double[s.length];
      for (int i = 0; i < s.length; i++) {
        double gradient = game.benefits()[i] - game.l1Cost();
        for (int j = 0; j < s.length; j++) {
          gradient -= hessian[i][j] * s[j];
        }
        next[i] = Math.max(0, Math.min(1, s[i] + rate * gradient));
      }
      s = next;
    }
    return s;
  }

  @Test
  void anEquilibriumIsTheMaximumOfThePotentialAndNobodyGainsByAChange() {
    Random random = new Random(1);
    for (int round = 0; round < 20; round++) {
      ParticipationGame game = random(random);
      double[] end = EquilibriumSolver.solve(game).participation();
      assertArrayEquals(byProjectedAscent(game), end, 1e-6);
      for (int i = 0; i < end.length; i++) {
        double best = game.utility(i, end);
        double potential = game.potential(end);
        double[] other = end.clone();
        for (int grid = 0; grid <= 1_000; grid++) {
          other[i] = grid / 1_000.0;
          assertTrue(game.utility(i, other) <= best + 1e-12);
          // An exact potential: both change alike.
          assertEquals(game.utility(i, other) - best, game.potential(other) - potential, 1e-12);
        }
      }
    }
  }

  @Test
  void twinsShareOrOneOfThemLeaves() {
    double n = 2;
    double beta = 0.25;
    double c = 0.6;
    double[][] gram = {{n, n}, {n, n}};
    double[] benefits = {c + 0.1, c + 0.1};
    Equilibrium both =
        EquilibriumSolver.solve(new ParticipationGame(benefits, gram, beta, 0.1, 0.3));
    assertArrayEquals(new double[] {c / (0.8 * n), c / (0.8 * n)}, both.participation(), 1e-7);
    assertTrue(both.isUnique());
    Equilibrium one =
        EquilibriumSolver.solve(new ParticipationGame(benefits, gram, beta, 0.1, 0.7));
    assertArrayEquals(new double[] {0, c / (2 * beta * n)}, one.participation(), 1e-7);
    assertFalse(one.isUnique());
  }

  @Test
  void aSlowGameEndsAfterAThousandSweepsAtItsLastPoint() {
    // Twins whose competition is just below what would drive one of them out.
    double[][] gram = {{1, 1}, {1, 1}};
    double[] benefits = {0.5, 0.5};
    Equilibrium last =
        EquilibriumSolver.solve(new ParticipationGame(benefits, gram, 0.25, 0, 0.5 - 1e-6));
    assertFalse(last.converged());
    assertEquals(1_000, last.sweeps());
    assertTrue(last.isUnique(), "it exists, but was not reached");
    for (double s : last.participation()) {
      assertTrue(s >= 0 && s <= 1);
    }
  }

  @Test
  void aFreePlayerIsBangBang() {
    ParticipationGame free =
        new ParticipationGame(
            new double[] {0.2, 0.1, 0},
            new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}},
            0,
            0.1,
            0);
    // The second is indifferent and stays what it was; the third has no weights and only costs.
    assertArrayEquals(new double[] {1, 1, 0}, EquilibriumSolver.solve(free).participation());
  }

  @Test
  void aPriceIsFoundForEveryNumberOfPlayers() {
    List<ParticipationGame> games = List.of(card(0), card(0.1));
    for (int players = 1; players <= 5; players++) {
      List<Equilibrium> ends = EquilibriumSolver.reach(games, players, 0.01);
      int kept = ends.stream().mapToInt(end -> end.kept(0.01)).sum();
      assertTrue(kept <= players, "%d of %d".formatted(kept, players));
      double price = ends.get(0).game().l1Cost();
      if (price > 1e-6) {
        int cheaper =
            games.stream()
                .mapToInt(g -> EquilibriumSolver.solve(g.withL1Cost(price - 1e-6)).kept(0.01))
                .sum();
        assertTrue(cheaper > players);
      }
    }
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> EquilibriumSolver.reach(games, 7, 0.01));
    assertTrue(refused.getMessage().contains("ask for at most"), refused.getMessage());
  }

  @Test
  void whatIsNoGameIsRefused() {
    double[] one = {1};
    double[][] gram = {{1}};
    assertThrows(IllegalArgumentException.class, () -> new ParticipationGame(one, gram, -1, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new ParticipationGame(one, gram, 0, Double.NaN, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ParticipationGame(one, new double[][] {{1, 2}}, 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ParticipationGame(new double[] {Double.NaN}, gram, 0, 0, 0));
  }
}
