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
package org.dl4jprune.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.structure.depth.BlockCost;
import org.dl4jprune.structure.depth.BlockCriterion;
import org.dl4jprune.structure.depth.BlockSum;
import org.dl4jprune.structure.depth.BlockSurgeon;
import org.dl4jprune.structure.depth.RemovableBlock;
import org.dl4jprune.structure.depth.RemovableBlocks;
import org.dl4jprune.structure.depth.ResidualBlocks;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes whole residual blocks, the least important first: a model in, a shallower model of the
 * same class out. Jordao et al. 2023, <a href="https://arxiv.org/abs/2301.10835">arXiv
 * 2301.10835</a>, Algorithm 2 (before training: cut, then train as planned) and the cut of
 * Algorithm 1 (after training: cut, set the values to those of an earlier epoch or draw them anew,
 * then train on; the values of what is left are the trained ones until the caller sets others).
 *
 * <pre>{@code
 * Ticket ticket =
 *     LayerLottery.atInitialization(graph).criterion(new Grasp(1)).data(List.of(batch)).blocks(5).run();
 * ComputationGraph smaller = (ComputationGraph) ticket.model().unwrap();
 * }</pre>
 */
public final class LayerLottery {
  private static final Logger LOG = LoggerFactory.getLogger(LayerLottery.class);

  private final Object model;
  private final boolean untrained;
  private BlockCriterion criterion = new BlockSum(new Grasp(1));
  private List<MultiDataSet> batches = List.of();
  private RemovableBlocks among;
  private int count = -1;
  private double share = Double.NaN;
  private long seed;

  private LayerLottery(Object model, boolean untrained) {
    this.model = model;
    this.untrained = untrained;
  }

  /**
   * Removal before training.
   *
   * @param model a {@code ComputationGraph} or {@code SameDiff} that was not trained; it is not
   *     touched
   * @return a new lottery
   */
  public static LayerLottery atInitialization(Object model) {
    return new LayerLottery(model, true);
  }

  /**
   * Removal from a trained model.
   *
   * @param model a {@code ComputationGraph} or {@code SameDiff}; it is not touched
   * @return a new lottery
   */
  public static LayerLottery trained(Object model) {
    return new LayerLottery(model, false);
  }

  /**
   * Scores a block by the sum of a weight criterion.
   *
   * @param criterion such as {@code new Snip()} or {@code new Grasp(1)}, which is the default
   * @return this
   */
  public LayerLottery criterion(Criterion criterion) {
    return criterion(new BlockSum(criterion));
  }

  /**
   * What a block is worth.
   *
   * @param criterion the sum of GraSP's scores by default
   * @return this
   */
  public LayerLottery criterion(BlockCriterion criterion) {
    this.criterion = criterion;
    return this;
  }

  /**
   * Data to score on; their shapes also tell the multiply-accumulates.
   *
   * @param batches features and labels; about ten examples of each class for SNIP and GraSP
   * @return this
   */
  public LayerLottery data(List<? extends MultiDataSet> batches) {
    this.batches = List.copyOf(batches);
    return this;
  }

  /**
   * Chooses among other blocks than the residual ones.
   *
   * @param blocks of the same model, such as {@code EqualShapeLayers.of(model, example)}
   * @return this
   */
  public LayerLottery among(RemovableBlocks blocks) {
    this.among = blocks;
    return this;
  }

  /**
   * Removes a number of blocks.
   *
   * @param count at least 0
   * @return this
   */
  public LayerLottery blocks(int count) {
    this.count = count;
    this.share = Double.NaN;
    return this;
  }

  /**
   * Removes the smallest number of blocks that brings the multiply-accumulates down to a share.
   *
   * @param share of those of the model, in (0, 1]
   * @return this
   */
  public LayerLottery untilMacs(double share) {
    this.share = share;
    this.count = -1;
    return this;
  }

  /**
   * The seed of random criteria.
   *
   * @param seed 0 by default
   * @return this
   */
  public LayerLottery seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Checks all that does not take scores: blocks, numbers, data and labels.
   *
   * @throws IllegalArgumentException as {@link #run}
   */
  public void check() {
    checkArguments();
    RemovableBlocks blocks = find();
    if (!Double.isNaN(share)) {
      BlockOrder.untilShare(blocks.blocks(), share, new BlockCost(blocks, batches.get(0)));
    }
  }

  /**
   * Scores once and removes.
   *
   * @return the smaller model and the report; for no block the model itself
   * @throws IllegalArgumentException if there is no removable block (the message says why for each
   *     sum), more blocks are asked for than there are, the share cannot be reached, neither is
   *     given, or data or labels are missing
   * @throws IllegalStateException if the criterion cannot score, for example because all gradients
   *     are zero
   */
  public Ticket run() {
    checkArguments();
    RemovableBlocks blocks = find();
    BlockCost cost = batches.isEmpty() ? null : new BlockCost(blocks, batches.get(0));
    List<String> warnings = new ArrayList<>();
    if (untrained && blocks.model().iteration() > 0) {
      warn(
          warnings,
          "warning: the model was trained for %d iterations, so the criterion sees trained weights"
              .formatted(blocks.model().iteration()));
    }
    double[] scores = criterion.scores(blocks, batches, seed);
    check(blocks, scores);
    if (scores.length > 1 && Arrays.stream(scores).distinct().count() == 1) {
      warn(
          warnings,
          "warning: all blocks have the score %s (is the last normalisation of each initialised with zero?); the last ones go"
              .formatted(scores[0]));
    }
    List<RemovableBlock> gone =
        count >= 0
            ? BlockOrder.of(blocks, scores).subList(0, count)
            : BlockOrder.untilShare(BlockOrder.of(blocks, scores), share, cost);
    return new Ticket(
        gone.isEmpty() ? blocks.model() : new BlockSurgeon(blocks).remove(gone),
        report(blocks, scores, gone, cost, warnings));
  }

  private static void warn(List<String> warnings, String text) {
    LOG.warn(text);
    warnings.add(text);
  }

  private void checkArguments() {
    if (count < 0 && Double.isNaN(share)) {
      throw new IllegalArgumentException(
          count == -1
              ? "Say how many blocks go: blocks(p) or untilMacs(share)"
              : "The number of blocks to remove is %d; it is at least 0".formatted(count));
    }
    if (!Double.isNaN(share) && !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "The share of multiply-accumulates %s lies outside (0, 1]".formatted(share));
    }
    if (batches.isEmpty() && (criterion.needsData() || !Double.isNaN(share))) {
      throw new IllegalArgumentException(
          "%s needs data; call data(batches)"
              .formatted(Double.isNaN(share) ? criterion.toString() : "untilMacs"));
    }
    for (MultiDataSet batch : batches) {
      boolean labelled = batch.getLabels() != null && batch.getLabels().length > 0;
      if (criterion.needsLabels() && (!labelled || batch.getLabels(0) == null)) {
        throw new IllegalArgumentException(
            "%s computes gradients and a batch has no labels".formatted(criterion));
      }
    }
  }

  private RemovableBlocks find() {
    RemovableBlocks blocks = among;
    if (blocks == null) {
      blocks =
          batches.isEmpty() ? ResidualBlocks.of(model) : ResidualBlocks.of(model, batches.get(0));
    } else if (blocks.model().unwrap() != model) {
      throw new IllegalArgumentException("The blocks to choose among are those of another model");
    }
    if (blocks.blocks().isEmpty()) {
      throw new IllegalArgumentException(
          "No block of this model can be removed:" + System.lineSeparator() + blocks.explain());
    }
    if (count > blocks.blocks().size()) {
      throw new IllegalArgumentException(
          "%d blocks cannot be removed: there are %d removable ones at most"
              .formatted(count, blocks.blocks().size()));
    }
    return blocks;
  }

  private void check(RemovableBlocks blocks, double[] scores) {
    for (RemovableBlock block : blocks.blocks()) {
      if (!Double.isFinite(scores[block.index()])) {
        throw new IllegalStateException(
            "The score of block %s by %s is %s"
                .formatted(block.name(), criterion, scores[block.index()]));
      }
    }
  }

  private BlockReport report(
      RemovableBlocks blocks,
      double[] scores,
      List<RemovableBlock> gone,
      BlockCost cost,
      List<String> warnings) {
    long parameters = blocks.model().parameters().stream().mapToLong(Parameter::length).sum();
    long removed =
        gone.stream()
            .flatMap(block -> block.parameters().stream())
            .distinct()
            .mapToLong(Parameter::length)
            .sum();
    return new BlockReport(
        criterion.toString(),
        blocks.blocks().stream()
            .map(b -> new BlockReport.Row(b.name(), scores[b.index()], gone.contains(b)))
            .toList(),
        parameters,
        parameters - removed,
        cost == null ? -1 : cost.all(),
        cost == null ? -1 : cost.all() - cost.of(gone),
        warnings);
  }
}
