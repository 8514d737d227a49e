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
import org.dl4jprune.search.OraclePruning.Candidate;

/**
 * All sets of units that {@link OraclePruning} has tried.
 *
 * @param candidates in the order in which they were tried
 * @param exhaustive whether there are no others
 */
public record OracleResult(List<Candidate> candidates, boolean exhaustive) {

  /**
   * Copies its argument.
   *
   * @param candidates in the order in which they were tried
   * @param exhaustive whether there are no others
   */
  public OracleResult {
    candidates = List.copyOf(candidates);
  }

  /**
   * The place of the one with the least loss. Losses that are not finite are passed over.
   *
   * @return the first of equal ones
   * @throws IllegalStateException if no loss is finite
   */
  public int oracle() {
    int best = -1;
    for (int i = 0; i < candidates.size(); i++) {
      double loss = candidates.get(i).loss();
      if (Double.isFinite(loss) && (best < 0 || loss < candidates.get(best).loss())) {
        best = i;
      }
    }
    if (best < 0) {
      throw new IllegalStateException(
          "None of the %d sets has a finite loss; check the data and the model"
              .formatted(candidates.size()));
    }
    return best;
  }

  /**
   * The one with the least loss.
   *
   * @return the first of equal ones
   * @throws IllegalStateException if no loss is finite
   */
  public Candidate best() {
    return candidates.get(oracle());
  }
}
