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
import java.util.Random;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A random order of blocks, the baseline of every criterion; it follows from the seed. */
public record RandomBlocks() implements BlockCriterion {

  @Override
  public boolean needsData() {
    return false;
  }

  @Override
  public boolean needsLabels() {
    return false;
  }

  @Override
  public double[] scores(RemovableBlocks blocks, List<MultiDataSet> batches, long seed) {
    return new Random(seed).doubles(blocks.blocks().size()).toArray();
  }
}
