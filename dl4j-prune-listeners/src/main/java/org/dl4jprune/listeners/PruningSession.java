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
package org.dl4jprune.listeners;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Memory;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Finite;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One pruning of one model while it trains, whatever its class: keeps the masks at every step and
 * changes them when the configuration says so.
 */
final class PruningSession implements StepSession {
  private final Pruning pruning;
  private final PrunableModel model;
  private final Masks masks;
  private final MaskUpdates updates;
  private final Memory memory = new Memory();
  private final StepClock clock = new StepClock();
  private final StepGradients stepGradients;
  private final boolean observes;
  private final boolean needsGradient;
  private final PruningReport finished;
  private boolean updaterStateReady;
  private boolean zerosStay;
  private boolean waits;
  private long pending;

  /**
   * Checks everything, then makes the initial masks and applies them.
   *
   * @throws IllegalArgumentException if nothing can be pruned or the pattern does not fit
   * @throws IllegalStateException if the schedule has ended before, or a weight is not finite
   */
  PruningSession(Pruning pruning, PrunableModel model) {
    this.pruning = pruning;
    this.model = model;
    this.stepGradients = new StepGradients(model);
    this.observes = any(pruning, Criterion::observes);
    this.needsGradient = any(pruning, Criterion::needsGradient);
    this.finished = null;
    Layout layout = new Layout(pruning.selector().select(model));
    MaskMaker maker = new MaskMaker(layout, pruning.pattern());
    SessionChecks.schedule(pruning, model);
    if (needsGradient || observes) {
      SessionChecks.trainable(pruning, layout);
    }
    Finite.check("weights", layout.parameters(), model::values);
    this.masks = Masks.dense(model, layout);
    this.updates = new MaskUpdates(pruning, model, masks, maker, memory, stepGradients);
    if (pruning.initialSparsity() > 0) {
      updates.startSparse();
    }
  }

  /** Keeps the masks of a model that was pruned before. */
  PruningSession(Pruning pruning, Pruned pruned) {
    this.pruning = pruning;
    this.model = pruned.model();
    this.stepGradients = new StepGradients(model);
    this.observes = false;
    this.needsGradient = false;
    this.finished = pruned.report();
    this.masks = pruned.masks();
    this.updates = ofMasks();
  }

  /**
   * Goes on where another session was.
   *
   * @throws IllegalArgumentException if the masks are not those of the model
   * @throws IllegalStateException if a weight is not finite
   */
  PruningSession(SessionState state, PrunableModel model) {
    this.pruning = state.pruning();
    this.model = model;
    this.stepGradients = new StepGradients(model);
    this.observes = any(pruning, Criterion::observes);
    this.needsGradient = any(pruning, Criterion::needsGradient);
    this.finished = state.counts().finished();
    Layout layout = SessionChecks.layoutOf(state.masks(), model);
    Finite.check("weights", layout.parameters(), model::values);
    this.masks = Masks.dense(model, layout);
    state.masks().copyTo(masks);
    SessionChecks.dead(masks, model);
    this.updates = ofMasks();
    updates.restore(state.counts());
    memory.restore(state.memory());
    model.setCounts(state.counts().iteration(), state.counts().epoch());
    masks.applyToUpdaterState();
  }

  private MaskUpdates ofMasks() {
    MaskMaker maker = new MaskMaker(masks.layout(), pruning.pattern());
    return new MaskUpdates(pruning, model, masks, maker, memory, stepGradients);
  }

  private static boolean any(Pruning pruning, Predicate<Criterion> question) {
    return question.test(pruning.criterion())
        || (pruning.regrowth() != null && question.test(pruning.regrowth().growth()));
  }

  /**
   * What another session needs to go on.
   *
   * @throws IllegalStateException if a step is under way
   */
  SessionState state() {
    long steps = clock.steps(model, pruning.name());
    long epochs = clock.epochs(model);
    Map<String, INDArray> copies = new LinkedHashMap<>();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      memory.all().forEach((key, array) -> copies.put(key, array.dup()));
      return new SessionState(
          pruning,
          new SessionState.Counts(steps, epochs, updates.askedByName(), updates.trace(), finished),
          PackedMasks.of(masks),
          copies);
    }
  }

  @Override
  public PrunableModel model() {
    return model;
  }

  Masks masks() {
    return masks;
  }

  @Override
  public void gradientAvailable(ParameterBlock block, INDArray gradient, long iteration) {
    if (observes) {
      if (pruning.criterion().observes()) {
        pruning.criterion().observe(block, gradient, memory);
      }
      if (pruning.regrowth() != null && pruning.regrowth().growth().observes()) {
        pruning.regrowth().growth().observe(block, gradient, memory);
      }
    }
    if (needsGradient && updates.isDue(iteration + 1, ScheduleUnit.ITERATION)) {
      stepGradients.keep(block, gradient);
    }
    masks.applyToGradient(block, gradient);
    clock.gradientSeen(iteration);
  }

  @Override
  public void stepDone(long iteration) {
    boolean first = !updaterStateReady;
    if (first) {
      // SameDiff makes its updaters during the first step, after the initial masks were made.
      masks.applyToUpdaterState();
      updaterStateReady = true;
      zerosStay = model.keepsZeros();
    }
    masks.keepUpdaterState();
    if (updates.isDue(iteration + 1, ScheduleUnit.ITERATION)) {
      pending = iteration + 1;
      if (!waits) {
        settle();
      }
    } else if (first || !zerosStay) {
      // The first step may still have come from an updater state that was restored with the model.
      masks.applyToValues();
    }
    clock.stepDone(iteration);
  }

  /** Whether masks change only when {@link #settle} is called. */
  void waitToBeSettled(boolean wait) {
    waits = wait;
  }

  /**
   * Makes the change of masks that is due, if one is.
   *
   * @return whether there was one
   */
  boolean settle() {
    if (pending == 0) {
      return false;
    }
    long time = pending;
    pending = 0;
    updates.update(time, needsGradient);
    return true;
  }

  /** Whether an update that falls into a round looks at gradients. */
  boolean needsGradient(long from, long to) {
    return needsGradient && !updates.dueWithin(from, to).isEmpty();
  }

  /**
   * Takes over a model that made several steps elsewhere, with these masks, and makes the changes
   * of masks that fall into them.
   *
   * @param from the number of steps before
   * @param to the number of steps now
   * @param gradient the raw gradient of the first block; only read if an update needs it
   * @return whether there was a change
   */
  boolean roundDone(long from, long to, INDArray gradient) {
    masks.applyToValues();
    masks.applyToUpdaterState();
    List<Long> due = updates.dueWithin(from, to);
    for (long time : due) {
      if (needsGradient) {
        stepGradients.keep(model.blocks().get(0), gradient);
      }
      updates.update(time, needsGradient);
    }
    return !due.isEmpty();
  }

  @Override
  public void epochDone(long epoch) {
    if (updates.isDue(epoch + 1, ScheduleUnit.EPOCH)) {
      updates.update(epoch + 1, needsGradient);
    } else {
      // Values that were set from outside between two steps.
      masks.applyToValues();
    }
    clock.epochDone(epoch);
  }

  PruningReport report() {
    if (finished != null) {
      return finished;
    }
    return updates.report();
  }

  @Override
  public void close() {
    masks.close();
    memory.close();
    stepGradients.close();
  }
}
