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
package org.dl4jprune.structure.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.dl4jprune.structure.Tensor;

/** Two shapes of as many values, factored into the smallest blocks of axes of equal products. */
final class Blocks {
  private Blocks() {}

  /**
   * Adjacent axes that become adjacent axes.
   *
   * @param from axes of the old shape
   * @param to axes of the new shape
   * @param known whether all of their sizes are known
   */
  record Block(int[] from, int[] to, boolean known) {}

  /**
   * Factors from the end and from the beginning; what lies between, where sizes are unknown, is one
   * block.
   *
   * @return blocks in order; null if the known sizes do not match
   */
  static List<Block> factor(long[] from, long[] to) {
    int[] end = {from.length, to.length};
    List<Block> back = new ArrayList<>();
    Block block = match(from, to, end, new int[2], -1);
    while (block != null) {
      back.add(0, block);
      end[0] -= block.from.length;
      end[1] -= block.to.length;
      block = match(from, to, end, new int[2], -1);
    }
    int[] start = new int[2];
    List<Block> front = new ArrayList<>();
    block = match(from, to, end, start, 1);
    while (block != null) {
      front.add(block);
      start[0] += block.from.length;
      start[1] += block.to.length;
      block = match(from, to, end, start, 1);
    }
    if (start[0] < end[0] || start[1] < end[1]) {
      int[] left = IntStream.range(start[0], end[0]).toArray();
      int[] right = IntStream.range(start[1], end[1]).toArray();
      boolean known = product(from, left) >= 0 && product(to, right) >= 0;
      if (known && product(from, left) != product(to, right)) {
        return null;
      }
      front.add(new Block(left, right, known));
    }
    front.addAll(back);
    return front;
  }

  /** The smallest block at one end of what is left, or null if an unknown size is met. */
  private static Block match(long[] from, long[] to, int[] end, int[] start, int step) {
    int lengthOfFrom = 0;
    int lengthOfTo = 0;
    long a = 1;
    long b = 1;
    do {
      boolean first = lengthOfFrom == 0 || (lengthOfTo > 0 && a < b);
      int used = first ? lengthOfFrom : lengthOfTo;
      int side = first ? 0 : 1;
      if (start[side] + used >= end[side]) {
        return null;
      }
      int axis = step > 0 ? start[side] + used : end[side] - 1 - used;
      long size = (first ? from : to)[axis];
      if (size == Tensor.UNKNOWN) {
        return null;
      }
      if (first) {
        a *= size;
        lengthOfFrom++;
      } else {
        b *= size;
        lengthOfTo++;
      }
    } while (lengthOfTo == 0 || a != b);
    return step > 0
        ? block(start[0], lengthOfFrom, start[1], lengthOfTo)
        : block(end[0] - lengthOfFrom, lengthOfFrom, end[1] - lengthOfTo, lengthOfTo);
  }

  private static Block block(int from, int lengthOfFrom, int to, int lengthOfTo) {
    return new Block(
        IntStream.range(from, from + lengthOfFrom).toArray(),
        IntStream.range(to, to + lengthOfTo).toArray(),
        true);
  }

  /** The number of values of some axes, or unknown. */
  static long product(long[] shape, int[] axes) {
    if (Arrays.stream(axes).anyMatch(axis -> shape[axis] == Tensor.UNKNOWN)) {
      return Tensor.UNKNOWN;
    }
    return Arrays.stream(axes).mapToLong(axis -> shape[axis]).reduce(1, Math::multiplyExact);
  }
}
