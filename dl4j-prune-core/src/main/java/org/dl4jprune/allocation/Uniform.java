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

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The same sparsity for each parameter: round-half-up of s·n_l zeros. The total may differ from
 * round-half-up of s·Σn_l by the rounding, and is smaller where a floor binds. Card {@code
 * classic-criteria}, allocations.
 *
 * @param floor the least that each parameter keeps
 */
public record Uniform(Floor floor) implements Allocation {

  /**
   * Fills in what is left out.
   *
   * @param floor the least that each parameter keeps; null for none
   */
  public Uniform {
    floor = floor == null ? Floor.none() : floor;
  }

  /** Without a floor. */
  public Uniform() {
    this(Floor.none());
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] least = floor.least(request);
    long[] units = request.units();
    long[] kept =
        IntStream.range(0, units.length)
            .mapToLong(
                i -> Math.max(least[i], units[i] - Counts.zeros(request.sparsity(), units[i])))
            .toArray();
    Arrays.setAll(kept, i -> Math.min(kept[i], request.alive()[i]));
    return Scopes.keeping(request, kept, least);
  }
}
