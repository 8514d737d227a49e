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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.method.Finite;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.depth.BlockSurgeon;
import org.dl4jprune.structure.depth.RemovableBlock;
import org.dl4jprune.structure.depth.RemovableBlocks;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.ProcedureLog;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.transform.BlockReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The trainings of a {@link LayerRewinding} and their files. */
final class LayerTraining {
  private static final Logger LOG = LoggerFactory.getLogger(LayerTraining.class);

  private final LayerRewinding set;
  private final Checkpoints checkpoints;
  private final List<LayerStep> done;
  private final ProcedureLog log;

  LayerTraining(LayerRewinding set) {
    this.set = set;
    this.checkpoints = Checkpoints.in(set.directory, set.texts());
    this.done = new ArrayList<>(checkpoints.rounds(LayerStep.class));
    long steps = set.iterations + set.points.stream().mapToLong(this::rest).sum();
    long dense =
        done.stream().filter(s -> !s.ofTicket()).mapToLong(LayerStep::iteration).max().orElse(0);
    long tickets =
        done.stream().filter(LayerStep::ofTicket).mapToLong(s -> rest(s.iteration())).sum();
    this.log = new ProcedureLog("LayerRewinding", steps, dense + tickets);
  }

  private long rest(long point) {
    return set.iterations - point;
  }

  LayerTickets run() throws IOException {
    dense();
    PrunableModel dense = load(FreshModel.of(set.model, set.seed), wholeFile(set.iterations));
    BlockReport report = set.lotteryOf(dense).run().report();
    Map<Long, PrunableModel> tickets = new LinkedHashMap<>();
    Map<Long, Double> scores = new LinkedHashMap<>();
    for (long point : set.points) {
      Optional<LayerStep> before = find(true, point);
      if (before.isPresent()) {
        checkSame(before.get().removed(), report.removed());
      }
      scores.put(
          point, before.isPresent() ? before.get().score() : ticket(point, report.removed()));
      PrunableModel cut = without(FreshModel.of(set.model, set.seed), report.removed());
      tickets.put(point, load(cut, ticketFile(point)));
    }
    double denseScore = find(false, set.iterations).orElseThrow().score();
    return new LayerTickets(dense, denseScore, report, tickets, scores);
  }

  private void checkSame(List<String> found, List<String> now) {
    if (!found.equals(now)) {
      throw new IllegalArgumentException(
          "%s holds tickets without %s, and now %s would go; give another directory, or the same lottery(...)"
              .formatted(set.directory, found, now));
    }
  }

  private Optional<LayerStep> find(boolean ticket, long iteration) {
    return done.stream()
        .filter(step -> step.ofTicket() == ticket && step.iteration() == iteration)
        .findFirst();
  }

  private static String wholeFile(long iteration) {
    return "whole-%d.bin".formatted(iteration);
  }

  private static String ticketFile(long point) {
    return "ticket-%d.bin".formatted(point);
  }

  /** The dense training, with a file at each point to go back to and at the end. */
  private void dense() throws IOException {
    TreeSet<Long> stops = new TreeSet<>(set.points);
    stops.add(set.iterations);
    PrunableModel whole = FreshModel.of(set.model, set.seed);
    long at = 0;
    boolean behind = false;
    for (long stop : stops) {
      if (find(false, stop).isPresent()) {
        behind = true;
      } else {
        if (behind) {
          load(whole, wholeFile(at));
          behind = false;
        }
        train(whole, at, stop, set.seed);
        finishDense(whole, at, stop);
      }
      at = stop;
    }
  }

  private void finishDense(PrunableModel whole, long from, long to) throws IOException {
    boolean last = to == set.iterations;
    if (last) {
      Finite.check("trained weights", whole.parameters(), whole::values);
    }
    save(whole, wholeFile(to));
    double score = last ? set.evaluation.applyAsDouble(whole.unwrap()) : Double.NaN;
    finish(new LayerStep(null, to, score));
    log.done(
        last ? "dense training, score " + score : "dense training to step %d".formatted(to),
        to - from);
  }

  /** Trains the ticket of a point from the dense network's file. */
  private double ticket(long point, List<String> gone) throws IOException {
    PrunableModel ticket;
    long order = set.random ? set.seed + FreshModel.OTHER : set.seed;
    try (Snapshot early = Snapshot.load(checkpoints.file(wholeFile(point)))) {
      PrunableModel whole = FreshModel.of(set.model, order);
      if (!set.random) {
        Rewinding.restore(whole, early, set.trainer, set.seed);
      }
      ticket = without(whole, gone);
      early.restoreClock(ticket);
    }
    if (set.random) {
      RandomState.seed(order);
    }
    train(ticket, point, set.iterations, order);
    String diverged = LotteryTicket.diverged(ticket);
    double score = Double.NaN;
    save(ticket, ticketFile(point));
    if (diverged == null) {
      score = set.evaluation.applyAsDouble(ticket.unwrap());
    } else {
      LOG.warn("LayerRewinding: the ticket of step {} has no score: {}", point, diverged);
    }
    finish(new LayerStep(gone, point, score));
    log.done("ticket of step %d, score %s".formatted(point, score), rest(point));
    return score;
  }

  private PrunableModel without(PrunableModel whole, List<String> gone) {
    RemovableBlocks blocks = set.blocksOf(whole);
    List<RemovableBlock> removed =
        blocks.blocks().stream().filter(block -> gone.contains(block.name())).toList();
    return new BlockSurgeon(blocks).remove(removed);
  }

  private void train(PrunableModel model, long from, long to, long order) {
    if (to > from) {
      Supervision.train(log.watch(set.trainer), model, new Span(from, to, order), List.of(), null);
    }
  }

  private PrunableModel load(PrunableModel model, String file) throws IOException {
    Path path = checkpoints.file(file);
    try (Snapshot state = Snapshot.load(path)) {
      Rewinding.restore(model, state, set.trainer, set.seed);
    }
    return model;
  }

  private void save(PrunableModel model, String file) throws IOException {
    try (Snapshot state = Snapshot.of(model)) {
      state.save(checkpoints.file(file));
    }
  }

  private void finish(LayerStep step) {
    checkpoints.finish(step);
    done.add(step);
  }
}
