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
import java.util.stream.LongStream;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Memory;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.Finite;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Max;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The soft mask of {@link IssP} while it shrinks, and the hard mask afterwards. */
final class SoftShrinkage implements ResumableSession {
  private static final Logger LOG = LoggerFactory.getLogger(IssP.class);

  /**
   * Smaller weights would soon be denormal numbers, which processors compute with ten times as
   * slowly.
   */
  private static final double SMALLEST = 1e-30;

  private static final String REMEMBERED = "remembered ";

  private final IssPBuilder settings;
  private final PrunableModel model;
  private final Layout layout;
  private final MaskMaker maker;
  private final Memory memory = new Memory();
  private final StepClock clock = new StepClock();
  private final StepGradients gradients;
  private final GrowingPenalty penalty;
  private Pruned pruned;
  private PruningSession hard;

  SoftShrinkage(IssPBuilder settings, PrunableModel model) {
    this.settings = settings;
    this.model = model;
    this.layout = new Layout(settings.selector.select(model));
    this.maker = new MaskMaker(layout, settings.pattern);
    this.gradients = new StepGradients(model);
    if (model.iteration() >= settings.pruneSteps) {
      throw new IllegalStateException(
          "%s ends at step %d, but the model has already trained %d; raise pruneSteps"
              .formatted(IssP.NAME, settings.pruneSteps, model.iteration()));
    }
    Finite.check("weights", layout.parameters(), model::values);
    this.penalty =
        settings.growth == null ? null : new GrowingPenalty(model, layout, settings.growth);
    if (Double.isNaN(settings.pattern.prescribedSparsity())) {
      long[] units = maker.units();
      for (int i = 0; i < units.length; i++) {
        if (Counts.zeros(settings.ratio, units[i]) == units[i]) {
          LOG.warn(
              "{}: a ratio of {} would take all {} units of {}, which keeps one",
              IssP.NAME,
              settings.ratio,
              units[i],
              layout.parameters().get(i).name());
        }
      }
    }
  }

  @Override
  public PrunableModel model() {
    return model;
  }

  /** The result; null while weights are still shrunk. */
  Pruned pruned() {
    return pruned;
  }

  @Override
  public void gradientAvailable(ParameterBlock block, INDArray gradient, long iteration) {
    if (hard != null) {
      hard.gradientAvailable(block, gradient, iteration);
      return;
    }
    if (settings.criterion.observes()) {
      settings.criterion.observe(block, gradient, memory);
    }
    if (settings.criterion.needsGradient() && isDue(iteration + 1)) {
      gradients.keep(block, gradient);
    }
    if (penalty != null) {
      penalty.addTo(block, gradient);
    }
    clock.gradientSeen(iteration);
  }

  private boolean isDue(long time) {
    return time == settings.pruneSteps || time % settings.every == 0;
  }

  @Override
  public void stepDone(long iteration) {
    long time = iteration + 1;
    if (hard != null) {
      hard.stepDone(iteration);
      return;
    }
    boolean last = time >= settings.pruneSteps;
    // A factor of one is ordinary training, to the bit.
    if (last || (isDue(time) && (penalty != null || settings.factor(time) < 1))) {
      choose(time, last);
    }
    if (!last && penalty != null) {
      penalty.stepDone(time);
    }
    clock.stepDone(iteration);
  }

  private void choose(long time, boolean last) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        Evidence evidence =
            Evidence.ofStep(model, layout, gradients::of, memory, settings.seed + time)) {
      Finite.check("weights", layout.parameters(), model::values);
      MaskMaker.Choice choice = choose(evidence);
      try (INDArray mask = choice.mask()) {
        if (last) {
          fix(choice, time);
        } else if (penalty != null) {
          penalty.choose(mask);
        } else {
          shrink(mask, evidence, Math.pow(settings.factor(time), settings.every));
        }
      }
    } finally {
      gradients.close();
    }
  }

  /** Afresh in every step: what was unimportant a step ago may be important now. */
  private MaskMaker.Choice choose(Evidence evidence) {
    long[] lengths = layout.parameters().stream().mapToLong(Parameter::length).toArray();
    try (INDArray scores = settings.criterion.scores(evidence)) {
      Finite.check("scores", layout.parameters(), p -> layout.flat(scores, p));
      return maker.make(scores, lengths, settings.allocation, settings.ratio);
    }
  }

  /** Multiplies what the mask does not keep; turns the mask into the factors. */
  private void shrink(INDArray mask, Evidence evidence, double factor) {
    try (INDArray values = evidence.copy(model::values);
        INDArray large = Transforms.abs(values, false).gte(SMALLEST);
        INDArray factors = large.castTo(mask.dataType()).muli(factor)) {
      // The maximum of 1 and α is exactly 1, which a weighted sum of them is not.
      Nd4j.exec(new Max(mask, factors, mask));
    }
    for (Parameter p : layout.parameters()) {
      model.values(p).muli(p.fromFlat(layout.flat(mask, p)));
    }
  }

  private void fix(MaskMaker.Choice choice, long time) {
    Masks masks = Masks.dense(model, layout);
    masks.scatter(choice.mask());
    masks.applyToValues();
    masks.applyToUpdaterState();
    long zeros = layout.length() - LongStream.of(masks.kept()).sum();
    PruningReport report =
        PruningReport.of(
            IssP.NAME,
            settings.ratio,
            masks,
            choice.asked(),
            List.of(new PruningReport.Update(time, settings.ratio, zeros, 0)));
    pruned = new Pruned(model, masks, report);
    hard = new PruningSession(Pruning.builder(IssP.NAME).build(), pruned);
    LOG.info(
        "{}: {} of {} weights are zero from step {} on", IssP.NAME, zeros, layout.length(), time);
  }

  @Override
  public void epochDone(long epoch) {
    if (hard != null) {
      hard.epochDone(epoch);
    }
    clock.epochDone(epoch);
  }

  @Override
  public Map<String, byte[]> entries() {
    if (hard != null) {
      try (SessionState state = hard.state()) {
        return state.entries();
      }
    }
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    memory.all().forEach((name, array) -> arrays.put(REMEMBERED + name, array));
    if (penalty != null) {
      arrays.putAll(penalty.live());
    }
    StepState.Head head =
        new StepState.Head(
            IssP.NAME, settings.settings(), clock.steps(model, IssP.NAME), clock.epochs(model));
    return new StepState(head, arrays).entries();
  }

  @Override
  public void restore(StepState state) {
    Map<String, INDArray> live = penalty == null ? Map.of() : penalty.live();
    state.check(IssP.NAME, settings.settings(), live);
    live.forEach((name, array) -> array.assign(state.arrays().get(name)));
    Map<String, INDArray> remembered = new LinkedHashMap<>();
    state
        .arrays()
        .forEach(
            (name, array) -> {
              if (name.startsWith(REMEMBERED)) {
                remembered.put(name.substring(REMEMBERED.length()), array.dup());
              }
            });
    memory.restore(remembered);
  }

  @Override
  public void close() {
    memory.close();
    gradients.close();
    if (penalty != null) {
      penalty.close();
    }
    if (hard != null) {
      hard.close();
    }
  }
}
