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
package org.dl4jprune.pattern;

import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.BitCast;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSet;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSubtraction;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.Histogram;
import org.nd4j.linalg.api.ops.impl.transforms.custom.CumSum;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.indexing.conditions.Condition;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Floating-point scores as integers in the same order: the bit pattern of a non-negative number,
 * minus the bit pattern of the magnitude of a negative one. Both zeros have the key 0.
 *
 * <p>The keys are padded to whole rows. One pad lies below every key and the others lie above, and
 * clipping moves them to the ends of the clipped range. The Histogram operation takes its range
 * from the data it sees, so it is the pads that make its bins known in advance.
 */
final class OrderedKeys implements AutoCloseable {
  /** How many pads sort below every key. */
  static final int PADS_BELOW = 1;

  private static final int ROW = 1024;

  private final INDArray padded;
  private final INDArray keys;
  private final DataType type;
  private long negative;

  private OrderedKeys(long length, DataType scoreType) {
    type = scoreType == DataType.DOUBLE ? DataType.INT64 : DataType.INT32;
    long rows = (length + PADS_BELOW + 1 + ROW - 1) / ROW;
    padded = Nd4j.createUninitialized(type, rows * ROW);
    keys = padded.get(NDArrayIndex.interval(0, length));
    INDArray pads = padded.get(NDArrayIndex.interval(length, rows * ROW));
    long farthest = type == DataType.INT64 ? Long.MAX_VALUE : Integer.MAX_VALUE;
    Nd4j.exec(new ScalarSet(pads, null, pads, farthest));
    INDArray below = pads.get(NDArrayIndex.interval(0, PADS_BELOW));
    Nd4j.exec(new ScalarSet(below, null, below, -farthest));
  }

  /** Computes the keys of scores that are FLOAT or DOUBLE; the scores stay as they are. */
  static OrderedKeys of(INDArray scores) {
    // BitCast copies whole buffers, so a view would bring its neighbours or fail.
    boolean ownBuffer = !scores.isView() && scores.elementWiseStride() == 1;
    INDArray whole = ownBuffer ? scores : scores.dup('c');
    OrderedKeys ordered = new OrderedKeys(whole.length(), whole.dataType());
    Nd4j.exec(new BitCast(whole, ordered.type, ordered.keys));
    if (ordered.hasSignBit()) {
      ordered.subtractNegativeMagnitudes();
    }
    if (!ownBuffer) {
      whole.close();
    }
    return ordered;
  }

  private boolean hasSignBit() {
    try (INDArray smallest = keys.min()) {
      return HostReads.scalar(smallest) < 0;
    }
  }

  private void subtractNegativeMagnitudes() {
    // A set sign bit is the smallest integer, so taking it away leaves the magnitude; where it is
    // not set the difference wraps around to a negative number.
    long signBit = type == DataType.INT64 ? Long.MIN_VALUE : Integer.MIN_VALUE;
    try (INDArray magnitudes = Nd4j.createUninitialized(type, keys.length())) {
      Nd4j.exec(new ScalarSubtraction(keys, null, magnitudes, signBit));
      Nd4j.exec(new ScalarMax(magnitudes, null, magnitudes, 0));
      Nd4j.exec(new ScalarMax(keys, null, keys, 0));
      keys.subi(magnitudes);
      // Much faster than a MatchCondition on the keys.
      try (INDArray count = Nd4j.getExecutioner().exec(new CountNonZero(magnitudes))) {
        negative = (long) HostReads.scalar(count);
      }
    }
  }

  /** Returns the key of positive infinity, which no key exceeds in magnitude. */
  long largestKey() {
    return type == DataType.INT64
        ? Double.doubleToRawLongBits(Double.POSITIVE_INFINITY)
        : Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  }

  /** Returns how many scores are below zero; -0.0 is not. */
  long countNegative() {
    return negative;
  }

  /**
   * Clips all keys into {@code [from, to]}.
   *
   * @return what {@code from} has become: INT64 keys move to zero, as the Histogram operation
   *     handles their ends as doubles, and a large one would be rounded
   */
  long clip(long from, long to) {
    Nd4j.exec(new ScalarMax(padded, null, padded, from));
    Nd4j.exec(new ScalarMin(padded, null, padded, to));
    if (type == DataType.INT32) {
      return from;
    }
    Nd4j.exec(new ScalarSubtraction(padded, null, padded, from));
    return 0;
  }

  /**
   * Counts the keys in equal bins over the range of the last {@link #clip}.
   *
   * @return for each bin the keys and pads in it and in all bins before it, as DOUBLE
   */
  INDArray cumulativeCounts(int bins) {
    try (INDArray counts = Nd4j.create(DataType.INT32, bins)) {
      Nd4j.exec(new Histogram(padded, counts));
      return cumulative(counts, false);
    }
  }

  /**
   * Finds the flat index of a key among its equals.
   *
   * @param key the value to look for
   * @param ordinal which of the keys with that value, the first being 1
   */
  long indexOf(long key, long ordinal) {
    // Among exclusive sums, those below the ordinal are the ones up to and including its place.
    long row;
    double before;
    INDArray rows = padded.reshape(padded.length() / ROW, ROW);
    try (INDArray perRow =
            Nd4j.getExecutioner().exec(new MatchCondition(rows, Conditions.equals(key), 1));
        INDArray beforeRow = cumulative(perRow, true)) {
      row = count(beforeRow, Conditions.lessThan(ordinal)) - 1;
      before = HostReads.scalar(beforeRow.get(NDArrayIndex.interval(row, row + 1)));
    }
    INDArray inRow = padded.get(NDArrayIndex.interval(row * ROW, (row + 1) * ROW));
    try (INDArray equal = inRow.eq(key);
        INDArray beforeColumn = cumulative(equal, true)) {
      return row * ROW + count(beforeColumn, Conditions.lessThan(ordinal - before)) - 1;
    }
  }

  /**
   * Turns the keys into a mask; they are lost.
   *
   * @param threshold keys above it become one
   * @param lastEqual keys equal to the threshold become one up to this flat index
   * @param maskType the type of the mask
   */
  INDArray toMask(long threshold, long lastEqual, DataType maskType) {
    long split = lastEqual + 1;
    INDArray first = keys.get(NDArrayIndex.interval(0, split));
    Nd4j.exec(new Step(first, first, threshold - 1));
    if (split < keys.length()) {
      INDArray rest = keys.get(NDArrayIndex.interval(split, keys.length()));
      Nd4j.exec(new Step(rest, rest, threshold));
    }
    return keys.castTo(maskType);
  }

  /** Counts the elements that meet a condition: one operation and one host read. */
  static long count(INDArray array, Condition condition) {
    try (INDArray count = Nd4j.getExecutioner().exec(new MatchCondition(array, condition))) {
      return (long) HostReads.scalar(count);
    }
  }

  /** Sums in DOUBLE: CumSum takes no integers, and counts in FLOAT are inexact from 2^24 on. */
  private static INDArray cumulative(INDArray counts, boolean exclusive) {
    INDArray sums = counts.castTo(DataType.DOUBLE);
    Nd4j.exec(new CumSum(sums, sums, exclusive, false, 0));
    return sums;
  }

  @Override
  public void close() {
    padded.close();
  }
}
