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

import java.util.stream.IntStream;
import org.dl4jprune.stats.KendallTau;

/**
 * How well one number of each candidate predicts its result.
 *
 * @param predictor the name of the number; low ones promise a good result
 * @param result the name of the result
 * @param tau Kendall's τ-b; NaN if it is not defined
 * @param pValue two-sided; NaN if it is not defined
 * @param anomalyRatio the fraction of candidates with a better result than the one whose number is
 *     lowest, itself counted in the denominator only: 0 if it is the best, 0.5 for a random pick
 * @param counterexampleRate the fraction of pairs, ties left out, that are in the wrong order
 * @param candidates how many were compared
 * @param dropped how many were not, since a number was not finite
 * @param verdict whether it predicts
 * @param remark why there is no verdict, or empty
 */
public record Prediction(
    String predictor,
    String result,
    double tau,
    double pValue,
    double anomalyRatio,
    double counterexampleRate,
    int candidates,
    int dropped,
    OracleVerdict verdict,
    String remark) {
  private static final double LEAST_TAU = 0.20;
  private static final double SIGNIFICANT = 0.05;
  private static final double MOST_ANOMALIES = 0.5;

  /**
   * Compares.
   *
   * @param predictor its name
   * @param x the number of each candidate
   * @param result its name
   * @param y the result of each candidate
   * @param higherIsBetter true for a score, whose correlation with x should be negative; false for
   *     a loss
   * @return the statistics
   * @throws IllegalArgumentException if there are not as many of both
   */
  public static Prediction of(
      String predictor, double[] x, String result, double[] y, boolean higherIsBetter) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "There are %d numbers of %s and %d of %s"
              .formatted(x.length, predictor, y.length, result));
    }
    int[] usable =
        IntStream.range(0, x.length)
            .filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i]))
            .toArray();
    int dropped = x.length - usable.length;
    double[] before = IntStream.of(usable).mapToDouble(i -> x[i]).toArray();
    double[] after = IntStream.of(usable).mapToDouble(i -> higherIsBetter ? -y[i] : y[i]).toArray();
    if (usable.length < 2) {
      return undefined(predictor, result, usable.length, dropped, "fewer than 2 finite results");
    }
    KendallTau kendall = KendallTau.of(before, after);
    if (Double.isNaN(kendall.tau())) {
      return undefined(
          predictor, result, usable.length, dropped, "all numbers of one kind are equal");
    }
    double anomalies = anomalies(before, after);
    // In two decimals, as in the paper's code.
    boolean fails =
        Math.round(100 * kendall.tau()) <= Math.round(100 * LEAST_TAU)
            || kendall.pValue() > SIGNIFICANT
            || anomalies >= MOST_ANOMALIES;
    return new Prediction(
        predictor,
        result,
        higherIsBetter ? -kendall.tau() : kendall.tau(),
        kendall.pValue(),
        anomalies,
        (double) kendall.discordant() / (kendall.concordant() + kendall.discordant()),
        usable.length,
        dropped,
        fails ? OracleVerdict.INVALID : OracleVerdict.VALID,
        "");
  }

  private static Prediction undefined(
      String predictor, String result, int candidates, int dropped, String why) {
    return new Prediction(
        predictor,
        result,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        candidates,
        dropped,
        OracleVerdict.UNDECIDED,
        why);
  }

  /** Low is good in both. */
  private static double anomalies(double[] before, double[] after) {
    int oracle = 0;
    for (int i = 1; i < before.length; i++) {
      if (before[i] < before[oracle]) {
        oracle = i;
      }
    }
    double best = after[oracle];
    return (double) IntStream.range(0, after.length).filter(i -> after[i] < best).count()
        / after.length;
  }

  @Override
  public String toString() {
    return "%s against %s: tau %.4f, p %.3g, anomaly ratio %.4f, counterexamples %.4f, n %d%s: %s%s"
        .formatted(
            predictor,
            result,
            tau,
            pValue,
            anomalyRatio,
            counterexampleRate,
            candidates,
            dropped == 0 ? "" : " (%d dropped)".formatted(dropped),
            verdict,
            remark.isEmpty() ? "" : ", " + remark);
  }
}
