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
package org.dl4jprune.stats;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;

/**
 * Kendall's rank correlation τ-b with its two-sided p-value: exact for few values without ties,
 * else by the normal approximation with the variance of ties, as SciPy's {@code kendalltau} has it.
 * Kendall, Rank Correlation Methods, 1970; Agresti 2010.
 *
 * @param tau in [-1, 1]; NaN if all first or all second values are equal
 * @param pValue in [0, 1]; NaN where tau is
 * @param concordant the number of pairs that both lists order alike
 * @param discordant the number of pairs that they order in opposite ways
 */
public record KendallTau(double tau, double pValue, long concordant, long discordant) {
  private static final int EXACT_UP_TO = 33;

  /**
   * Correlates two lists.
   *
   * @param x finite numbers
   * @param y as many
   * @return the correlation
   * @throws IllegalArgumentException if there are fewer than 2 pairs, or not as many of both, or
   *     one of them is not finite
   */
  public static KendallTau of(double[] x, double[] y) {
    int n = x.length;
    if (n < 2 || y.length != n) {
      throw new IllegalArgumentException(
          "A rank correlation needs two lists of at least 2 numbers, not %d and %d"
              .formatted(n, y.length));
    }
    if (!Arrays.stream(x).allMatch(Double::isFinite)
        || !Arrays.stream(y).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("A rank correlation needs finite numbers");
    }
    long pairs = pairs(n);
    long tiedX = tied(x);
    long tiedY = tied(y);
    long tiedBoth = tiedBoth(x, y);
    long discordant = discordant(x, y);
    long concordant = pairs - tiedX - tiedY + tiedBoth - discordant;
    if (tiedX == pairs || tiedY == pairs) {
      return new KendallTau(Double.NaN, Double.NaN, concordant, discordant);
    }
    double scale = Math.sqrt((double) (pairs - tiedX)) * Math.sqrt((double) (pairs - tiedY));
    double tau = Math.max(-1, Math.min(1, (concordant - discordant) / scale));
    boolean exact =
        tiedX == 0
            && tiedY == 0
            && (n <= EXACT_UP_TO || Math.min(discordant, pairs - discordant) <= 1);
    double p = exact ? exactP(n, discordant) : normalP(x, y, concordant - discordant);
    return new KendallTau(tau, p, concordant, discordant);
  }

  private static long pairs(long count) {
    return count * (count - 1) / 2;
  }

  private static Map<Double, Long> groups(double[] values) {
    // Adding zero makes one number of the two zeros.
    return Arrays.stream(values)
        .map(value -> value + 0.0)
        .boxed()
        .collect(Collectors.groupingBy(value -> value, Collectors.counting()));
  }

  private static long tied(double[] values) {
    return groups(values).values().stream().mapToLong(KendallTau::pairs).sum();
  }

  private record Pair(double x, double y) {}

  private static long tiedBoth(double[] x, double[] y) {
    return IntStream.range(0, x.length)
        .mapToObj(i -> new Pair(x[i] + 0.0, y[i] + 0.0))
        .collect(Collectors.groupingBy(pair -> pair, Collectors.counting()))
        .values()
        .stream()
        .mapToLong(KendallTau::pairs)
        .sum();
  }

  /** The inversions of y in the order of x, counted while merging: O(n log n). */
  private static long discordant(double[] x, double[] y) {
    double[] inOrder =
        IntStream.range(0, x.length)
            .boxed()
            .sorted(
                (i, j) -> {
                  int byX = Double.compare(x[i] + 0.0, x[j] + 0.0);
                  return byX != 0 ? byX : Double.compare(y[i] + 0.0, y[j] + 0.0);
                })
            .mapToDouble(i -> y[i] + 0.0)
            .toArray();
    return inversions(inOrder, new double[inOrder.length], 0, inOrder.length);
  }

  private static long inversions(double[] values, double[] spare, int from, int to) {
    if (to - from < 2) {
      return 0;
    }
    int middle = (from + to) >>> 1;
    long count = inversions(values, spare, from, middle) + inversions(values, spare, middle, to);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      if (right == to || (left < middle && values[left] <= values[right])) {
        spare[i] = values[left++];
      } else {
        spare[i] = values[right++];
        count += middle - left;
      }
    }
    System.arraycopy(spare, from, values, from, to - from);
    return count;
  }

  /** Twice the share of permutations with at most so many inversions. */
  private static double exactP(int n, long discordant) {
    long most = Math.min(discordant, pairs(n) - discordant);
    double[] share = {1};
    for (int size = 2; size <= n; size++) {
      int length = (int) Math.min(most, pairs(size)) + 1;
      double[] next = new double[length];
      for (int k = 0; k < length; k++) {
        for (int j = Math.max(0, k - share.length + 1); j <= Math.min(k, size - 1); j++) {
          next[k] += share[k - j] / size;
        }
      }
      share = next;
    }
    return Math.min(1, 2 * Arrays.stream(share).sum());
  }

  private static double normalP(double[] x, double[] y, long difference) {
    double n = x.length;
    double variance =
        (n * (n - 1) * (2 * n + 5)
                    - sum(x, t -> t * (t - 1) * (2 * t + 5))
                    - sum(y, t -> t * (t - 1) * (2 * t + 5)))
                / 18
            + sum(x, t -> t * (t - 1)) * sum(y, t -> t * (t - 1)) / (2 * n * (n - 1));
    if (n > 2) {
      variance +=
          sum(x, t -> t * (t - 1) * (t - 2))
              * sum(y, t -> t * (t - 1) * (t - 2))
              / (9 * n * (n - 1) * (n - 2));
    }
    return Erf.erfc(Math.abs(difference) / Math.sqrt(2 * variance));
  }

  private static double sum(double[] values, java.util.function.DoubleUnaryOperator term) {
    return groups(values).values().stream().mapToDouble(t -> term.applyAsDouble(t)).sum();
  }
}
