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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;

/**
 * Puts a model back to an earlier point of its training under a mask. Card {@code
 * lottery-rewinding}; Frankle et al. 2019, <a href="https://arxiv.org/abs/1903.01611">arXiv
 * 1903.01611</a>; learning-rate rewinding: Renda et al., ICLR 2020, <a
 * href="https://arxiv.org/abs/2003.02389">arXiv 2003.02389</a>. Works with any mask.
 */
public final class Rewinding {
  private Rewinding() {}

  /** What goes back to the rewind point. */
  public enum Mode {
    /** Parameters, running statistics, updater state and clock. */
    WEIGHTS,
    /** Only the clock that learning rates go by; parameters and updater state stay trained. */
    LEARNING_RATE
  }

  /** Which updater state a rewound training begins with. */
  public enum UpdaterStart {
    /** That of the point that was rewound to, or of the trained model for the learning rate. */
    RESTORED,
    /** Its initial value. */
    FRESH
  }

  /**
   * Rewinds a model in place, and masks it.
   *
   * @param model the trained model
   * @param point where to
   * @param mask what survives
   * @param mode what goes back
   * @param start the updater state to begin with
   * @return the model with its masks, for {@link PruningListener#keeping}; W = M ⊙ W_k exactly
   * @throws IllegalArgumentException if snapshot or mask do not fit the model; then nothing has
   *     changed
   */
  public static Pruned rewind(
      PrunableModel model, Snapshot point, PackedMasks mask, Mode mode, UpdaterStart start) {
    Masks masks = masks(model, mask);
    if (mode == Mode.WEIGHTS) {
      point.restore(model);
    } else {
      point.restoreClock(model);
    }
    if (start == UpdaterStart.FRESH) {
      for (UpdaterState state : model.updaterStates()) {
        state.array().assign(state.initialValue());
      }
    }
    return apply(model, masks);
  }

  /**
   * Masks a model in place.
   *
   * @param model the model
   * @param mask what survives
   * @return the model with its masks
   * @throws IllegalArgumentException if the mask does not fit; then nothing has changed
   */
  public static Pruned mask(PrunableModel model, PackedMasks mask) {
    return apply(model, masks(model, mask));
  }

  private static Masks masks(PrunableModel model, PackedMasks mask) {
    Collection<String> names = mask.lengths().keySet();
    Layout layout =
        new Layout(model.parameters().stream().filter(p -> names.contains(p.name())).toList());
    Masks masks = Masks.dense(model, layout);
    mask.copyTo(masks);
    return masks;
  }

  private static Pruned apply(PrunableModel model, Masks masks) {
    masks.applyToValues();
    masks.applyToUpdaterState();
    PruningReport report = PruningReport.of("Rewinding", 0, masks, Map.of(), List.of());
    return new Pruned(
        model,
        masks,
        new PruningReport(
            report.method(),
            report.reachedSparsity(),
            report.parameters(),
            report.layers(),
            List.of()));
  }

  /**
   * Sets a model to a snapshot, whatever its class: a SameDiff graph makes its updaters in its
   * first step, so a new one takes a step that is undone at once.
   *
   * @param model the model, changed in place
   * @param snapshot its new state
   * @param trainer takes the step
   * @param seed of the step's data
   */
  public static void restore(PrunableModel model, Snapshot snapshot, Trainer trainer, long seed) {
    if (snapshot.needsFirstStep(model)) {
      Supervision.train(
          trainer,
          model,
          new Span(model.iteration(), model.iteration() + 1, seed),
          List.of(),
          null);
    }
    snapshot.restore(model);
  }

  /**
   * Trains a masked model and keeps its zeros.
   *
   * @param pruned the model with its masks, which are closed at the end
   * @param trainer the user's training
   * @param span which steps
   * @throws IllegalStateException if the trainer did something else
   */
  public static void train(Pruned pruned, Trainer trainer, Span span) {
    try (PruningListener keeper = PruningListener.keeping(pruned)) {
      Supervision.train(trainer, pruned.model(), span, List.of(keeper), pruned.masks());
    }
  }
}
