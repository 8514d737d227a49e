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

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The difference of two means with its confidence interval for unequal variances. Welch, Biometrika
 * 1947.
 *
 * @param difference mean of the first minus mean of the second
 * @param low the lower end
 * @param high the upper end
 * @param degrees of freedom; infinite if neither list varies
 * @param pValue two-sided; 1 or 0 if neither list varies
 */
public record WelchInterval(
    double difference, double low, double high, double degrees, double pValue) {

  /**
   * Compares two lists.
   *
   * @param first at least two finite numbers
   * @param second at least two finite numbers
   * @param confidence in (0, 1), such as 0.95
   * @return the interval; a point if neither list varies
   * @throws IllegalArgumentException if a list is shorter, or the confidence is out of range
   */
  public static WelchInterval of(double[] first, double[] second, double confidence) {
    if (first.length < 2 || second.length < 2 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "An interval needs two lists of at least 2 numbers and a confidence in (0, 1), not %d, %d and %s"
              .formatted(first.length, second.length, confidence));
    }
    return of(
        StatUtils.mean(first) - StatUtils.mean(second),
        new Sample(first.length, StatUtils.variance(first)),
        new Sample(second.length, StatUtils.variance(second)),
        confidence);
  }

  /**
   * What an interval needs to know of a list besides its mean.
   *
   * @param size at least 2
   * @param variance with the divisor size − 1
   */
  public record Sample(long size, double variance) {}

  /**
   * Compares two lists by their moments.
   *
   * @param difference mean of the first minus mean of the second
   * @param first of at least two numbers
   * @param second of at least two numbers
   * @param confidence in (0, 1)
   * @return the interval; a point if neither list varies
   */
  public static WelchInterval of(
      double difference, Sample first, Sample second, double confidence) {
    double one = first.variance() / first.size();
    double two = second.variance() / second.size();
    double error = Math.sqrt(one + two);
    if (error == 0) {
      return new WelchInterval(
          difference, difference, difference, Double.POSITIVE_INFINITY, difference == 0 ? 1 : 0);
    }
    double degrees =
        (one + two)
            * (one + two)
            / (one * one / (first.size() - 1) + two * two / (second.size() - 1));
    TDistribution distribution = new TDistribution(degrees);
    double half = error * distribution.inverseCumulativeProbability((1 + confidence) / 2);
    double p = 2 * distribution.cumulativeProbability(-Math.abs(difference / error));
    return new WelchInterval(difference, difference - half, difference + half, degrees, p);
  }
}
