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

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;

/**
 * The blocks of a model that can be removed, and why others cannot. Found by {@link ResidualBlocks}
 * or {@link EqualShapeLayers}.
 */
public final class RemovableBlocks {
  private final PrunableModel model;
  private final Wiring wiring;
  private final List<RemovableBlock> blocks;
  private final Map<String, String> kept;

  RemovableBlocks(
      PrunableModel model, Wiring wiring, List<RemovableBlock> blocks, Map<String, String> kept) {
    this.model = model;
    this.wiring = wiring;
    this.blocks = List.copyOf(blocks);
    this.kept = new LinkedHashMap<>(kept);
  }

  /**
   * The model that the blocks were found in.
   *
   * @return its view
   */
  public PrunableModel model() {
    return model;
  }

  /**
   * The removable blocks.
   *
   * @return in the order of the model
   */
  public List<RemovableBlock> blocks() {
    return blocks;
  }

  /**
   * What was looked at and cannot be removed.
   *
   * @return the reason, by vertex, layer or variable
   */
  public Map<String, String> kept() {
    return new LinkedHashMap<>(kept);
  }

  /**
   * The blocks in words: each with its parameters, then what stays and why.
   *
   * @return several lines
   */
  public String explain() {
    List<String> lines = new ArrayList<>();
    for (RemovableBlock block : blocks) {
      lines.add(
          "block %d: %s, read %s instead; %,d parameters of %d arrays"
              .formatted(
                  block.index(),
                  block.name(),
                  block.shortcut(),
                  block.parameters().stream().mapToLong(Parameter::length).sum(),
                  block.parameters().size()));
    }
    kept.forEach((name, why) -> lines.add("stays: %s (%s)".formatted(name, why)));
    if (lines.isEmpty()) {
      lines.add("no sum of two inputs was found");
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** The readers of each removed block's end read its shortcut. */
  Map<String, String> redirects(Collection<RemovableBlock> gone) {
    for (RemovableBlock block : gone) {
      if (!blocks.contains(block)) {
        throw new IllegalArgumentException(
            "Block %s is none of this model's removable blocks %s"
                .formatted(block.name(), blocks.stream().map(RemovableBlock::name).toList()));
      }
    }
    Map<String, String> redirects = new LinkedHashMap<>();
    gone.forEach(block -> redirects.put(block.name(), block.shortcut()));
    return redirects;
  }

  Wiring wiring() {
    return wiring;
  }
}
