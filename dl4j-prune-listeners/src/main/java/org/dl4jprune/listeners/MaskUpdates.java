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
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Memory;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.method.Finite;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.schedule.ScheduleUnit;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which weights live, at the times that the configuration names. */
final class MaskUpdates {
  private static final Logger LOG = LoggerFactory.getLogger(MaskUpdates.class);

  private final Pruning pruning;
  private final PrunableModel model;
  private final Layout layout;
  private final Masks masks;
  private final MaskMaker maker;
  private final Memory memory;
  private final StepGradients stepGradients;
  private final List<PruningReport.Update> trace = new ArrayList<>();
  private Map<Parameter, Double> asked = Map.of();
  private long[] kept;

  MaskUpdates(
      Pruning pruning,
      PrunableModel model,
      Masks masks,
      MaskMaker maker,
      Memory memory,
      StepGradients stepGradients) {
    this.pruning = pruning;
    this.model = model;
    this.masks = masks;
    this.layout = masks.layout();
    this.maker = maker;
    this.memory = memory;
    this.stepGradients = stepGradients;
    this.kept = masks.kept();
  }

  /** Takes over what another session has done. */
  void restore(SessionState.Counts counts) {
    trace.addAll(counts.trace());
    asked = new HashMap<>();
    for (Parameter parameter : layout.parameters()) {
      Double sparsity = counts.asked().get(parameter.name());
      if (sparsity != null) {
        asked.put(parameter, sparsity);
      }
    }
  }

  List<PruningReport.Update> trace() {
    return trace;
  }

  Map<String, Double> askedByName() {
    Map<String, Double> sparsities = new LinkedHashMap<>();
    asked.forEach((parameter, sparsity) -> sparsities.put(parameter.name(), sparsity));
    return sparsities;
  }

  PruningReport report() {
    return PruningReport.of(pruning.name(), pruning.finalSparsity(), masks, asked, trace);
  }

  /** Makes the masks that training begins with. */
  void startSparse() {
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

  /** Whether the masks change at a time. */
  boolean isDue(long time, ScheduleUnit unit) {
    return pruning.unit() == unit && (prunes(time) || regrows(time));
  }

  /**
   * The updates that are left of all that fall into a round of several steps, at whose end only
   * masks can change: the last one that prunes, and the last one that regrows if it is a later one.
   *
   * @param from the number of steps before the round
   * @param to the number of steps after it
   * @return at most two times, in order
   */
  List<Long> dueWithin(long from, long to) {
    if (pruning.unit() != ScheduleUnit.ITERATION) {
      return List.of();
    }
    LongPredicate prunes = this::prunes;
    LongPredicate regrows = this::regrows;
    return Stream.of(prunes, regrows)
        .map(due -> LongStream.rangeClosed(from + 1, to).filter(due).max())
        .flatMap(last -> last.stream().boxed())
        .sorted()
        .distinct()
        .toList();
  }

  private boolean prunes(long time) {
    return pruning.window() != null && pruning.window().due(time);
  }

  private boolean regrows(long time) {
    return pruning.regrowth() != null && pruning.regrowth().window().due(time);
  }

  /**
   * Changes the masks.
   *
   * @throws IllegalStateException if a weight, a gradient or a score is not finite; then no mask
   *     has changed
   */
  void update(long time, boolean needsGradient) {
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
}
