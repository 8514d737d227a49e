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
package org.dl4jprune.method;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The gradient of a few weights of one parameter, as a device sends it. Says something of the data
 * that it was made from, by its values and by which weights it names.
 *
 * @param indices in flat order, each once, rising
 * @param values one for each index
 */
public record SparseGradient(int[] indices, float[] values) implements Serializable {

  /**
   * Checks its arguments.
   *
   * @param indices in flat order, each once, rising
   * @param values one for each index
   * @throws IllegalArgumentException if there is not one value for each index, or the indices do
   *     not rise
   */
  public SparseGradient {
    if (indices.length != values.length) {
      throw new IllegalArgumentException(
          "%d indices do not go with %d values".formatted(indices.length, values.length));
    }
    for (int i = 1; i < indices.length; i++) {
      if (indices[i] <= indices[i - 1]) {
        throw new IllegalArgumentException(
            "The index %d does not come after %d".formatted(indices[i], indices[i - 1]));
      }
    }
  }

  /**
   * The weighted average, with 0 where a part has no value. Signs count: opposite wishes cancel.
   *
   * @param parts of one parameter
   * @param weights one for each part
   * @return by index
   */
  public static SortedMap<Integer, Double> average(List<SparseGradient> parts, double[] weights) {
    SortedMap<Integer, Double> sum = new TreeMap<>();
    for (int part = 0; part < weights.length; part++) {
      SparseGradient of = parts.get(part);
      for (int i = 0; i < of.indices.length; i++) {
        sum.merge(of.indices[i], weights[part] * of.values[i], Double::sum);
      }
    }
    return sum;
  }

  /**
   * The indices of the largest magnitudes; of equal ones the lower index comes first.
   *
   * @param gradient by index
   * @param most how many at most
   * @return rising
   */
  public static int[] largest(SortedMap<Integer, Double> gradient, long most) {
    List<Integer> order = new ArrayList<>(gradient.keySet());
    order.sort(Comparator.comparingDouble(index -> -Math.abs(gradient.get(index))));
    return order.stream().limit(most).mapToInt(Integer::intValue).sorted().toArray();
  }
}
