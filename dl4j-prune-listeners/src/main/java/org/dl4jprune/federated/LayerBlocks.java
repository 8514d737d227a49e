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
package org.dl4jprune.federated;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Selector;

/** Groups of pruned parameters that take turns. */
final class LayerBlocks {
  private LayerBlocks() {}

  /**
   * Makes the groups.
   *
   * @param pruned all pruned parameters
   * @param granularity which layers belong together
   * @param globs for {@link Granularity#BLOCK}, the globs of each block
   * @return numbers of parameters, blocks in the order of the model or as given
   * @throws IllegalArgumentException if a parameter is in no block or in two
   */
  static List<List<Integer>> of(
      List<Parameter> pruned, Granularity granularity, List<List<String>> globs) {
    List<Integer> all = IntStream.range(0, pruned.size()).boxed().toList();
    return switch (granularity) {
      case ALL -> List.of(all);
      case LAYER -> {
        Map<String, List<Integer>> layers = new LinkedHashMap<>();
        all.forEach(
            i -> layers.computeIfAbsent(pruned.get(i).layer(), name -> new ArrayList<>()).add(i));
        yield List.copyOf(layers.values());
      }
      case BLOCK -> {
        List<List<Integer>> blocks = new ArrayList<>();
        for (List<String> block : globs) {
          Predicate<Parameter> in =
              block.stream().map(Selector::matches).reduce(p -> false, Predicate::or);
          blocks.add(all.stream().filter(i -> in.test(pruned.get(i))).toList());
        }
        checkEachOnce(pruned, blocks);
        yield blocks;
      }
    };
  }

  private static void checkEachOnce(List<Parameter> pruned, List<List<Integer>> blocks) {
    for (int i = 0; i < pruned.size(); i++) {
      int number = i;
      long times = blocks.stream().filter(block -> block.contains(number)).count();
      if (times != 1) {
        throw new IllegalArgumentException(
            "%s is in %d of the blocks; each pruned parameter belongs to one"
                .formatted(pruned.get(i), times));
      }
    }
  }
}
