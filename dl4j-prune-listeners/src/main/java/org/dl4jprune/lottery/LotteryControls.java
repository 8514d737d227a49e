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
package org.dl4jprune.lottery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dl4jprune.allocation.PerLayer;
import org.dl4jprune.allocation.PqIndex;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.Interpolation;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.report.Stability;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a ticket is compared with, and how stable its training is. Card {@code lottery-rewinding};
 * Frankle et al. 2019, <a href="https://arxiv.org/abs/1903.01611">arXiv 1903.01611</a>, sections 3
 * and 4. Each call trains once or twice.
 */
public final class LotteryControls {
  private final LotteryTicket lottery;
  private final LotteryTicketBuilder set;

  LotteryControls(LotteryTicket lottery, LotteryTicketBuilder set) {
    this.lottery = lottery;
    this.set = set;
  }

  /** What takes the ticket's place. */
  public enum Control {
    /** The ticket's mask on new initial weights, trained from step 0 for all T steps. */
    RANDOM_REINITIALISATION,
    /** The dense network's weights of step k under a random mask with as many zeros a layer. */
    RANDOM_MASK,
    /**
     * The ticket's mask on the weights that it was chosen from, those at the end of the round
     * before: nothing is rewound but the clock, so that budget and learning rates are the ticket's.
     */
    NO_REWINDING,
    /**
     * The same weights, trained on for as many steps as the ticket. The clock goes on from T, so
     * learning rates are what the schedule has after its end.
     */
    FINE_TUNING
  }

  /**
   * How concentrated the weights of each round are, over those that it may prune and are left.
   *
   * @param index the exponents
   * @return one number for the dense training and each finished round, at the end of its training
   * @throws IOException if a file cannot be read
   */
  public List<Double> pqIndex(PqIndex index) throws IOException {
    PrunableModel model = lottery.fresh(set.seed);
    List<INDArray> weights = set.selector.select(model).stream().map(model::values).toList();
    long all = weights.stream().mapToLong(INDArray::length).sum();
    List<Double> trace = new ArrayList<>();
    for (LotteryRound round :
        Checkpoints.in(set.directory, LotteryChecks.texts(set)).rounds(LotteryRound.class)) {
      try (Snapshot trained =
          Snapshot.load(set.directory.resolve(LotteryResult.trainedFile(round.round())))) {
        trained.restoreValues(model);
      }
      trace.add(index.of(weights, all - round.zeros()));
    }
    return trace;
  }

  /**
   * How stable the training of a ticket is.
   *
   * @param toPruning the dense network against the ticket, both trained from step k in one order of
   *     the data, over the surviving weights
   * @param toDataOrder two trainings of the ticket in different orders
   * @param line the negative score on the straight line between these two trainings
   */
  public record TicketStability(Stability toPruning, Stability toDataOrder, Interpolation line) {}

  /**
   * Trains a control.
   *
   * @param round of the ticket, from 1
   * @param control what takes the ticket's place
   * @return its score at the end
   * @throws IOException if the ticket cannot be read
   * @throws IllegalArgumentException if new initial weights are asked for and the model's do not
   *     follow from its seed
   */
  public double train(int round, Control control) throws IOException {
    try (Ticket ticket = ticket(round)) {
      Pruned pruned =
          switch (control) {
            case RANDOM_REINITIALISATION -> {
              PrunableModel other = FreshModel.other(set.model, set.seed);
              yield Rewinding.mask(other, ticket.mask());
            }
            case RANDOM_MASK -> randomlyMasked(ticket.mask());
            case NO_REWINDING, FINE_TUNING -> notRewound(round, ticket.mask(), control);
          };
      if (!set.replay && control != Control.RANDOM_REINITIALISATION) {
        RandomState.seed(lottery.order(round));
      }
      Rewinding.train(pruned, set.trainer, span(round, control));
      return set.evaluation.applyAsDouble(pruned.model().unwrap());
    }
  }

  private Span span(int round, Control control) {
    return switch (control) {
      case RANDOM_REINITIALISATION -> new Span(0, set.iterations, lottery.order(round));
      case RANDOM_MASK, NO_REWINDING -> lottery.rest(lottery.order(round));
      case FINE_TUNING ->
          new Span(set.iterations, 2 * set.iterations - set.rewindTo, lottery.order(round));
    };
  }

  private Pruned randomlyMasked(PackedMasks like) throws IOException {
    PrunableModel model = lottery.fresh(set.seed);
    PackedMasks random = random(model, like);
    try (Snapshot start = lottery.start()) {
      lottery.restore(model, start);
    }
    return Rewinding.mask(model, random);
  }

  private Pruned notRewound(int round, PackedMasks mask, Control control) throws IOException {
    PrunableModel model = lottery.fresh(set.seed);
    try (Snapshot trained =
            Snapshot.load(set.directory.resolve(LotteryResult.trainedFile(round - 1)));
        Snapshot start = lottery.start()) {
      lottery.restore(model, trained);
      return Rewinding.rewind(
          model,
          control == Control.NO_REWINDING ? start : trained,
          mask,
          Rewinding.Mode.LEARNING_RATE,
          set.updaterStart);
    }
  }

  private Ticket ticket(int round) throws IOException {
    return Ticket.load(set.directory.resolve(LotteryResult.ticketFile(round)));
  }

  /** A random mask with the same number of zeros in each parameter. */
  private PackedMasks random(PrunableModel model, PackedMasks mask) {
    Pruned same = Rewinding.mask(model.copy(), mask);
    same.masks().close();
    Map<String, Double> sparsities =
        same.report().layers().stream()
            .collect(Collectors.toMap(PruningReport.Layer::name, PruningReport.Layer::sparsity));
    Pruned random =
        Pruner.of(model.unwrap())
            .selector(set.selector)
            .criterion(new Random())
            .allocation(new PerLayer(sparsities))
            .seed(set.seed + FreshModel.OTHER)
            .sparsity(same.report().reachedSparsity())
            .prune();
    PackedMasks packed = PackedMasks.of(random.masks());
    random.masks().close();
    return packed;
  }

  /**
   * Trains a ticket twice, in the order of the dense training and in another, and compares.
   *
   * @param round of the ticket, from 1
   * @return the measures
   * @throws IOException if a file cannot be read
   */
  public TicketStability stability(int round) throws IOException {
    try (Ticket ticket = ticket(round)) {
      return stability(ticket.mask(), ticket.start());
    }
  }

  /**
   * Measures a random mask with as many zeros a layer, on the dense network's weights of step k, as
   * {@link #stability} measures the ticket. In the paper tickets are stabler than these.
   *
   * @param round of the ticket, from 1
   * @return the measures
   * @throws IOException if a file cannot be read
   */
  public TicketStability stabilityOfRandomMask(int round) throws IOException {
    try (Ticket ticket = ticket(round);
        Snapshot start = lottery.start()) {
      return stability(random(lottery.fresh(set.seed), ticket.mask()), start);
    }
  }

  private TicketStability stability(PackedMasks kept, Snapshot start) throws IOException {
    try (Snapshot denseState = Snapshot.load(set.directory.resolve(LotteryResult.trainedFile(0)))) {
      PrunableModel dense = lottery.fresh(set.seed);
      lottery.restore(dense, denseState);
      PrunableModel same = trained(kept, start, set.seed);
      PrunableModel other = trained(kept, start, set.seed + FreshModel.OTHER);
      Pruned masked = Rewinding.mask(same, kept);
      Layout layout = masked.masks().layout();
      try (INDArray mask = masked.masks().gather();
          INDArray a = gather(dense, layout);
          INDArray b = gather(same, layout);
          INDArray c = gather(other, layout)) {
        Interpolation line =
            Interpolation.between(
                same, other, Interpolation.POINTS, model -> -set.evaluation.applyAsDouble(model));
        masked.masks().close();
        return new TicketStability(Stability.of(a, b, mask), Stability.of(b, c, mask), line);
      }
    }
  }

  /** Trains under a mask; in the order of the dense training all else is alike. */
  private PrunableModel trained(PackedMasks mask, Snapshot start, long order) {
    PrunableModel model = lottery.fresh(set.seed);
    lottery.restore(model, start);
    if (order != set.seed) {
      RandomState.seed(order);
    }
    Rewinding.train(Rewinding.mask(model, mask), set.trainer, lottery.rest(order));
    return model;
  }

  private static INDArray gather(PrunableModel model, Layout layout) {
    try (Evidence evidence = Evidence.of(model, layout, List.of(), 0)) {
      return evidence.copy(model::values);
    }
  }
}
