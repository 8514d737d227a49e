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

/**
 * A point at which no player gains by a change of its own.
 *
 * @param game what was played
 * @param participation of each player, in [0, 1]
 * @param sweeps how many rounds of best responses it took
 * @param converged false if it is only the last point of too many rounds
 * @param smallestEigenvalue of H
 */
public record Equilibrium(
    ParticipationGame game,
    double[] participation,
    int sweeps,
    boolean converged,
    double smallestEigenvalue) {

  /**
   * Whether there is no other equilibrium.
   *
   * @return false where there may be others, which other starts or orders may find
   */
  public boolean isUnique() {
    return smallestEigenvalue > 0;
  }

  /**
   * How many players stay.
   *
   * @param threshold the least participation of a player that stays
   * @return the number
   */
  public int kept(double threshold) {
    return (int) Arrays.stream(participation).filter(s -> s >= threshold).count();
  }

  /**
   * The potential at this point.
   *
   * @return Φ
   */
  public double potential() {
    return game.potential(participation);
  }
}
