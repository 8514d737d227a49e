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
package org.dl4jprune.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Masks as bits on the host. This is a copy as long as the weights, made only when masks are stored
 * or compared, never at a step or an update; it is not counted by {@link HostReads}.
 */
public final class HostBits {
  private HostBits() {}

  /**
   * Packs a mask.
   *
   * @param mask ones and zeros, rank 1
   * @return bit i is the i-th value, the lowest bit of a word first
   */
  public static long[] pack(INDArray mask) {
    long[] words = new long[words(mask.length())];
    try (INDArray ones = mask.castTo(DataType.INT8)) {
      HostBytes.read(ones, (from, bytes) -> pack(bytes, words, Math.toIntExact(from)));
    } catch (IOException e) {
      throw new UncheckedIOException("Packing in memory reads no file", e);
    }
    return words;
  }

  private static void pack(ByteBuffer bytes, long[] words, int from) {
    int length = bytes.limit();
    int at = 0;
    for (; at + Byte.SIZE <= length; at += Byte.SIZE) {
      // Eight bytes that are 0 or 1; the product moves the i-th one's bit to bit 56 + i.
      long gathered = (bytes.getLong(at) * 0x0102040810204080L) >>> 56;
      words[(from + at) / Long.SIZE] |= gathered << (from + at);
    }
    for (; at < length; at++) {
      words[(from + at) / Long.SIZE] |= (long) bytes.get(at) << (from + at);
    }
  }

  /**
   * Unpacks a mask.
   *
   * @param words as {@link #pack} gives them
   * @param mask rank 1, overwritten with ones and zeros
   */
  public static void unpack(long[] words, INDArray mask) {
    try (INDArray ones = Nd4j.createUninitialized(DataType.INT8, mask.length())) {
      HostBytes.write(
          ones,
          (from, bytes) -> {
            for (int i = 0; i < bytes.limit(); i++) {
              long bit = from + i;
              bytes.put(i, (byte) (words[(int) (bit / Long.SIZE)] >>> bit & 1));
            }
          });
      mask.assign(ones);
    } catch (IOException e) {
      throw new UncheckedIOException("Unpacking in memory reads no file", e);
    }
  }

  /**
   * The words that so many bits take.
   *
   * @param bits at least 0
   * @return their number
   */
  public static int words(long bits) {
    return Math.toIntExact((bits + Long.SIZE - 1) / Long.SIZE);
  }

  /**
   * How many bits are in use.
   *
   * @param words the bits
   * @return one more than the index of the highest bit that is set
   */
  public static long used(long[] words) {
    return BitSet.valueOf(words).length();
  }

  /**
   * A mask that keeps everything.
   *
   * @param bits at least 0
   * @return that many ones
   */
  public static long[] ones(long bits) {
    BitSet set = new BitSet();
    set.set(0, Math.toIntExact(bits));
    return set.toLongArray();
  }
}
