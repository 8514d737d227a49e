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
package org.dl4jprune.compare;

/**
 * How many epochs each arm is trained for.
 *
 * @param epochs of the dense training, E
 * @param fineTune of the fine-tuning
 * @param cap the largest E_B/E of {@link Arm#SCRATCH_B}, at least 1; infinite for none
 */
public record EpochBudgets(int epochs, int fineTune, double cap) {

  /**
   * Checks its arguments.
   *
   * @param epochs of the dense training
   * @param fineTune of the fine-tuning
   * @param cap the largest factor of the scratch budget
   * @throws IllegalArgumentException if a number is below 1
   */
  public EpochBudgets {
    if (epochs < 1 || fineTune < 1 || !(cap >= 1)) {
      throw new IllegalArgumentException(
          "Trainings have at least 1 epoch and the cap is at least 1, not %d, %d and %s"
              .formatted(epochs, fineTune, cap));
    }
  }

  /**
   * The epochs of an arm.
   *
   * @param arm which
   * @param dense multiply-accumulates of the dense network for one example, C
   * @param pruned those of the pruned network, C'
   * @return for scratch-B ⌊E·C/C'⌋, at most ⌊cap·E⌋
   * @throws IllegalArgumentException if the pruned network has none, or more than the dense one
   */
  public int of(Arm arm, long dense, long pruned) {
    if (pruned <= 0 || pruned > dense) {
      throw new IllegalArgumentException(
          "The pruned network has %,d multiply-accumulates and the dense one %,d; it must have some, and no more"
              .formatted(pruned, dense));
    }
    int sameCost = Math.toIntExact(Math.multiplyExact(epochs, dense) / pruned);
    return switch (arm) {
      case DENSE, SCRATCH_E, UNIFORM, TICKET -> epochs;
      case FINE_TUNE -> fineTune;
      case SCRATCH_B -> (int) Math.min(sameCost, Math.floor(cap * epochs));
      case SCRATCH_TOTAL -> Math.addExact(sameCost, fineTune);
    };
  }

  /**
   * The epoch at which a step of a schedule comes.
   *
   * @param epochs of the training
   * @param share of the training that is over by then, such as 0.5 or 0.75
   * @return ⌊share·epochs⌋
   */
  public static int milestone(int epochs, double share) {
    return (int) Math.floor(share * epochs);
  }
}
