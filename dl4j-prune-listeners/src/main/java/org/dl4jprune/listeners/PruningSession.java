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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Memory;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.method.Finite;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pruning of one model while it trains, whatever its class: keeps the masks at every step and
 * changes them when the configuration says so.
 */
final class PruningSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PruningSession.class);

  private final Pruning pruning;
  private final PrunableModel model;
  private final Layout layout;
  private final MaskMaker maker;
  private final Masks masks;
  private final Memory memory = new Memory();
  private final StepGradients stepGradients;
  private final List<PruningReport.Update> trace = new ArrayList<>();
  private final boolean observes;
  private final boolean needsGradient;
  private Map<Parameter, Double> asked = Map.of();
  private boolean updaterStateReady;
  private boolean zerosStay;
  private PruningReport finished;
  private long[] kept;
  private long gradientStep = -1;
  private long lastStep = -1;
  private long lastEpoch = -1;

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
    this.layout = new Layout(pruning.selector().select(model));
    this.maker = new MaskMaker(layout, pruning.pattern());
    this.observes = any(pruning, Criterion::observes);
    this.needsGradient = any(pruning, Criterion::needsGradient);
    SessionChecks.schedule(pruning, model);
    if (needsGradient || observes) {
      SessionChecks.trainable(pruning, layout);
    }
    Finite.check("weights", layout.parameters(), model::values);
    this.masks = Masks.dense(model, layout);
    this.kept = layout.parameters().stream().mapToLong(Parameter::length).toArray();
    if (pruning.initialSparsity() > 0) {
      startSparse();
    }
  }

  /** Keeps the masks of a model that was pruned before. */
  PruningSession(Pruning pruning, Pruned pruned) {
    this.pruning = pruning;
    this.model = pruned.model();
    this.stepGradients = new StepGradients(model);
    this.masks = pruned.masks();
    this.layout = masks.layout();
    this.maker = new MaskMaker(layout, pruning.pattern());
    this.observes = false;
    this.needsGradient = false;
    this.finished = pruned.report();
    this.kept = masks.kept();
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
    this.layout = SessionChecks.layoutOf(state.masks(), model);
    this.maker = new MaskMaker(layout, pruning.pattern());
    this.observes = any(pruning, Criterion::observes);
    this.needsGradient = any(pruning, Criterion::needsGradient);
    Finite.check("weights", layout.parameters(), model::values);
    this.masks = Masks.dense(model, layout);
    state.masks().copyTo(masks);
    SessionChecks.dead(masks, model);
    this.kept = masks.kept();
    this.finished = state.counts().finished();
    trace.addAll(state.counts().trace());
    asked = new HashMap<>();
    for (Parameter parameter : layout.parameters()) {
      Double sparsity = state.counts().asked().get(parameter.name());
      if (sparsity != null) {
        asked.put(parameter, sparsity);
      }
    }
    memory.restore(state.memory());
    model.setCounts(state.counts().iteration(), state.counts().epoch());
    masks.applyToUpdaterState();
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
    long iteration = model.iteration();
    if (gradientStep == iteration && lastStep != iteration) {
      throw new IllegalStateException(
          ("%s has not completed step %d, so there is no state to go on from; give the model the"
                  + " pruning listener before the one that saves, and do not save after an error")
              .formatted(pruning.name(), iteration + 1));
    }
    // Inside of a hook the model has not counted yet what it has done.
    long steps = lastStep == iteration ? iteration + 1 : iteration;
    long epochs = lastEpoch == model.epoch() ? model.epoch() + 1 : model.epoch();
    Map<String, Double> sparsities = new LinkedHashMap<>();
    asked.forEach((parameter, sparsity) -> sparsities.put(parameter.name(), sparsity));
    Map<String, INDArray> copies = new LinkedHashMap<>();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      memory.all().forEach((key, array) -> copies.put(key, array.dup()));
      return new SessionState(
          pruning,
          new SessionState.Counts(steps, epochs, sparsities, trace, finished),
          PackedMasks.of(masks),
          copies);
    }
  }

  private void startSparse() {
    Cautions.onUntrainedNormalisation(
        pruning.initialCriterion(), pruning.initialAllocation(), model);
    try (Evidence evidence = Evidence.of(model, layout, List.of(), pruning.seed())) {
      INDArray scores = pruning.initialCriterion().scores(evidence);
      Finite.check("scores", layout.parameters(), p -> layout.flat(scores, p));
      INDArray mask = choose(scores, pruning.initialAllocation(), pruning.initialSparsity());
      apply(mask);
      trace.add(new PruningReport.Update(0, pruning.initialSparsity(), zeros(), 0));
      scores.close();
      mask.close();
    }
  }

  PrunableModel model() {
    return model;
  }

  Masks masks() {
    return masks;
  }

  /** To be called with the raw gradient of each block, before the updater sees it. */
  void gradientAvailable(ParameterBlock block, INDArray gradient, long iteration) {
    if (observes) {
      if (pruning.criterion().observes()) {
        pruning.criterion().observe(block, gradient, memory);
      }
      if (pruning.regrowth() != null && pruning.regrowth().growth().observes()) {
        pruning.regrowth().growth().observe(block, gradient, memory);
      }
    }
    if (needsGradient && isDue(iteration + 1, ScheduleUnit.ITERATION)) {
      stepGradients.keep(block, gradient);
    }
    masks.applyToGradient(block, gradient);
    gradientStep = iteration;
  }

  private boolean isDue(long time, ScheduleUnit unit) {
    return pruning.unit() == unit && (prunes(time) || regrows(time));
  }

  private boolean prunes(long time) {
    return pruning.window() != null && pruning.window().due(time);
  }

  private boolean regrows(long time) {
    return pruning.regrowth() != null && pruning.regrowth().window().due(time);
  }

  /** To be called after each update of the parameters, with the count before that step. */
  void stepDone(long iteration) {
    boolean first = !updaterStateReady;
    if (first) {
      // SameDiff makes its updaters during the first step, after the initial masks were made.
      masks.applyToUpdaterState();
      updaterStateReady = true;
      zerosStay = model.keepsZeros();
    }
    masks.keepUpdaterState();
    if (isDue(iteration + 1, ScheduleUnit.ITERATION)) {
      update(iteration + 1);
    } else if (first || !zerosStay) {
      // The first step may still have come from an updater state that was restored with the model.
      masks.applyToValues();
    }
    lastStep = iteration;
  }

  /** To be called at the end of each epoch, with the count before that epoch. */
  void epochDone(long epoch) {
    if (isDue(epoch + 1, ScheduleUnit.EPOCH)) {
      update(epoch + 1);
    } else {
      // Values that were set from outside between two steps.
      masks.applyToValues();
    }
    lastEpoch = epoch;
  }

  private void update(long time) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        Evidence evidence =
            Evidence.ofStep(model, layout, stepGradients::of, memory, pruning.seed() + time)) {
      if (needsGradient) {
        Finite.check("gradients", layout.parameters(), stepGradients::of);
      }
      Finite.check("weights", layout.parameters(), model::values);
      // All scores first: if one of them cannot be computed, nothing has changed yet.
      INDArray scores = finite("scores", pruning.criterion(), evidence);
      INDArray growth =
          regrows(time) ? finite("growth scores", pruning.regrowth().growth(), evidence) : null;
      if (prunes(time)) {
        scores = prune(scores, time);
      }
      long regrown = growth == null ? 0 : regrow(scores, growth, time);
      scores.close();
      double target =
          pruning.window() == null
              ? pruning.initialSparsity()
              : pruning.sparsity().at(Math.min(time, pruning.window().last()));
      trace.add(new PruningReport.Update(time, target, zeros(), regrown));
      LOG.debug(
          "{} at {}: {} of {} weights are zero", pruning.name(), time, zeros(), layout.length());
    } finally {
      stepGradients.close();
    }
  }

  private INDArray finite(String what, Criterion criterion, Evidence evidence) {
    INDArray scores = criterion.scores(evidence);
    if (criterion.observes() || criterion.needsGradient()) {
      Finite.check(what, layout.parameters(), p -> layout.flat(scores, p));
    }
    return scores;
  }

  /** Returns the scores with dead weights below all others, in place of the ones given. */
  private INDArray prune(INDArray scores, long time) {
    INDArray alive = masks.gather();
    // Dead weights rank below all others, so that pruning only removes.
    INDArray ranked = MaskMaker.onlyWhere(alive, scores);
    scores.close();
    INDArray pruned = choose(ranked, pruning.allocation(), pruning.sparsity().at(time)).muli(alive);
    // Before anything comes back: what comes back starts at zero.
    apply(pruned);
    List.of(alive, pruned).forEach(INDArray::close);
    return ranked;
  }

  private INDArray choose(INDArray scores, Allocation allocation, double sparsity) {
    MaskMaker.Choice choice = maker.make(scores, kept, allocation, sparsity);
    asked = choice.asked();
    return choice.mask();
  }

  private long regrow(INDArray scores, INDArray growth, long time) {
    INDArray mask = masks.gather();
    long exchanged = maker.exchange(mask, scores, growth, pruning.regrowth().rate().at(time));
    apply(mask);
    List.of(mask, growth).forEach(INDArray::close);
    return exchanged;
  }

  private void apply(INDArray mask) {
    masks.scatter(mask);
    masks.applyToValues();
    masks.applyToUpdaterState();
    long[] now = Masks.kept(mask, layout);
    Cautions.onLayerCollapse(pruning.name(), layout, kept, now);
    kept = now;
  }

  private long zeros() {
    return layout.length() - LongStream.of(kept).sum();
  }

  PruningReport report() {
    if (finished != null) {
      return finished;
    }
    return PruningReport.of(pruning.name(), pruning.finalSparsity(), masks, asked, trace);
  }

  @Override
  public void close() {
    masks.close();
    memory.close();
    stepGradients.close();
  }
}
