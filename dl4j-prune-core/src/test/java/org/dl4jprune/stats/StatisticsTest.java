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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.junit.jupiter.api.Test;

/** The numbers of the cards oracle-pruning and rethinking-value. */
class StatisticsTest {
  private static final double PRINTED = 6e-7;
  private static final double[] X = {.30, .35, .35, .50, .80, .90};

  @Test
  void tiesOfTheCard() {
    KendallTau accuracy = KendallTau.of(X, new double[] {.910, .915, .905, .910, .920, .900});
    assertEquals(-0.071429, accuracy.tau(), PRINTED);
    assertEquals(0.845687, accuracy.pValue(), PRINTED);
    assertEquals(6, accuracy.concordant());
    assertEquals(7, accuracy.discordant());
    // τ-a, which does not know of ties, would be -1/15; z of the normal approximation.
    assertEquals(-0.066667, (accuracy.concordant() - accuracy.discordant()) / 15.0, PRINTED);
    double z = new NormalDistribution().inverseCumulativeProbability(accuracy.pValue() / 2);
    assertEquals(-0.194625, z, PRINTED);
    KendallTau loss = KendallTau.of(X, new double[] {.25, .24, .26, .25, .23, .28});
    assertEquals(0.071429, loss.tau(), PRINTED);
    assertEquals(0.845687, loss.pValue(), PRINTED);
  }

  @Test
  void exactProbabilityOfTheCard() {
    KendallTau tau =
        KendallTau.of(new double[] {1, 2, 3, 4, 5, 6}, new double[] {2, 1, 3, 5, 4, 6});
    assertEquals(0.733333, tau.tau(), PRINTED);
    assertEquals(0.055556, tau.pValue(), PRINTED);
  }

  @Test
  void ofItselfItIsOne() {
    double[] negative = Arrays.stream(X).map(x -> -x).toArray();
    assertEquals(1, KendallTau.of(X, X).tau());
    assertEquals(-1, KendallTau.of(X, negative).tau());
    assertEquals(
        KendallTau.of(X, new double[] {3, 1, 2, 6, 5, 4}),
        KendallTau.of(Arrays.stream(X).map(Math::exp).toArray(), new double[] {3, 1, 2, 6, 5, 4}));
  }

  @Property(tries = 200)
  void countsAndTauAgreeWithAllPairs(@ForAll Random random) {
    int n = 3 + random.nextInt(60);
    double[] x = random.doubles(n).map(v -> Math.round(8 * v) / 8.0).toArray();
    double[] y = random.doubles(n).map(v -> Math.round(6 * v) / 6.0).toArray();
    long concordant = 0;
    long discordant = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double sign = Math.signum(x[i] - x[j]) * Math.signum(y[i] - y[j]);
        concordant += sign > 0 ? 1 : 0;
        discordant += sign < 0 ? 1 : 0;
      }
    }
    KendallTau tau = KendallTau.of(x, y);
    assertEquals(concordant, tau.concordant());
    assertEquals(discordant, tau.discordant());
    assertEquals(new KendallsCorrelation().correlation(x, y), tau.tau(), 1e-12);
    assertTrue(!(tau.pValue() < 0 || tau.pValue() > 1));
  }

  @Test
  void equalValuesHaveNoCorrelation() {
    KendallTau tau = KendallTau.of(X, new double[] {1, 1, 1, 1, 1, 1});
    assertTrue(Double.isNaN(tau.tau()) && Double.isNaN(tau.pValue()));
  }

  @Test
  void intervalsOfTheCard() {
    double[] tuned = {88.9, 89.3, 89.1};
    WelchInterval long1 = WelchInterval.of(new double[] {89.4, 89.2, 89.7}, tuned, 0.95);
    assertArrayEquals(
        new double[] {0.333333, -0.192482, 0.859149, 3.805941, 0.150556},
        new double[] {
          long1.difference(), long1.low(), long1.high(), long1.degrees(), long1.pValue()
        },
        PRINTED);
    // t, from the half width of the interval.
    double error =
        (long1.high() - long1.low())
            / 2
            / new TDistribution(long1.degrees()).inverseCumulativeProbability(0.975);
    assertEquals(1.796053, long1.difference() / error, PRINTED);
    WelchInterval equal = WelchInterval.of(new double[] {88.6, 88.9, 89.0}, tuned, 0.95);
    assertArrayEquals(
        new double[] {-0.266667, -0.729700, 0.196366},
        new double[] {equal.difference(), equal.low(), equal.high()},
        PRINTED);
  }

  @Test
  void withoutVariationTheIntervalIsAPoint() {
    WelchInterval interval = WelchInterval.of(new double[] {2, 2}, new double[] {1, 1, 1}, 0.95);
    assertEquals(1, interval.low());
    assertEquals(1, interval.high());
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> KendallTau.of(X, new double[] {1, 2}));
    assertThrows(
        IllegalArgumentException.class,
        () -> KendallTau.of(new double[] {1, 2}, new double[] {1, Double.NaN}));
    assertThrows(IllegalArgumentException.class, () -> WelchInterval.of(X, new double[] {1}, 0.95));
  }
}
