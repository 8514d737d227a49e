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
package org.dl4jprune.allocation;

import java.util.Arrays;

/**
 * The cheapest choice of one level for each layer whose sizes add up to a total: a multiple-choice
 * knapsack, solved exactly by dynamic programming over totals. Time: layers times levels times
 * totals; memory: 2 bytes for each layer and total.
 */
final class LevelChoice {
  private final int[][] sizes;
  private final double[][] losses;
  private final short[][] chosen;
  private double[] least;

  /**
   * Fills the table.
   *
   * @param sizes the size of each level of each layer; negative for a level that is not allowed
   * @param losses what each level costs
   */
  LevelChoice(int[][] sizes, double[][] losses) {
    this.sizes = sizes;
    this.losses = losses;
    this.chosen = new short[sizes.length][];
    this.least = new double[] {0};
    for (int layer = 0; layer < sizes.length; layer++) {
      addLayer(layer);
    }
  }

  private void addLayer(int layer) {
    double[] before = least;
    int largest = Arrays.stream(sizes[layer]).max().orElseThrow();
    least = new double[before.length + largest];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    chosen[layer] = new short[least.length];
    for (int level = 0; level < sizes[layer].length; level++) {
      int size = sizes[layer][level];
      for (int total = 0; size >= 0 && total < before.length; total++) {
        double loss = before[total] + losses[layer][level];
        // Only a smaller loss displaces an earlier level, so of equal ones the lowest stays.
        if (loss < least[total + size]) {
          least[total + size] = loss;
          chosen[layer][total + size] = (short) level;
        }
      }
    }
  }

  /** The least loss at a total; infinite if no choice adds up to it. */
  double least(int total) {
    return total < least.length ? least[total] : Double.POSITIVE_INFINITY;
  }

  /**
   * The total from {@code from} on that costs least, the smallest of equal ones; if none can be
   * reached, the largest that can.
   */
  int best(int from) {
    int best = -1;
    for (int total = from; total < least.length; total++) {
      if (Double.isFinite(least[total]) && (best < 0 || least[total] < least[best])) {
        best = total;
      }
    }
    if (best < 0) {
      best = Math.min(from, least.length) - 1;
      while (!Double.isFinite(least[best])) {
        best--;
      }
    }
    return best;
  }

  /** The level of each layer that {@link #least} was reached with. */
  int[] trace(int total) {
    int[] levels = new int[sizes.length];
    int rest = total;
    for (int layer = sizes.length - 1; layer >= 0; layer--) {
      levels[layer] = chosen[layer][rest];
      rest -= sizes[layer][levels[layer]];
    }
    return levels;
  }
}
