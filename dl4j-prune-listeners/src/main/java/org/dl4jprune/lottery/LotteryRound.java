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

/**
 * One finished training of a lottery.
 *
 * @param round 0 is the dense training
 * @param zeros how many weights are dead
 * @param weights how many may be pruned
 * @param score what the evaluation gave at the end of the training
 * @param trained false where the round took no further weight and repeats the one before
 */
public record LotteryRound(int round, long zeros, long weights, double score, boolean trained) {

  /**
   * The fraction of zeros.
   *
   * @return in [0, 1]; 0 for the dense training
   */
  public double sparsity() {
    return weights == 0 ? 0 : (double) zeros / weights;
  }
}
