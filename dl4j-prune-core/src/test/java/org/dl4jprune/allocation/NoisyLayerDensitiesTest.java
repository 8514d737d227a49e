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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The densities of card fedtiny. */
class NoisyLayerDensitiesTest {

  private static long[] kept(NoisyLayerDensities noise, double sparsity, long... lengths) {
    long[][] shapes =
        LongStream.of(lengths).mapToObj(n -> new long[] {1, n}).toArray(long[][]::new);
    return Shapes.kept(noise, Shapes.request(sparsity, shapes));
  }

  @Test
  void numbersOfTheCard() {
    NoisyLayerDensities noise = new NoisyLayerDensities(List.of(0.2, -0.1));
    assertArrayEquals(new long[] {12, 28}, kept(noise, 0.9, 100, 300));
    assertArrayEquals(new long[] {10, 30}, kept(NoisyLayerDensities.even(2), 0.9, 100, 300));
  }

  @Test
  void whatIsClippedGoesToTheOthers() {
    NoisyLayerDensities noise = new NoisyLayerDensities(List.of(0.5, -0.4));
    assertArrayEquals(new long[] {100, 260}, kept(noise, 0.1, 100, 300));
    assertArrayEquals(new long[] {100, 300}, kept(noise, 0, 100, 300));
  }

  @Property(tries = 200)
  void theSumIsExactAndNoLayerIsEmpty(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 6) int layers,
      @ForAll @LongRange(min = 1, max = 1000) long size) {
    long[] lengths = LongStream.range(0, layers).map(i -> size + 17 * i).toArray();
    long all = LongStream.of(lengths).sum();
    NoisyLayerDensities noise = NoisyLayerDensities.draw(layers, 0.5, seed);
    long left = all - Counts.zeros(0.9, all);
    if (left < layers) {
      assertThrows(IllegalArgumentException.class, () -> kept(noise, 0.9, lengths));
      return;
    }
    long[] kept = kept(noise, 0.9, lengths);
    assertEquals(left, LongStream.of(kept).sum());
    for (int i = 0; i < layers; i++) {
      assertTrue(kept[i] >= 1 && kept[i] <= lengths[i]);
    }
  }

  @Test
  void drawsFollowTheSeed() {
    assertEquals(NoisyLayerDensities.draw(3, 0.5, 1), NoisyLayerDensities.draw(3, 0.5, 1));
    assertNotEquals(NoisyLayerDensities.draw(3, 0.5, 1), NoisyLayerDensities.draw(3, 0.5, 2));
    NoisyLayerDensities.draw(50, 0.5, 3).noise().forEach(e -> assertTrue(Math.abs(e) <= 0.5));
  }

  @Test
  void badNumbersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new NoisyLayerDensities(List.of(0.1, -1.0)));
    assertThrows(
        IllegalArgumentException.class, () -> new NoisyLayerDensities(List.of(Double.NaN)));
    assertThrows(IllegalArgumentException.class, () -> NoisyLayerDensities.draw(2, 1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> kept(NoisyLayerDensities.even(3), 0.9, 100, 300));
  }
}
