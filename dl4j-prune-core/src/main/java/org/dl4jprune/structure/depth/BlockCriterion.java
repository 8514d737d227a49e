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
package org.dl4jprune.structure.depth;

import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a block is worth: high is kept, low goes. */
public interface BlockCriterion {

  /**
   * Scores all blocks once.
   *
   * @param blocks the blocks of a model
   * @param batches data; may be empty if {@link #needsData} is false
   * @param seed of random criteria
   * @return one finite score for each of {@code blocks.blocks()}, in their order
   * @throws IllegalStateException if a score cannot be computed
   */
  double[] scores(RemovableBlocks blocks, List<MultiDataSet> batches, long seed);

  /**
   * Whether scoring needs batches.
   *
   * @return true unless overridden
   */
  default boolean needsData() {
    return true;
  }

  /**
   * Whether scoring needs labels.
   *
   * @return true unless overridden
   */
  default boolean needsLabels() {
    return true;
  }
}
