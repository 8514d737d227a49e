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

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The sum of a weight criterion over the weights of a block. To remove a block is to subtract its
 * weights, so for a criterion that is first order in them, signed as GraSP's, the sum is the exact
 * first-order term. Card {@code layer-lottery}; Jordao et al. 2023, <a
 * href="https://arxiv.org/abs/2301.10835">arXiv 2301.10835</a>, section 3, which leaves the
 * aggregation open.
 *
 * <p>The criterion sees all trainable parameters of the model; weights, embeddings and the scales
 * of normalisations are summed, biases and shifts are not. Use {@code new Grasp(1)} for the paper's
 * loss without a temperature. Memory: one vector of the parameters, and what the criterion needs.
 *
 * @param criterion what a weight is worth
 * @param mean whether the sum is divided by the number of weights that took part
 */
public record BlockSum(Criterion criterion, boolean mean) implements BlockCriterion {
  private static final Set<Role> LEFT_OUT = Set.of(Role.BIAS, Role.NORM_SHIFT, Role.NORM_STATISTIC);

  /**
   * The sum.
   *
   * @param criterion what a weight is worth
   */
  public BlockSum(Criterion criterion) {
    this(criterion, false);
  }

  @Override
  public boolean needsData() {
    return false;
  }

  @Override
  public boolean needsLabels() {
    return criterion.needsGradient() || criterion instanceof Grasp;
  }

  @Override
  public double[] scores(RemovableBlocks blocks, List<MultiDataSet> batches, long seed) {
    PrunableModel model = blocks.model();
    Layout layout = new Layout(model.parameters().stream().filter(Parameter::trainable).toList());
    double[] scores = new double[blocks.blocks().size()];
    try (Evidence evidence = Evidence.of(model, layout, batches, seed)) {
      INDArray vector = criterion.scores(evidence);
      for (RemovableBlock block : blocks.blocks()) {
        scores[block.index()] = score(block, layout, vector);
      }
      vector.close();
      checkFlow(scores, evidence, layout);
    }
    return scores;
  }

  private double score(RemovableBlock block, Layout layout, INDArray vector) {
    List<Parameter> weights =
        block.parameters().stream()
            .filter(p -> p.trainable() && !LEFT_OUT.contains(p.role()))
            .toList();
    if (weights.isEmpty()) {
      throw new IllegalStateException(
          "Block %s has no trainable weight, so %s cannot score it; use BypassDivergence"
              .formatted(block.name(), criterion));
    }
    double sum = 0;
    for (Parameter weight : weights) {
      try (INDArray wide = layout.flat(vector, weight).castTo(DataType.DOUBLE).dup()) {
        sum += HostReads.scalar(wide.sum());
      }
    }
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException(
          "The scores of block %s contain NaN or infinity".formatted(block.name()));
    }
    return mean ? sum / weights.stream().mapToLong(Parameter::length).sum() : sum;
  }

  /** Scores that are all zero are worth a look: nothing reaches the weights of a dead batch. */
  private void checkFlow(double[] scores, Evidence evidence, Layout layout) {
    if (evidence.hasBatches() && Arrays.stream(scores).allMatch(score -> score == 0)) {
      INDArray gradient = evidence.copy(evidence::gradient);
      double norm = HostReads.scalar(gradient.norm2());
      gradient.close();
      if (norm == 0) {
        throw new IllegalStateException(
            "The gradient of all %,d parameters is zero on this batch, so %s cannot tell blocks apart; use other data or other initial weights"
                .formatted(layout.length(), criterion));
      }
    }
  }
}
