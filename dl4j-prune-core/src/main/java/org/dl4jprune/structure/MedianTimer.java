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
package org.dl4jprune.structure;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The median time of several runs after some that are not counted.
 *
 * @param clock in nanoseconds, such as {@code System::nanoTime}
 * @param warmUp how many runs come before the first that counts
 * @param repeats how many runs count
 */
public record MedianTimer(LongSupplier clock, int warmUp, int repeats) implements LayerTimer {

  /**
   * Checks the numbers.
   *
   * @param clock in nanoseconds
   * @param warmUp at least 0
   * @param repeats at least 1
   * @throws IllegalArgumentException if a number is smaller
   */
  public MedianTimer {
    if (warmUp < 0 || repeats < 1) {
      throw new IllegalArgumentException(
          "A timer warms up at least 0 times and counts at least 1 run, not %d and %d"
              .formatted(warmUp, repeats));
    }
  }

  /**
   * A timer with this machine's clock, 5 runs to warm up and 15 that count.
   *
   * @return the timer
   */
  public static MedianTimer standard() {
    return new MedianTimer(System::nanoTime, 5, 15);
  }

  @Override
  public long nanoseconds(LayerShape shape, Runnable forwardPass) {
    for (int i = 0; i < warmUp; i++) {
      forwardPass.run();
    }
    long[] times = new long[repeats];
    for (int i = 0; i < repeats; i++) {
      long start = clock.getAsLong();
      forwardPass.run();
      times[i] = clock.getAsLong() - start;
    }
    Arrays.sort(times);
    return times[repeats / 2];
  }
}
