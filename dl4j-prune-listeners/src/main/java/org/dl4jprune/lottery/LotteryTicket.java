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
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Finite;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.training.ProcedureLog;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iterative magnitude pruning with rewinding: train, prune a fraction of what is left, put the rest
 * back to an early step, train again. Card {@code lottery-rewinding}; Frankle et al. 2019, <a
 * href="https://arxiv.org/abs/1903.01611">arXiv 1903.01611</a>, algorithm 1; rewinding to 0 is
 * Frankle and Carbin, ICLR 2019, <a href="https://arxiv.org/abs/1803.03635">arXiv 1803.03635</a>.
 *
 * <pre>{@code
 * LotteryResult tickets =
 *     LotteryTicket.builder()
 *         .model(seed -> network(seed))
 *         .trainer(Trainer.onDataSets(seed -> images.train(128, seed)))
 *         .evaluate(model -> accuracy(model))
 *         .iterations(940).rewindToShare(0.02)
 *         .pruneFraction(0.5).rounds(5)
 *         .directory(Path.of("lottery")).build().run();
 * }</pre>
 *
 * <p>The dense round is the training that {@code Nd4j.getRandom().setSeed(seed)} and {@code fit}
 * give, bit for bit. After round r exactly round((1 − (1 − p)^r)·N) of N weights are zero. Each
 * round is a function of the files of the round before, so a lottery that was killed and started
 * again ends at the same bits. Cost: T + R·(T − k) steps; on disk, one state for each round and its
 * ticket.
 */
public final class LotteryTicket {
  private static final Logger LOG = LoggerFactory.getLogger(LotteryTicket.class);

  private final LotteryTicketBuilder set;

  LotteryTicket(LotteryTicketBuilder set) {
    this.set = set;
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static LotteryTicketBuilder builder() {
    return new LotteryTicketBuilder();
  }

  /**
   * Runs all rounds, or those that are missing in the directory.
   *
   * @return what was found; where a training diverged or a layer lost all its weights, the rounds
   *     before it and the reason
   * @throws IllegalArgumentException if the model is not new, the parts do not fit it, or the
   *     directory holds another lottery; then nothing has been trained
   * @throws IllegalStateException if the trainer changed the model or trained another span, or the
   *     criterion needs data and has none
   */
  public LotteryResult run() {
    PrunableModel model = fresh(set.seed);
    rehearse(model);
    LotteryFiles files = new LotteryFiles(set);
    List<LotteryRound> rounds = files.rounds();
    ProcedureLog log =
        new ProcedureLog("LotteryTicket", steps(set.rounds + 1), steps(rounds.size()));
    String stopped = null;
    try {
      if (rounds.isEmpty()) {
        stopped = dense(model, files, log);
      }
      while (stopped == null && rounds.size() <= set.rounds) {
        stopped = round(model, files, log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The files in %s failed".formatted(set.directory), e);
    }
    if (stopped != null) {
      LOG.warn(
          "LotteryTicket: stopped after {} of {} rounds: {}",
          Math.max(0, rounds.size() - 1),
          set.rounds,
          stopped);
    }
    return new LotteryResult(set.directory, rounds, set.tolerance, stopped);
  }

  /**
   * Parts that do not fit are found before the first training: the first and the last round choose
   * among the initial weights of a copy that passes for trained.
   */
  private void rehearse(PrunableModel model) {
    PrunableModel trained = model.copy();
    ModelTraining.setCounts(trained, set.iterations, 0);
    IntStream.of(1, set.rounds)
        .distinct()
        .forEach(round -> pruner(trained, round).prune().masks().close());
    FreshModel.warnIfUnrepeatable(set.model, set.seed);
    // Scoring may have drawn random numbers.
    RandomState.seed(set.seed);
  }

  /** The steps of so many trainings, the dense one included. */
  private long steps(int trainings) {
    return trainings == 0 ? 0 : set.iterations + (trainings - 1) * (set.iterations - set.rewindTo);
  }

  /** A new model; the random numbers of its training begin at the same seed. */
  PrunableModel fresh(long seed) {
    return FreshModel.of(set.model, seed);
  }

  private String dense(PrunableModel model, LotteryFiles files, ProcedureLog log)
      throws IOException {
    if (set.rewindTo > 0) {
      Span toPoint = new Span(0, set.rewindTo, set.seed);
      Supervision.train(log.watch(set.trainer), model, toPoint, List.of(), null);
    }
    files.saveStart(model);
    Supervision.train(log.watch(set.trainer), model, rest(set.seed), List.of(), null);
    String diverged = diverged(model);
    if (diverged == null) {
      files.finish(model, 0, 0, 0);
      log.done("dense training, score " + files.last().score(), set.iterations);
    }
    return diverged;
  }

  Span rest(long order) {
    return new Span(set.rewindTo, set.iterations, order);
  }

  private String round(PrunableModel model, LotteryFiles files, ProcedureLog log)
      throws IOException {
    LotteryRound before = files.last();
    int round = before.round() + 1;
    PruningReport report;
    PackedMasks mask;
    try (Snapshot trained = files.trained(round - 1)) {
      restore(model, trained);
      Pruned chosen = choose(model, round, files);
      report = chosen.report();
      mask = PackedMasks.of(chosen.masks());
      chosen.masks().close();
    }
    String collapsed = collapsed(report);
    if (collapsed != null && !set.allowCollapse) {
      return collapsed;
    }
    if (report.zeros() == before.zeros() && set.allocation.choosesAmount()) {
      return "the allocation takes no further weight";
    }
    if (report.zeros() == before.zeros()) {
      LOG.info("LotteryTicket: round {} takes no further weight, so it is not trained", round);
      rewind(model, files, mask, report, round).masks().close();
      files.repeatLast(report.weights());
      log.done("round %d of %d".formatted(round, set.rounds), set.iterations - set.rewindTo);
      return null;
    }
    Pruned ticket = rewind(model, files, mask, report, round);
    if (!set.replay) {
      RandomState.seed(order(round));
    }
    Rewinding.train(ticket, log.watch(set.trainer), rest(order(round)));
    String diverged = diverged(model);
    if (diverged == null) {
      files.finish(model, round, report.zeros(), report.weights());
      log.done(
          "round %d of %d, %.2f %% zeros, score %s"
              .formatted(round, set.rounds, 100 * report.reachedSparsity(), files.last().score()),
          set.iterations - set.rewindTo);
    }
    return diverged;
  }

  /** Makes the ticket of a round, in place, and saves it. */
  private Pruned rewind(
      PrunableModel model, LotteryFiles files, PackedMasks mask, PruningReport report, int round)
      throws IOException {
    try (Snapshot start = files.start()) {
      Pruned ticket = Rewinding.rewind(model, start, mask, set.mode, set.updaterStart);
      files.saveTicket(mask, model, round, report.reachedSparsity());
      return ticket;
    }
  }

  void restore(PrunableModel model, Snapshot state) {
    Rewinding.restore(model, state, set.trainer, set.seed);
  }

  private Pruned choose(PrunableModel model, int round, LotteryFiles files) throws IOException {
    Pruner pruner = pruner(model, round);
    if (round > 1) {
      try (Ticket last = files.ticket(round - 1)) {
        pruner.within(last.mask());
      }
    }
    return pruner.prune();
  }

  private Pruner pruner(PrunableModel model, int round) {
    return Pruner.of(model.unwrap())
        .selector(set.selector)
        .criterion(set.criterion)
        .data(set.batches)
        .allocation(set.allocation)
        .pattern(set.pattern)
        .seed(set.seed + round)
        .sparsity(sparsity(round));
  }

  private double sparsity(int round) {
    return set.allocation.choosesAmount()
        ? set.targetSparsity
        // Cumulative, so that rounding does not drift.
        : 1 - Math.pow(1 - set.pruneFraction, round);
  }

  private static String collapsed(PruningReport report) {
    String dead =
        report.layers().stream()
            .filter(layer -> layer.zeros() == layer.weights())
            .map(PruningReport.Layer::name)
            .collect(Collectors.joining(", "));
    return dead.isEmpty()
        ? null
        : "%s would have no weight left; give the allocation a floor, or allowCollapse()"
            .formatted(dead);
  }

  static String diverged(PrunableModel model) {
    try {
      Finite.check("trained weights", model.parameters(), model::values);
      return null;
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  /** What the order of the data of a round follows from. */
  long order(int round) {
    // An odd constant far from small numbers, so that the rounds of neighbouring seeds differ.
    return set.replay ? set.seed : set.seed + round * 0x9E3779B97F4A7C15L;
  }

  /**
   * Trains controls and measures the stability of the rounds that are finished in the directory.
   *
   * @return a view of this lottery's files; {@link #run} must have ended
   */
  public LotteryControls controls() {
    return new LotteryControls(this, set);
  }

  Snapshot start() throws IOException {
    return new LotteryFiles(set).start();
  }
}
