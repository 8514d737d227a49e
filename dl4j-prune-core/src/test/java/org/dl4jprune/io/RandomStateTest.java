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
package org.dl4jprune.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

class RandomStateTest {

  private static double[] drawn(long seed) {
    RandomState.seed(seed);
    return Nd4j.rand(1, 6).toDoubleVector();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE})
  void equalSeedsGiveEqualNumbers(long seed) {
    assertArrayEquals(drawn(seed), drawn(seed));
    RandomState here = RandomState.now();
    double[] next = Nd4j.rand(1, 6).toDoubleVector();
    here.restore();
    assertArrayEquals(next, Nd4j.rand(1, 6).toDoubleVector());
    assertFalse(Arrays.equals(drawn(seed), drawn(seed + 7)));
  }

  @Test
  void anySeedButZeroIsThatOfNd4j() {
    RandomState.seed(5);
    RandomState here = RandomState.now();
    Nd4j.getRandom().setSeed(5);
    assertEquals(here, RandomState.now());
  }
}
