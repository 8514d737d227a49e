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
package org.dl4jprune.search;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.dl4jprune.allocation.Counts;

/**
 * The numbers of zeros at which a curve is measured. In a tiny parameter several levels are the
 * same number, which counts once.
 *
 * @param even how many even steps, at least 1
 * @param densities fractions of weights that stay, which make levels too
 * @param minimumKept how many weights stay at least
 */
record LevelGrid(int even, List<Double> densities, long minimumKept) {

  LevelGrid {
    if (even < 1 || minimumKept < 0) {
      throw new IllegalArgumentException(
          "Curves need at least 1 level and a minimum kept of at least 0, not %d and %d"
              .formatted(even, minimumKept));
    }
    for (double density : densities) {
      if (!(density > 0 && density < 1)) {
        throw new IllegalArgumentException(
            "A density of %s lies outside (0, 1); it is a fraction of weights that stay"
                .formatted(density));
      }
    }
  }

  /** All levels of a parameter. */
  SortedSet<Long> of(long weights) {
    SortedSet<Long> zeros = between(0, weights, weights);
    densities.stream()
        .map(kept -> Math.min(weights - Counts.zeros(kept, weights), weights - minimumKept))
        .filter(gone -> gone >= 0)
        .forEach(zeros::add);
    return zeros;
  }

  /** All levels of a parameter, as many again close to one number of zeros, and that number. */
  SortedSet<Long> around(long now, long reach, long weights) {
    SortedSet<Long> zeros = of(weights);
    zeros.addAll(between(Math.max(0, now - reach), Math.min(weights, now + reach), weights));
    zeros.add(now);
    return zeros;
  }

  private SortedSet<Long> between(long from, long to, long weights) {
    SortedSet<Long> zeros = new TreeSet<>();
    LongStream.rangeClosed(0, even)
        .map(k -> from + (2 * (to - from) * k + even) / (2L * even))
        .map(gone -> Math.min(gone, weights - minimumKept))
        .filter(gone -> gone >= 0)
        .forEach(zeros::add);
    return zeros;
  }
}
