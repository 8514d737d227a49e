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
package org.dl4jprune.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Finite;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.ProcedureLog;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a pruned network is worth its weights or only its architecture: it is trained on, and
 * trained again from random weights for as many epochs (scratch-E) or as many multiply-accumulates
 * (scratch-B) as the dense network. Each training is measured after its last epoch. Card {@code
 * rethinking-value}; Liu et al., ICLR 2019, <a href="https://arxiv.org/abs/1810.05270">arXiv
 * 1810.05270</a>.
 */
public final class ScratchComparison {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchComparison.class);
  private static final long OTHER = 0x5DEECE66DL;
  private static final int LONG_TRAINING = 10;

  private final ScratchComparisonBuilder set;
  private Object last;
  private ProcedureLog log;

  ScratchComparison(ScratchComparisonBuilder set) {
    this.set = set;
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static ScratchComparisonBuilder builder() {
    return new ScratchComparisonBuilder();
  }

  /**
   * The seed that new initial weights and their order of the data follow from. It is not that of
   * the dense network, since a mask that was found from its weights would fit them.
   *
   * @param seed of the repetition
   * @return another seed
   */
  public static long scratchSeed(long seed) {
    return seed + OTHER;
  }

  /**
   * Runs all trainings, or those that are missing in the directory.
   *
   * @return all of them
   * @throws IllegalArgumentException if a recipe returns a trained model or the same one twice, a
   *     layer has no live weight, the pruned network has no multiply-accumulates or more than the
   *     dense one, or the directory holds another comparison
   * @throws IllegalStateException if the trainer did something else, or the dense training failed,
   *     so that nothing can be pruned
   */
  public ScratchResult run() {
    Checkpoints checkpoints = Checkpoints.in(set.directory, set.settings());
    List<ArmRun> runs = new ArrayList<>(checkpoints.rounds(ArmRun.class));
    long trainings = (set.arms.size() + 1L) * set.seeds.size();
    log = new ProcedureLog("ScratchComparison", "trainings", trainings, asked(runs).size());
    try {
      for (long seed : set.seeds) {
        repeat(seed, checkpoints, runs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The files in %s failed".formatted(set.directory), e);
    }
    return new ScratchResult(asked(runs), set.tolerance);
  }

  /** The directory may hold other seeds and arms too. */
  private List<ArmRun> asked(List<ArmRun> runs) {
    return runs.stream()
        .filter(run -> set.seeds.contains(run.seed()))
        .filter(run -> run.arm() == Arm.DENSE || set.arms.contains(run.arm()))
        .toList();
  }

  private void repeat(long seed, Checkpoints checkpoints, List<ArmRun> runs) throws IOException {
    List<Arm> open = new ArrayList<>(set.arms);
    open.removeIf(arm -> done(runs, arm, seed));
    if (open.isEmpty() && done(runs, Arm.DENSE, seed)) {
      return;
    }
    PrunableModel dense = dense(seed, checkpoints, runs);
    Size whole = Size.of(dense, null, set.example);
    PrunedShape.Found found = set.pruning.apply(dense.unwrap());
    Size left = Size.of(found.model(), found.shape().mask(), set.example);
    for (Arm arm : open) {
      int epochs = set.budgets.of(arm, whole.operations(), left.operations());
      double share = (double) left.operations() / whole.operations();
      PrunedShape shape =
          arm == Arm.UNIFORM ? PrunedShape.uniform(dense, share, set.example) : found.shape();
      if (arm == Arm.SCRATCH_B && epochs > LONG_TRAINING * set.epochs) {
        LOG.warn(
            "ScratchComparison: scratch-B takes {} epochs, {} times the dense training; budgetCap limits it",
            epochs,
            epochs / set.epochs);
      }
      PrunableModel model = start(arm, shape, found, seed, epochs);
      long order = arm.fromScratch() ? scratchSeed(seed) : seed;
      train(model, found.shape().mask(), epochs, order);
      double before = arm.needsDense() ? cost(set.epochs, whole) : 0;
      Size size = arm == Arm.UNIFORM ? Size.of(model, null, set.example) : left;
      finish(arm, seed, model, epochs, size, before, checkpoints, runs);
    }
  }

  private static boolean done(List<ArmRun> runs, Arm arm, long seed) {
    return runs.stream().anyMatch(run -> run.arm() == arm && run.seed() == seed);
  }

  private PrunableModel dense(long seed, Checkpoints checkpoints, List<ArmRun> runs)
      throws IOException {
    Path file = checkpoints.file("dense-%d.bin".formatted(seed));
    PrunableModel model = fresh(set.recipe, seed, set.epochs);
    if (done(runs, Arm.DENSE, seed) && Files.exists(file)) {
      try (Snapshot trained = Snapshot.load(file)) {
        trained.restoreValues(model);
      }
      return model;
    }
    train(model, null, set.epochs, seed);
    Finite.check("trained weights", model.parameters(), model::values);
    try (Snapshot trained = Snapshot.of(model)) {
      trained.save(file);
    }
    // Where only the file was lost, its training is known already.
    if (!done(runs, Arm.DENSE, seed)) {
      Size size = Size.of(model, null, set.example);
      finish(Arm.DENSE, seed, model, set.epochs, size, 0, checkpoints, runs);
    }
    return model;
  }

  private PrunableModel start(
      Arm arm, PrunedShape shape, PrunedShape.Found found, long seed, int epochs) {
    PrunableModel model;
    if (arm == Arm.FINE_TUNE) {
      model = found.copyTo(shape.shaped(fresh(set.fineTuning, seed, epochs)));
    } else if (arm == Arm.TICKET) {
      model = shape.shaped(fresh(set.recipe, seed, epochs));
    } else {
      PrunableModel dense = fresh(set.recipe, scratchSeed(seed), epochs);
      model = shape.fresh(dense, set.initialisation);
    }
    RandomState.seed(arm.fromScratch() ? scratchSeed(seed) : seed);
    return model;
  }

  private PrunableModel fresh(Recipe recipe, long seed, int epochs) {
    RandomState.seed(seed);
    Object made = recipe.build(seed, epochs);
    // A network sets the seed of its own configuration, which may be the time of day.
    RandomState.seed(seed);
    PrunableModel model = PrunableModel.ofAny(made);
    if (made == last || model.iteration() != 0) {
      throw new IllegalArgumentException(
          "The recipe returned %s; make a new model each time"
              .formatted(
                  made == last
                      ? "the same model twice"
                      : "a model that was trained for %d iterations".formatted(model.iteration())));
    }
    last = made;
    return model;
  }

  private void train(PrunableModel model, PackedMasks mask, int epochs, long order) {
    Span span = new Span(0, epochs * set.iterations, order);
    if (mask == null) {
      Supervision.train(set.trainer, model, span, List.of(), null);
    } else {
      Rewinding.train(Rewinding.mask(model, mask), set.trainer, span);
    }
  }

  private double cost(int epochs, Size size) {
    return (double) epochs * set.examples * size.operations();
  }

  private void finish(
      Arm arm,
      long seed,
      PrunableModel model,
      int epochs,
      Size size,
      double before,
      Checkpoints checkpoints,
      List<ArmRun> runs) {
    double score = set.evaluation.applyAsDouble(model.unwrap());
    boolean failed = !Double.isFinite(score) || diverged(model);
    ArmRun run =
        new ArmRun(
            arm,
            seed,
            failed ? Double.NaN : score,
            epochs,
            size.parameters(),
            size.operations(),
            before + cost(epochs, size),
            failed);
    checkpoints.finish(run);
    runs.add(run);
    log.done(
        "seed %d, %s after %d epochs: %s".formatted(seed, arm, epochs, failed ? "failed" : score),
        1);
  }

  private static boolean diverged(PrunableModel model) {
    try {
      Finite.check("trained weights", model.parameters(), model::values);
      return false;
    } catch (IllegalStateException e) {
      LOG.warn("ScratchComparison: {}", e.getMessage());
      return true;
    }
  }
}
