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
package org.dl4jprune.transform;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.dl4jprune.structure.depth.BlockCost;
import org.dl4jprune.structure.depth.RemovableBlock;
import org.dl4jprune.structure.depth.RemovableBlocks;

/** Which blocks go first, and how many. */
final class BlockOrder {
  private BlockOrder() {}

  /** Lowest score first; of equal scores the earlier block is kept. */
  static List<RemovableBlock> of(RemovableBlocks blocks, double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> scores[i])
                .thenComparing(Comparator.reverseOrder()))
        .map(blocks.blocks()::get)
        .toList();
  }

  /** The smallest number of blocks that leaves no more than a share of the operations. */
  static List<RemovableBlock> untilShare(List<RemovableBlock> order, double share, BlockCost cost) {
    long all = cost.all();
    for (int gone = 0; gone <= order.size(); gone++) {
      if (all - cost.of(order.subList(0, gone)) <= share * all) {
        return order.subList(0, gone);
      }
    }
    throw new IllegalArgumentException(
        "A share of %s of the multiply-accumulates cannot be reached: without all %d removable blocks %.4f of them are left"
            .formatted(share, order.size(), (double) (all - cost.of(order)) / all));
  }
}
