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
package org.dl4jprune.training;

/**
 * A stretch of a training.
 *
 * @param from the number of steps before it, at least 0
 * @param to the number of steps at its end, above {@code from}
 * @param seed what the order of the data follows from
 */
public record Span(long from, long to, long seed) {

  /**
   * Checks the numbers.
   *
   * @param from the number of steps before it
   * @param to the number of steps at its end
   * @param seed what the order of the data follows from
   * @throws IllegalArgumentException if it is empty or begins below 0
   */
  public Span {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "No training goes from iteration %d to %d; it begins at 0 or later and ends after its beginning"
              .formatted(from, to));
    }
  }

  /**
   * The budget.
   *
   * @return the number of steps, at least 1
   */
  public long iterations() {
    return to - from;
  }
}
