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

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The project's one rule for turning a fraction into a count. */
public final class Counts {
  private Counts() {}

  /**
   * How many of {@code size} units are zero at a sparsity: round-half-up of the product, computed
   * in decimals so that 0.35 of 10 is 4 and not 3.
   *
   * @param sparsity in [0, 1]
   * @param size at least 0
   * @return between 0 and {@code size}
   * @throws IllegalArgumentException if the sparsity lies outside [0, 1]
   */
  public static long zeros(double sparsity, long size) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1]; it is the fraction of zeros".formatted(sparsity));
    }
    return BigDecimal.valueOf(sparsity)
        .multiply(BigDecimal.valueOf(size))
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }
}
