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
package org.dl4jprune.allocation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How much a model's outputs change when one parameter alone is pruned further and further.
 *
 * @param parameter the parameter's name
 * @param units the number of its weights
 * @param zeros numbers of zeros, rising from 0 (or from what was dead already)
 * @param distortions the mean squared change of the outputs at each of them; need not rise
 */
public record DistortionCurve(
    String parameter, long units, List<Long> zeros, List<Double> distortions) {

  /**
   * Checks its arguments.
   *
   * @param parameter the parameter's name
   * @param units the number of its weights
   * @param zeros numbers of zeros, rising
   * @param distortions the distortion at each of them
   * @throws IllegalArgumentException if they are not two lists of equal length, numbers of zeros do
   *     not rise within the parameter, or a distortion is negative or not finite
   */
  public DistortionCurve {
    zeros = List.copyOf(zeros);
    distortions = List.copyOf(distortions);
    List<Long> levels = zeros;
    if (levels.isEmpty()
        || levels.size() != distortions.size()
        || levels.get(0) < 0
        || levels.get(levels.size() - 1) > units
        || IntStream.range(1, levels.size()).anyMatch(k -> levels.get(k) <= levels.get(k - 1))) {
      throw new IllegalArgumentException(
          "The curve of %s needs rising numbers of zeros in [0, %d] and a distortion for each, not %s and %d distortions"
              .formatted(parameter, units, levels, distortions.size()));
    }
    for (double distortion : distortions) {
      if (!(distortion >= 0 && distortion < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "The curve of %s has a distortion of %s; it must be finite and at least 0"
                .formatted(parameter, distortion));
      }
    }
  }

  int levels() {
    return zeros.size();
  }

  /** The rise of distortion for each weight between a level and the one above it. */
  double slopeAbove(int level) {
    return (distortions.get(level + 1) - distortions.get(level))
        / (zeros.get(level + 1) - zeros.get(level));
  }
}
