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
package org.dl4jprune.criterion;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dl4jprune.model.ParameterBlock;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Named arrays that criteria and regrowths keep from step to step, each of the shape of a block.
 * Memory: one copy of the model's parameters for each name.
 */
public final class Memory implements AutoCloseable {
  private final Map<String, INDArray> arrays = new HashMap<>();

  /**
   * The array of that name for a block; zeros when asked for the first time.
   *
   * @param name what it holds
   * @param block the block that it accompanies
   * @return the live array, of the block's shape and type
   */
  public INDArray of(String name, ParameterBlock block) {
    return arrays.computeIfAbsent(
        name + "@" + block.name(),
        key -> {
          try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return block.values().ulike().assign(0);
          }
        });
  }

  /**
   * Whether an array of that name was ever asked for.
   *
   * @param name what it holds
   * @param block the block that it accompanies
   * @return false before the first {@link #of}
   */
  public boolean has(String name, ParameterBlock block) {
    return arrays.containsKey(name + "@" + block.name());
  }

  /**
   * Everything that is remembered, to be stored.
   *
   * @return the live arrays by key, in the order of their keys
   */
  public SortedMap<String, INDArray> all() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(arrays));
  }

  /**
   * Takes over what was stored.
   *
   * @param stored arrays by the keys that {@link #all} has given; they belong to this memory now
   */
  public void restore(Map<String, INDArray> stored) {
    arrays.putAll(stored);
  }

  @Override
  public void close() {
    arrays.values().forEach(INDArray::close);
    arrays.clear();
  }
}
