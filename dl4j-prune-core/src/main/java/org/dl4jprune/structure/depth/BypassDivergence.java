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
import java.util.List;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How far the predictions move without the block: the mean over the examples (and positions) of
 * KL(softmax of the model ‖ softmax of the model with the block bypassed), summed over the outputs.
 * Meant for trained models. Card {@code layer-lottery}. No labels needed; one forward pass of each
 * batch for the model and for every block, and one smaller model in memory at a time.
 */
public record BypassDivergence() implements BlockCriterion {

  @Override
  public boolean needsLabels() {
    return false;
  }

  @Override
  public double[] scores(RemovableBlocks blocks, List<MultiDataSet> batches, long seed) {
    List<List<INDArray>> whole = batches.stream().map(b -> predict(blocks.model(), b)).toList();
    BlockSurgeon surgeon = new BlockSurgeon(blocks);
    double[] scores = new double[blocks.blocks().size()];
    for (RemovableBlock block : blocks.blocks()) {
      PrunableModel bypassed = surgeon.remove(List.of(block));
      double sum = 0;
      long examples = 0;
      for (int i = 0; i < batches.size(); i++) {
        long size = batches.get(i).getFeatures(0).size(0);
        sum += size * divergence(whole.get(i), predict(bypassed, batches.get(i)));
        examples += size;
      }
      scores[block.index()] = sum / examples;
    }
    return scores;
  }

  /** Logarithms of probabilities, classes along axis 1. */
  private static List<INDArray> predict(PrunableModel model, MultiDataSet batch) {
    List<INDArray> logarithms = new ArrayList<>();
    for (INDArray logits : model.logits(batch)) {
      logarithms.add(Nd4j.nn().logSoftmax(logits.castTo(DataType.DOUBLE), 1));
    }
    return logarithms;
  }

  private static double divergence(List<INDArray> of, List<INDArray> from) {
    double sum = 0;
    for (int i = 0; i < of.size(); i++) {
      INDArray p = of.get(i);
      INDArray terms = p.sub(from.get(i)).muli(Transforms.exp(p, true));
      sum += HostReads.scalar(terms.sum()) * p.size(1) / p.length();
    }
    return sum;
  }
}
