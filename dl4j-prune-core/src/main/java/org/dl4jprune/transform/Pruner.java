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
import java.util.List;
import java.util.Objects;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.method.Finite;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.report.PruningReport;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Masks a model outside of training: one shot, or in rounds for criteria that score again after
 * each round. The input model is left alone; the result holds a copy.
 *
 * <pre>{@code
 * Pruned pruned = Pruner.of(network).criterion(new Snip()).data(batches).sparsity(0.9).prune();
 * }</pre>
 */
public final class Pruner {
  private final PrunableModel model;
  private Selector selector = Selector.weights();
  private Criterion criterion = new Magnitude();
  private Allocation allocation = new Global(Floor.none());
  private Pattern pattern = new Unstructured();
  private List<MultiDataSet> batches = List.of();
  private double sparsity = Double.NaN;
  private PackedMasks alive;
  private int rounds;
  private long seed;

  private Pruner(PrunableModel model) {
    this.model = model;
  }

  /**
   * A pruner of a model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return a new pruner
   */
  public static Pruner of(Object model) {
    return new Pruner(PrunableModel.ofAny(model));
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default
   * @return this
   */
  public Pruner selector(Selector selector) {
    this.selector = Objects.requireNonNull(selector);
    return this;
  }

  /**
   * What a weight is worth.
   *
   * @param criterion magnitude by default
   * @return this
   */
  public Pruner criterion(Criterion criterion) {
    this.criterion = Objects.requireNonNull(criterion);
    return this;
  }

  /**
   * How much goes where.
   *
   * @param allocation global by default
   * @return this
   */
  public Pruner allocation(Allocation allocation) {
    this.allocation = Objects.requireNonNull(allocation);
    return this;
  }

  /**
   * In which shape.
   *
   * @param pattern unstructured by default
   * @return this
   */
  public Pruner pattern(Pattern pattern) {
    this.pattern = Objects.requireNonNull(pattern);
    return this;
  }

  /**
   * Data for criteria that compute gradients.
   *
   * @param batches features and labels
   * @return this
   */
  public Pruner data(List<? extends MultiDataSet> batches) {
    this.batches = List.copyOf(batches);
    return this;
  }

  /**
   * The fraction of zeros.
   *
   * @param sparsity in [0, 1); required
   * @return this
   */
  public Pruner sparsity(double sparsity) {
    this.sparsity = sparsity;
    return this;
  }

  /**
   * Scores again after each round, the density falling geometrically: d^(k/rounds) after round k.
   *
   * @param rounds at least 1; by default what the criterion asks for
   * @return this
   */
  public Pruner rounds(int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("At least 1 round is needed, not " + rounds);
    }
    this.rounds = rounds;
    return this;
  }

  /**
   * Prunes on: what is dead in these masks stays dead and counts among the zeros.
   *
   * @param alive masks of all parameters that the selector takes
   * @return this
   */
  public Pruner within(PackedMasks alive) {
    this.alive = Objects.requireNonNull(alive);
    return this;
  }

  /**
   * The seed of random criteria.
   *
   * @param seed 0 by default
   * @return this
   */
  public Pruner seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Prunes a copy of the model.
   *
   * @return the copy with exact zeros, its masks and a report
   * @throws IllegalArgumentException if the sparsity lies outside [0, 1), nothing can be pruned,
   *     allocation or pattern do not fit, or the masks to prune within are of other parameters
   * @throws IllegalStateException if a weight or score is not finite, or data are missing
   */
  public Pruned prune() {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1); give sparsity(...), the fraction of zeros"
              .formatted(sparsity));
    }
    double prescribed = pattern.prescribedSparsity();
    if (!Double.isNaN(prescribed) && Math.abs(prescribed - sparsity) > 1e-12) {
      throw new IllegalArgumentException(
          "%s prescribes sparsity %s, not %s".formatted(pattern, prescribed, sparsity));
    }
    Layout layout = new Layout(selector.select(model));
    MaskMaker maker = new MaskMaker(layout, pattern);
    Finite.check("weights", layout.parameters(), model::values);
    Cautions.onUntrainedNormalisation(criterion, allocation, model);
    PrunableModel copy = model.copy();
    Masks masks = Masks.dense(copy, layout);
    if (alive != null) {
      alive.copyTo(masks);
      masks.applyToValues();
    }
    List<PruningReport.Update> trace = new ArrayList<>();
    int all = rounds == 0 ? criterion.rounds() : rounds;
    MaskMaker.Choice choice = null;
    for (int round = 1; round <= all; round++) {
      double target = round == all ? sparsity : 1 - Math.pow(1 - sparsity, (double) round / all);
      choice = choose(copy, layout, maker, masks, target);
      masks.scatter(choice.mask());
      masks.applyToValues();
      long zeros = layout.length() - java.util.stream.LongStream.of(masks.kept()).sum();
      trace.add(new PruningReport.Update(round, target, zeros, 0));
      choice.mask().close();
    }
    masks.applyToUpdaterState();
    PruningReport report =
        PruningReport.of(
            criterion.getClass().getSimpleName(), sparsity, masks, choice.asked(), trace);
    return new Pruned(copy, masks, report);
  }

  private MaskMaker.Choice choose(
      PrunableModel copy, Layout layout, MaskMaker maker, Masks masks, double target) {
    try (Evidence evidence = Evidence.of(copy, layout, batches, seed)) {
      INDArray scores = criterion.scores(evidence);
      Finite.check("scores", layout.parameters(), p -> layout.flat(scores, p));
      Cautions.onZeroScores(criterion, scores);
      INDArray alive = masks.gather();
      INDArray ranked = MaskMaker.onlyWhere(alive, scores);
      MaskMaker.Choice choice = maker.make(ranked, allocation, target);
      choice.mask().muli(alive);
      scores.close();
      alive.close();
      ranked.close();
      return choice;
    }
  }
}
