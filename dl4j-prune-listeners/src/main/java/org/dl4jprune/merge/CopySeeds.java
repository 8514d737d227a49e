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
package org.dl4jprune.merge;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What the orders of the copies' data follow from.
 *
 * @param given one seed for each copy, or null if every copy and phase has one of its own
 * @param seed of all others
 */
record CopySeeds(long[] given, long seed) {
  /** An odd constant far from small numbers, so that neighbours differ. */
  private static final long STRIDE = 0x9E3779B97F4A7C15L;

  private static final long COPIES = 1000;

  boolean fits(int copies) {
    return given == null || given.length == copies;
  }

  boolean differ() {
    return given == null || LongStream.of(given).distinct().count() == given.length;
  }

  /** The seed of a copy, from 1. */
  long of(int phase, int copy) {
    return given == null ? own(phase, copy) : given[copy - 1] + phase * STRIDE;
  }

  /** The seed of the random numbers while copies are mixed. */
  long ofMix(int phase) {
    return own(phase, 0);
  }

  private long own(int phase, int copy) {
    return seed + (phase * COPIES + copy) * STRIDE;
  }

  @Override
  public String toString() {
    return Arrays.toString(given);
  }
}
