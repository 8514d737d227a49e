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

import static org.dl4jprune.training.Settings.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.depth.RemovableBlocks;
import org.dl4jprune.structure.depth.ResidualBlocks;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.LayerLottery;

/**
 * Blocks removed after training: the trained network is scored, the kept blocks go back to an
 * earlier iteration i or to new random weights, and are trained for the rest of the iterations with
 * the learning rate going on from i. Jordao et al. 2023, <a
 * href="https://arxiv.org/abs/2301.10835">arXiv 2301.10835</a>, algorithm 1.
 *
 * <pre>{@code
 * LayerTickets tickets =
 *     LayerRewinding.of(seed -> resnet(seed), Trainer.onDataSets(seed -> images.train(128, seed)))
 *         .lottery(blocks -> blocks.criterion(new BypassDivergence()).data(batches).blocks(2))
 *         .evaluate(model -> accuracy(model))
 *         .iterations(4000).rewindTo(0, 500)
 *         .directory(Path.of("blocks")).run();
 * }</pre>
 *
 * <p>The dense network at each of these iterations and each ticket is a file, and all that follows
 * is a function of files, so a procedure that was killed and started again ends at the same bits.
 * Cost: n + Σ(n − i) steps.
 */
public final class LayerRewinding {
  final LongFunction<?> model;
  final Trainer trainer;
  final TreeSet<Long> points = new TreeSet<>(List.of(0L));
  private Function<Object, RemovableBlocks> finder = ResidualBlocks::of;
  private UnaryOperator<LayerLottery> lottery;
  ToDoubleFunction<Object> evaluation;
  Path directory;
  long iterations;
  boolean random;
  long seed = 1;

  private LayerRewinding(LongFunction<?> model, Trainer trainer) {
    this.model = Objects.requireNonNull(model, "model");
    this.trainer = Objects.requireNonNull(trainer, "trainer");
  }

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
   * What is measured at the end of each training.
   *
   * @param evaluation a score of the model, where higher is better
   * @return this
   */
  public LayerRewinding evaluate(ToDoubleFunction<Object> evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Where checkpoints go; a procedure that was interrupted there goes on.
   *
   * @param directory of this procedure alone
   * @return this
   */
  public LayerRewinding directory(Path directory) {
    this.directory = directory;
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
   * @param seed 1 by default; a network that is configured with the seed 0 takes the clock
   * @return this
   */
  public LayerRewinding seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Trains, removes, rewinds and trains again, or does what is missing in the directory.
   *
   * @return the networks and their scores
   * @throws IllegalArgumentException if something is missing, a point is not before the end, the
   *     model is not new, the directory holds another procedure, or as {@link LayerLottery#run};
   *     then nothing has been trained
   * @throws IllegalStateException if the trainer did something else, or the dense network diverged
   */
  public LayerTickets run() {
    checkSettings();
    lotteryOf(FreshModel.of(model, seed)).check();
    FreshModel.warnIfUnrepeatable(model, seed);
    if (random) {
      FreshModel.other(model, seed);
    }
    try {
      return new LayerTraining(this).run();
    } catch (IOException e) {
      throw new UncheckedIOException("The files in %s failed".formatted(directory), e);
    }
  }

  private void checkSettings() {
    check(lottery != null, "Say what goes: lottery(l -> l.blocks(1) ...)");
    check(evaluation != null, "A layer lottery needs evaluate(model -> ...)");
    check(directory != null, "A layer lottery needs directory(...)");
    check(
        !points.isEmpty() && points.first() >= 0 && points.last() < iterations,
        "rewindTo %s has no step that is left of %d iterations; give 0 to %d",
        points,
        iterations,
        iterations - 1);
    check(
        !Files.exists(directory) || Files.isDirectory(directory),
        "directory %s is a file; give another",
        directory);
  }

  /** What removes blocks from a model. */
  LayerLottery lotteryOf(PrunableModel whole) {
    return lottery.apply(LayerLottery.trained(whole.unwrap()).among(blocksOf(whole)));
  }

  RemovableBlocks blocksOf(PrunableModel whole) {
    return finder.apply(whole.unwrap());
  }

  /** All that the result depends on and can be told by a text. */
  Map<String, String> texts() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("iterations", String.valueOf(iterations));
    settings.put("rewindTo", String.valueOf(points));
    settings.put("randomReinitialisation", String.valueOf(random));
    settings.put("seed", String.valueOf(seed));
    return settings;
  }
}
