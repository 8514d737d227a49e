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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.depth.BlockSurgeon;
import org.dl4jprune.structure.depth.RemovableBlock;
import org.dl4jprune.structure.depth.RemovableBlocks;
import org.dl4jprune.structure.depth.ResidualBlocks;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.BlockReport;
import org.dl4jprune.transform.LayerLottery;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Blocks removed after training: the trained network is scored, the kept blocks go back to an
 * earlier iteration i or to new random weights, and are trained for the rest of the iterations with
 * the learning rate going on from i. Card {@code layer-lottery}, algorithm 1; Jordao et al. 2023,
 * <a href="https://arxiv.org/abs/2301.10835">arXiv 2301.10835</a>.
 */
public final class LayerRewinding {
  private static final long OTHER = 0x5DEECE66DL;

  private final LongFunction<?> model;
  private final Trainer trainer;
  private final TreeSet<Long> points = new TreeSet<>(List.of(0L));
  private Function<Object, RemovableBlocks> finder = ResidualBlocks::of;
  private UnaryOperator<LayerLottery> lottery;
  private long iterations;
  private boolean random;
  private long seed;

  private LayerRewinding(LongFunction<?> model, Trainer trainer) {
    this.model = Objects.requireNonNull(model, "model");
    this.trainer = Objects.requireNonNull(trainer, "trainer");
  }

  /**
   * What was trained.
   *
   * @param dense the whole network after all iterations
   * @param report which blocks are gone, and why
   * @param tickets the smaller networks after all iterations, by the iteration they went back to
   */
  public record Tickets(
      PrunableModel dense, BlockReport report, Map<Long, PrunableModel> tickets) {}

  /**
   * A new procedure.
   *
   * @param model makes a new, untrained model from a seed
   * @param trainer the user's training
   * @return the procedure
   */
  public static LayerRewinding of(LongFunction<?> model, Trainer trainer) {
    return new LayerRewinding(model, trainer);
  }

  /**
   * What is removed.
   *
   * @param lottery adds criterion, data and number of blocks; the blocks are given already
   * @return this
   */
  public LayerRewinding lottery(UnaryOperator<LayerLottery> lottery) {
    this.lottery = lottery;
    return this;
  }

  /**
   * Which blocks can be removed.
   *
   * @param finder residual blocks by default
   * @return this
   */
  public LayerRewinding among(Function<Object, RemovableBlocks> finder) {
    this.finder = finder;
    return this;
  }

  /**
   * The length of the dense training.
   *
   * @param iterations the number of steps n
   * @return this
   */
  public LayerRewinding iterations(long iterations) {
    this.iterations = iterations;
    return this;
  }

  /**
   * The iterations to go back to, each of which gives one ticket.
   *
   * @param iterations i in 0 … n − 1; 0 by default
   * @return this
   */
  public LayerRewinding rewindTo(long... iterations) {
    points.clear();
    for (long point : iterations) {
      points.add(point);
    }
    return this;
  }

  /**
   * Draws the weights of the kept blocks anew; only the learning rate goes back.
   *
   * @return this
   */
  public LayerRewinding randomReinitialisation() {
    this.random = true;
    return this;
  }

  /**
   * The seed of the model and of the data.
   *
   * @param seed 0 by default
   * @return this
   */
  public LayerRewinding seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Trains, removes, rewinds and trains again.
   *
   * @return the networks
   * @throws IllegalArgumentException if no blocks are asked for, a point is not before the end, the
   *     model is not new, or as {@link LayerLottery#run}
   * @throws IllegalStateException if the trainer did something else
   */
  public Tickets run() {
    if (lottery == null) {
      throw new IllegalArgumentException("Say what goes: lottery(l -> l.blocks(1) ...)");
    }
    if (points.isEmpty() || points.first() < 0 || points.last() >= iterations) {
      throw new IllegalArgumentException(
          "rewindTo %s has no step that is left of %d iterations; give 0 to %d"
              .formatted(points, iterations, iterations - 1));
    }
    PrunableModel whole = LotteryTicket.fresh(model, seed);
    Map<Long, Snapshot> snapshots = new LinkedHashMap<>();
    long at = 0;
    for (long point : points) {
      train(whole, at, point, seed);
      snapshots.put(point, Snapshot.of(whole));
      at = point;
    }
    train(whole, at, iterations, seed);
    PrunableModel dense = whole.copy();
    BlockReport report =
        lottery
            .apply(LayerLottery.trained(whole.unwrap()).among(finder.apply(whole.unwrap())))
            .run()
            .report();
    Map<Long, PrunableModel> tickets = new LinkedHashMap<>();
    snapshots.forEach(
        (point, snapshot) -> {
          try (snapshot) {
            tickets.put(point, ticket(whole, report.removed(), snapshot));
          }
        });
    return new Tickets(dense, report, tickets);
  }

  private PrunableModel ticket(PrunableModel whole, List<String> gone, Snapshot point) {
    PrunableModel rewound = whole;
    if (random) {
      rewound = LotteryTicket.fresh(model, seed + OTHER);
    } else {
      point.restore(whole);
    }
    RemovableBlocks blocks = finder.apply(rewound.unwrap());
    List<RemovableBlock> removed =
        blocks.blocks().stream().filter(block -> gone.contains(block.name())).toList();
    PrunableModel ticket = new BlockSurgeon(blocks).remove(removed);
    point.restoreClock(ticket);
    if (random) {
      Nd4j.getRandom().setSeed(seed + OTHER);
    }
    train(ticket, point.iteration(), iterations, random ? seed + OTHER : seed);
    return ticket;
  }

  private void train(PrunableModel trained, long from, long to, long order) {
    if (to > from) {
      Supervision.train(trainer, trained, new Span(from, to, order), List.of(), null);
    }
  }
}
