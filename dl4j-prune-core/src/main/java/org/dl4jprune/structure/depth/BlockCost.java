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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Multiply-accumulates of a model for one example, and what blocks cost of them. Weights are
 * counted at every position at which their layer is applied; biases, normalisations and activations
 * are not counted.
 */
public final class BlockCost {
  private final List<Parameter> parameters;
  private final Map<String, Long> positions;

  /**
   * Counts; runs one forward pass.
   *
   * @param blocks the blocks of a model
   * @param example one batch, of which the features are used
   */
  public BlockCost(RemovableBlocks blocks, MultiDataSet example) {
    this.parameters = blocks.model().parameters();
    this.positions = blocks.model().positions(example);
  }

  /**
   * The whole model.
   *
   * @return multiply-accumulates for one example
   */
  public long all() {
    return count(parameter -> true);
  }

  /**
   * What blocks cost together.
   *
   * @param blocks blocks of the model; what lies in two of them counts once
   * @return multiply-accumulates for one example
   */
  public long of(Collection<RemovableBlock> blocks) {
    Set<String> names =
        blocks.stream()
            .flatMap(block -> block.parameters().stream())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    return count(parameter -> names.contains(parameter.name()));
  }

  private long count(Predicate<Parameter> which) {
    return parameters.stream()
        .filter(p -> p.role() == Role.WEIGHT || p.role() == Role.RECURRENT_WEIGHT)
        .filter(which)
        .mapToLong(p -> p.length() * positions.getOrDefault(p.layer(), 1L))
        .sum();
  }
}
