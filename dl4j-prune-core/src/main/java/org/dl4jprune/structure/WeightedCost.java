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
package org.dl4jprune.structure;

import java.util.Set;
import java.util.function.ToLongFunction;
import org.dl4jprune.model.Parameter;

/** So much for each value of a parameter. */
final class WeightedCost implements Cost {
  private final RemainingShapes shapes;
  private final ToLongFunction<Parameter> weight;
  private final long[] weights;

  WeightedCost(ChannelGroups groups, ToLongFunction<Parameter> weight) {
    this.shapes = new RemainingShapes(groups);
    this.weight = weight;
    this.weights = shapes.parameters().stream().mapToLong(weight).toArray();
  }

  /** What each value of a parameter counts. */
  long weight(Parameter parameter) {
    return weight.applyAsLong(parameter);
  }

  @Override
  public long after(Set<Integer> gone) {
    long[][] left = shapes.after(gone);
    long total = 0;
    for (int p = 0; p < left.length; p++) {
      total += weights[p] * RemainingShapes.length(left[p]);
    }
    return total;
  }
}
