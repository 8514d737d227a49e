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
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What GraSP estimates to first order, measured: ‖∇L‖² of the model less ‖∇L‖² of the model without
 * the block. High scores are blocks whose removal lowers the flow of gradients. One gradient of
 * each batch for the model and for every block, and one smaller model in memory at a time.
 */
public record GraspExact() implements BlockCriterion {

  @Override
  public double[] scores(RemovableBlocks blocks, List<MultiDataSet> batches, long seed) {
    double whole = flow(blocks.model(), batches, seed);
    if (whole == 0) {
      throw new IllegalStateException(
          "The gradient is zero on this batch, so blocks cannot be told apart; use other data or other initial weights");
    }
    BlockSurgeon surgeon = new BlockSurgeon(blocks);
    double[] scores = new double[blocks.blocks().size()];
    for (RemovableBlock block : blocks.blocks()) {
      double left = flow(surgeon.remove(List.of(block)), batches, seed);
      if (!Double.isFinite(left)) {
        throw new IllegalStateException(
            "The gradient without block %s contains NaN or infinity".formatted(block.name()));
      }
      scores[block.index()] = whole - left;
    }
    return scores;
  }

  private static double flow(PrunableModel model, List<MultiDataSet> batches, long seed) {
    Layout layout = new Layout(model.parameters().stream().filter(Parameter::trainable).toList());
    try (Evidence evidence = Evidence.of(model, layout, batches, seed);
        INDArray gradient = evidence.copy(evidence::gradient);
        INDArray wide = gradient.castTo(DataType.DOUBLE).dup()) {
      double norm = HostReads.scalar(wide.norm2());
      return norm * norm;
    }
  }
}
