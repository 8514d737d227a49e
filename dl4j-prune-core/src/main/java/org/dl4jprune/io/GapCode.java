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

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The positions of the rarer bits of a mask as Rice codes of the gaps between them. A gap g is
 * ⌊g/2^k⌋ zeros, a one, and the k low bits of g, the lowest first; the gap that runs to the end of
 * the mask comes last, so that the codes alone say how long the mask is. With k = 0 this is the
 * bitmap itself, and with the best k it is within 4 % of the entropy n·H(s) of a random mask at any
 * sparsity up to 99.9 %. Source: Rice and Plaunt, IEEE Transactions on Communication Technology
 * 19(6), 1971; Golomb, IEEE Transactions on Information Theory 12(3), 1966.
 *
 * @param zeros whether the positions are those of the zeros
 * @param k the number of low bits, 0 to {@link #MOST_LOW_BITS}
 * @param count how many positions there are
 * @param bits how many bits of {@code bytes} are in use
 * @param bytes the codes, the lowest bit of a byte first
 */
record GapCode(boolean zeros, int k, long count, long bits, byte[] bytes) {
  /** So that one byte of codes stands for 8 · 2^10 weights at most. */
  static final int MOST_LOW_BITS = 10;

  private static final int SPARE = Long.BYTES;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Is told each gap; the last one runs to the end. */
  private interface Gaps {
    void next(long gap);
  }

  /** Encodes a mask of {@code length} bits, the lowest bit of a word first. */
  static GapCode encode(long[] words, long length) {
    long ones = Arrays.stream(words).map(Long::bitCount).sum();
    boolean zeros = ones > length - ones;
    long count = zeros ? length - ones : ones;
    long[] quotients = new long[MOST_LOW_BITS + 1];
    gaps(
        words,
        length,
        zeros,
        gap -> {
          for (int k = 0; k <= MOST_LOW_BITS; k++) {
            quotients[k] += gap >> k;
          }
        });
    int best = 0;
    for (int k = 1; k <= MOST_LOW_BITS; k++) {
      if (size(quotients, k, count) < size(quotients, best, count)) {
        best = k;
      }
    }
    int k = best;
    long bits = size(quotients, k, count);
    byte[] bytes = new byte[Math.toIntExact((bits + 7) / 8) + SPARE];
    Writer writer = new Writer(bytes, k);
    gaps(words, length, zeros, writer);
    return new GapCode(
        zeros, k, count, bits, Arrays.copyOf(bytes, Math.toIntExact((bits + 7) / 8)));
  }

  private static long size(long[] quotients, int k, long count) {
    return quotients[k] + (count + 1) * (1 + k);
  }

  private static void gaps(long[] words, long length, boolean zeros, Gaps gaps) {
    long next = 0;
    for (int i = 0; i < words.length; i++) {
      long word = zeros ? ~words[i] : words[i];
      if (zeros && i == words.length - 1 && length % Long.SIZE != 0) {
        word &= (1L << length) - 1;
      }
      for (; word != 0; word &= word - 1) {
        long position = (long) i * Long.SIZE + Long.numberOfTrailingZeros(word);
        gaps.next(position - next);
        next = position + 1;
      }
    }
    gaps.next(length - next);
  }

  private static final class Writer implements Gaps {
    private final byte[] bytes;
    private final int k;
    private long bit;

    Writer(byte[] bytes, int k) {
      this.bytes = bytes;
      this.k = k;
    }

    @Override
    public void next(long gap) {
      bit += gap >> k;
      // A one, then the low bits: at most 11 bits, which fit behind any bit of a byte.
      long code = 1 | (gap & (1L << k) - 1) << 1;
      int at = (int) (bit >>> 3);
      LONG.set(bytes, at, (long) LONG.get(bytes, at) | code << (bit & 7));
      bit += 1 + k;
    }
  }

  /**
   * Decodes the mask.
   *
   * @param length how many bits the mask must have
   * @return its words
   * @throws IOException if the codes are not those of a mask of that length; found out before the
   *     mask is allocated
   */
  long[] decode(long length) throws IOException {
    if (k < 0 || k > MOST_LOW_BITS || bits < 0 || (bits + 7) / 8 != bytes.length || count < 0) {
      throw damaged();
    }
    byte[] padded = Arrays.copyOf(bytes, bytes.length + SPARE);
    read(padded, length, null);
    long[] words = new long[Math.toIntExact((length + Long.SIZE - 1) / Long.SIZE)];
    read(padded, length, words);
    if (zeros) {
      for (int i = 0; i < words.length; i++) {
        words[i] = ~words[i];
      }
      if (length % Long.SIZE != 0) {
        words[words.length - 1] &= (1L << length) - 1;
      }
    }
    return words;
  }

  /** Reads all codes; sets the positions where words are given, and checks where they are not. */
  private void read(byte[] padded, long length, long[] words) throws IOException {
    long bit = 0;
    long next = 0;
    for (long i = 0; i <= count; i++) {
      long start = bit;
      int rest = (int) (bit & 7);
      long window = (long) LONG.get(padded, (int) (bit >>> 3)) >>> rest;
      while (window == 0) {
        bit += Long.SIZE - rest;
        if (bit >= bits) {
          throw damaged();
        }
        rest = 0;
        window = (long) LONG.get(padded, (int) (bit >>> 3));
      }
      bit += Long.numberOfTrailingZeros(window);
      long quotient = bit - start;
      bit++;
      if (bit + k > bits) {
        throw damaged();
      }
      long low = (long) LONG.get(padded, (int) (bit >>> 3)) >>> (bit & 7) & (1L << k) - 1;
      bit += k;
      next += (quotient << k) + low;
      if (i < count) {
        if (next >= length) {
          throw damaged();
        }
        if (words != null) {
          words[(int) (next >>> 6)] |= 1L << next;
        }
        next++;
      }
    }
    if (next != length || bit != bits) {
      throw damaged();
    }
  }

  private static IOException damaged() {
    return new IOException("the codes of a mask are damaged");
  }
}
