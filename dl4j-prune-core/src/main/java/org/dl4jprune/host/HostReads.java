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

import java.util.concurrent.atomic.LongAdder;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Counted copies of a few numbers from the device to the host.
 *
 * <p>Some results steer the program itself: which bin holds a threshold, how many weights a layer
 * keeps. Those have to be read. Every such read passes through here and is counted, so that a test
 * can assert that the number of reads does not grow with the number of weights.
 */
public final class HostReads {
  private static final LongAdder READS = new LongAdder();

  private HostReads() {}

  /**
   * Reads the only element of an array.
   *
   * @param oneElement an array of length one, of any rank
   * @return its value
   * @throws IllegalArgumentException if the array does not have exactly one element
   */
  public static double scalar(INDArray oneElement) {
    if (oneElement.length() != 1) {
      throw new IllegalArgumentException(
          "expected one element, got " + oneElement.length() + " elements");
    }
    READS.increment();
    return oneElement.getDouble(0);
  }

  /**
   * Reads a small vector, such as counts per layer, in one copy. Vectors whose length grows with
   * the number of weights do not belong here.
   *
   * @param rank1 an array of rank one
   * @return its values, in order
   * @throws IllegalArgumentException if the array is not of rank one
   */
  public static double[] vector(INDArray rank1) {
    if (rank1.rank() != 1) {
      throw new IllegalArgumentException("expected rank 1, got rank " + rank1.rank());
    }
    READS.increment();
    return rank1.toDoubleVector();
  }

  /**
   * Returns how many reads there have been.
   *
   * @return the reads since the class was loaded, from all threads
   */
  public static long count() {
    return READS.sum();
  }
}
