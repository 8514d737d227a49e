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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The positions of a mask's bits, near their entropy and back. */
class GapCodeProperties {

  @Property(tries = 500)
  void everyMaskComesBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3000) int length,
      @ForAll @DoubleRange(min = 0, max = 1) double density)
      throws IOException {
    long[] words = mask(seed, length, density);
    GapCode code = GapCode.encode(words, length);
    assertArrayEquals(words, code.decode(length));
    assertThrows(IOException.class, () -> code.decode(length + 1));
    if (length > 1) {
      assertThrows(IOException.class, () -> code.decode(length - 1));
    }
  }

  @Property(tries = 2000)
  void damagedCodesAreRefusedOrAnotherMask(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int length) throws IOException {
    Random random = new Random(seed);
    GapCode code = GapCode.encode(mask(seed, length, random.nextDouble()), length);
    byte[] bytes = code.bytes().clone();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    GapCode damaged =
        new GapCode(
            code.zeros(),
            random.nextInt(4) == 0 ? random.nextInt(256) : code.k(),
            random.nextInt(4) == 0 ? random.nextLong() : code.count(),
            random.nextInt(4) == 0 ? random.nextLong() : code.bits(),
            bytes);
    try {
      assertEquals((length + 63) / 64, damaged.decode(length).length);
    } catch (IOException expected) {
      assertTrue(expected.getMessage().contains("damaged"));
    }
  }

  @Example
  void withinFourPercentOfTheEntropy() {
    int length = 1_000_000;
    for (double sparsity : new double[] {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999}) {
      long[] words = mask(3, length, 1 - sparsity);
      double ones = 0;
      for (long word : words) {
        ones += Long.bitCount(word);
      }
      double p = ones / length;
      double entropy = -length * (p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
      long bits = GapCode.encode(words, length).bits();
      assertTrue(bits <= 1.04 * entropy, sparsity + ": " + bits / entropy);
      assertTrue(bits >= 0.999 * entropy, sparsity + ": " + bits / entropy);
    }
  }

  @Example
  void runsOfZerosAndOnesAreShort() throws IOException {
    long[] words = new long[1 << 14];
    java.util.Arrays.fill(words, 0, 1 << 13, -1L);
    long length = (long) words.length * Long.SIZE;
    GapCode code = GapCode.encode(words, length);
    assertTrue(code.bits() <= length + 2, "never longer than the bitmap");
    assertArrayEquals(words, code.decode(length));
    long[] all = new long[100];
    assertArrayEquals(all, GapCode.encode(all, 6400).decode(6400));
    assertTrue(GapCode.encode(all, 6400).bits() <= 6400 / 1024 + 11);
  }

  static long[] mask(long seed, int length, double density) {
    Random random = new Random(seed);
    long[] words = new long[(length + 63) / 64];
    for (int i = 0; i < length; i++) {
      if (random.nextDouble() < density) {
        words[i / 64] |= 1L << i;
      }
    }
    return words;
  }
}
