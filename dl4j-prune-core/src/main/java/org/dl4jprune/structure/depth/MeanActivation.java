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
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The mean of |f(x)|: how much the block's branch adds to its shortcut, over examples, channels and
 * positions (of a single layer: the mean of its output's absolute values). Meant for trained
 * models. Card {@code layer-lottery}. One forward pass of each batch, no labels.
 */
public record MeanActivation() implements BlockCriterion {

  @Override
  public boolean needsLabels() {
    return false;
  }

  @Override
  public double[] scores(RemovableBlocks blocks, List<MultiDataSet> batches, long seed) {
    List<String> names =
        blocks.blocks().stream().flatMap(b -> b.branches().stream()).distinct().toList();
    double[] scores = new double[blocks.blocks().size()];
    long examples = batches.stream().mapToLong(b -> b.getFeatures(0).size(0)).sum();
    for (MultiDataSet batch : batches) {
      double share = (double) batch.getFeatures(0).size(0) / examples;
      Map<String, INDArray> activations = blocks.model().activations(batch, names);
      for (RemovableBlock block : blocks.blocks()) {
        scores[block.index()] += share * mean(block, activations);
      }
    }
    return scores;
  }

  private static double mean(RemovableBlock block, Map<String, INDArray> activations) {
    INDArray sum = null;
    for (String branch : block.branches()) {
      INDArray part = activations.get(branch).castTo(DataType.DOUBLE);
      sum = sum == null ? part : sum.add(part);
    }
    return HostReads.scalar(Transforms.abs(sum, true).mean());
  }
}
