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
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Keeps exactly the k largest of n scores, without sorting and without reading scores on the host.
 *
 * <p>The scores become integer keys of the same order. A histogram over all keys tells which bin
 * holds the threshold; the keys are clipped to that bin, which leaves every rank unchanged, and the
 * next histogram divides the bin, until bins are one key wide. That takes two histograms for FLOAT
 * scores and four for DOUBLE on a CPU, three and five on CUDA, whose kernel holds fewer bins. The
 * number of operations and of host reads depends on the type, on whether any score has its sign bit
 * set and on whether ties must be split, never on n.
 *
 * <p>Extra memory besides the mask of n elements: {@code b(n + 2048)} bytes for the keys, where b
 * is 4 for FLOAT and 8 for DOUBLE, and for the bins 1 MiB on a CPU and 9 MiB on CUDA. While keys
 * are made from scores of which some have their sign bit set, {@code 2bn} more, but then the mask
 * does not exist yet. A view costs {@code bn} more, and HALF or BFLOAT16 scores {@code 4n} more.
 */
public final class ExactSelection {
  /** Two rounds of this many bins cover the 31 bits of a non-negative FLOAT. */
  private static final int CPU_BINS = 65_536;

  /** The CUDA kernel keeps all its bins in 32 KiB of shared memory. */
  private static final int CUDA_BINS = 8_192;

  private static final int SPARE_BINS = 2;

  /** Bin widths of so many bits times the number of bins stay exact in a double. */
  private static final int WIDTH_BITS = 31;

  private static final long EXACT_IN_DOUBLE = 1L << 53;

  /** The largest distance of a long from the double next to it. */
  private static final long DOUBLE_ROUNDING = 1L << 10;

  /** The Histogram kernels index and count with an int; the keys' padding counts too. */
  private static final long LONGEST = Integer.MAX_VALUE - 4_096L;

  private ExactSelection() {}

  /**
   * A mask and what is known about its threshold.
   *
   * @param mask one where the score is kept, zero elsewhere; of the type of the scores
   * @param ties how many scores equal the smallest kept score, that score included; 0 if all scores
   *     are kept or none is, as nothing was compared then
   */
  public record Selection(INDArray mask, long ties) {}

  /** Where the threshold lies: {@code width} keys from {@code from} on. */
  private record Bracket(long from, long width) {}

  /**
   * Keeps the largest scores. Of equal scores at the threshold those with the lower flat index are
   * kept; -0.0 equals +0.0.
   *
   * @param scores a vector of floating-point type, infinities allowed; not modified
   * @param keep how many to keep
   * @return a new vector of the same type with {@code keep} ones and zeros elsewhere
   * @throws IllegalArgumentException if the scores are not a floating-point vector, if {@code keep}
   *     is not from 0 to their number, or if so many are NaN that the threshold is NaN
   */
  public static INDArray keepLargest(INDArray scores, long keep) {
    return select(scores, keep).mask();
  }

  /**
   * Like {@link #keepLargest}, and also counts the scores equal to the threshold.
   *
   * @param scores a vector of floating-point type, infinities allowed; not modified
   * @param keep how many to keep
   * @return the mask and the number of ties
   * @throws IllegalArgumentException as {@link #keepLargest} does
   */
  public static Selection select(INDArray scores, long keep) {
    return select(scores, keep, Nd4j.getEnvironment().isCPU() ? CPU_BINS : CUDA_BINS);
  }

  /** Lets tests take the path of a device with fewer bins. */
  static Selection select(INDArray scores, long keep, int mostBins) {
    long length = scores.length();
    if (scores.rank() != 1 || !scores.dataType().isFPType()) {
      throw new IllegalArgumentException(
          "scores must be a floating-point vector, got " + scores.shapeInfoToString());
    }
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          length + " scores are more than the " + LONGEST + " allowed");
    }
    if (keep < 0 || keep > length) {
      throw new IllegalArgumentException("cannot keep " + keep + " of " + length + " scores");
    }
    // In a workspace, temporaries could not be closed and the mask would not outlive it.
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      if (keep == 0) {
        return new Selection(Nd4j.zeros(scores.dataType(), length), 0);
      }
      if (keep == length) {
        return new Selection(Nd4j.ones(scores.dataType(), length), 0);
      }
      DataType type = scores.dataType();
      if (type == DataType.FLOAT || type == DataType.DOUBLE) {
        return cut(OrderedKeys.of(scores), length, keep, mostBins, type);
      }
      try (INDArray wider = scores.castTo(DataType.FLOAT)) {
        return cut(OrderedKeys.of(wider), length, keep, mostBins, type);
      }
    } finally {
      outside.close();
    }
  }

  private static Selection cut(
      OrderedKeys ordered, long length, long keep, int mostBins, DataType maskType) {
    try (ordered) {
      long rank = length - keep;
      Bracket bracket =
          rank < ordered.countNegative()
              ? new Bracket(-ordered.largestKey(), ordered.largestKey())
              : new Bracket(0, ordered.largestKey() + 1);
      while (true) {
        long width = binWidth(bracket.width(), mostBins);
        int bins = Math.toIntExact(ceilDiv(bracket.width(), width)) + SPARE_BINS;
        // One spare bin each side: clipped keys never mix with those that may be the threshold.
        long end = bracket.from() - width;
        long from = ordered.clip(end, end + bins * width);
        try (INDArray counts = ordered.cumulativeCounts(bins)) {
          long padded = rank + OrderedKeys.PADS_BELOW;
          long bin = OrderedKeys.count(counts, Conditions.lessThanOrEqual(padded));
          if (bin == 0 || bin >= bins - 1) {
            throw new IllegalArgumentException("the threshold among the scores is NaN");
          }
          if (width == 1) {
            double[] below = HostReads.vector(counts.get(NDArrayIndex.interval(bin - 1, bin + 1)));
            return mask(
                ordered, from + bin, (long) below[0], (long) below[1], length, keep, maskType);
          }
          bracket = around(from + bin * width, bins, width);
        }
      }
    }
  }

  private static Selection mask(
      OrderedKeys ordered,
      long threshold,
      long below,
      long upTo,
      long length,
      long keep,
      DataType maskType) {
    long ties = upTo - below;
    long above = length + OrderedKeys.PADS_BELOW - upTo;
    long keptTies = keep - above;
    long last = keptTies == ties ? length - 1 : ordered.indexOf(threshold, keptTies);
    return new Selection(ordered.toMask(threshold, last, maskType), ties);
  }

  private static Bracket around(long first, int bins, long width) {
    // The CPU kernel converts keys to double, which may round some of them into the next bin.
    long slack = bins * width > EXACT_IN_DOUBLE ? DOUBLE_ROUNDING : 0;
    return new Bracket(first - slack, width + 2 * slack);
  }

  private static long binWidth(long keys, int mostBins) {
    long width = ceilDiv(keys, mostBins - SPARE_BINS);
    int dropped = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(width) - WIDTH_BITS);
    return ceilDiv(width, 1L << dropped) << dropped;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
