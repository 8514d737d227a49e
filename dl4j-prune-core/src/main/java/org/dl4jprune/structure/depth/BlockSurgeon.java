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
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Removes blocks for good (a smaller model of the same class, whose readers of a block read its
 * shortcut) or softly (a copy of the same shapes, in which the block adds zero). The given model is
 * never touched. Values that stay, their updater state and the counters are copied bit by bit.
 *
 * <p>Memory: the two models.
 */
public final class BlockSurgeon {
  private final RemovableBlocks blocks;

  /**
   * A surgeon for a model.
   *
   * @param blocks the model's removable blocks
   */
  public BlockSurgeon(RemovableBlocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Removes blocks.
   *
   * @param gone some of the model's blocks; a block inside another one goes with it
   * @return a smaller model of the same class, ready for {@code output} and {@code fit}, without
   *     listeners
   * @throws IllegalArgumentException if a block is none of this model's
   */
  public PrunableModel remove(List<RemovableBlock> gone) {
    Map<String, String> redirects = blocks.redirects(gone);
    Object model = blocks.model().unwrap();
    if (model instanceof MultiLayerNetwork network) {
      return LayerRemoval.of(network, blocks.model(), redirects.keySet());
    }
    if (model instanceof ComputationGraph graph) {
      return VertexRemoval.of(graph, blocks.model(), blocks.wiring(), redirects);
    }
    return OpRemoval.of((SameDiff) blocks.model().copy().unwrap(), blocks.wiring(), redirects);
  }

  /**
   * Sets all parameters of blocks to zero in a copy, statistics excepted, so that their branches
   * add zero.
   *
   * @param gone some of the model's residual blocks
   * @return a copy of equal shapes without listeners
   * @throws IllegalArgumentException if a block is none of this model's, or its branch is not zero
   *     with zero parameters: a sigmoid at its end, a batch normalisation without gamma, a single
   *     layer without a shortcut
   */
  public PrunableModel mask(List<RemovableBlock> gone) {
    blocks.redirects(gone);
    SilentBranch silent = new SilentBranch(blocks);
    gone.forEach(silent::check);
    PrunableModel copy = blocks.model().copy();
    for (RemovableBlock block : gone) {
      for (Parameter parameter : block.parameters()) {
        if (parameter.role() != Role.NORM_STATISTIC) {
          copy.values(parameter).assign(0);
        }
      }
    }
    return copy;
  }
}
