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
package org.dl4jprune.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NormalisationTest {
  private static final double PRINTED = 6e-7;

  @Test
  void lampIsThatOfTheCard() {
    assertArrayEquals(
        new double[] {0.055556, 0.235294, 0.307692, 1},
        Normalisation.LAMP.of(new double[] {1, -2, 2, 3}),
        PRINTED);
    assertArrayEquals(
        new double[] {0.2, 1}, Normalisation.LAMP.of(new double[] {0.1, 0.2}), PRINTED);
    assertArrayEquals(
        new double[] {1, 0.2}, Normalisation.LAMP.of(new double[] {0.2, 0.1}), PRINTED);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void zerosStayZeros(Normalisation normalisation) {
    assertArrayEquals(new double[3], normalisation.of(new double[3]), 0);
  }

  @Test
  void standardScoresDivideBySizeMinusOne() {
    assertArrayEquals(
        new double[] {-1, 0, 1}, Normalisation.STANDARD.of(new double[] {2, 4, 6}), 1e-12);
    assertArrayEquals(new double[1], Normalisation.STANDARD.of(new double[] {5}), 0);
  }

  @Test
  void sumMeanAndMaximumDivide() {
    double[] scores = {1, 3, 4};
    assertArrayEquals(new double[] {0.125, 0.375, 0.5}, Normalisation.SUM.of(scores), 1e-12);
    assertArrayEquals(new double[] {0.375, 1.125, 1.5}, Normalisation.MEAN.of(scores), 1e-12);
    assertArrayEquals(new double[] {0.25, 0.75, 1}, Normalisation.MAX.of(scores), 1e-12);
    assertArrayEquals(scores, Normalisation.NONE.of(scores), 0);
  }
}
