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
package org.dl4jprune.merge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.report.Interpolation;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.ProcedureLog;
import org.dl4jprune.training.SideBySide;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iterative magnitude pruning that retrains several copies of the pruned model in each phase and
 * goes on with their average, which is exactly as sparse. Card {@code sparse-model-soups}; Zimmer
 * et al., ICLR 2024, <a href="https://arxiv.org/abs/2306.16788">arXiv 2306.16788</a>, algorithm 1.
 *
 * <p>After phase k of K round((1 − (1 − q)^k)·N) weights are zero, q = 1 − (1 − G)^(1/K), and
 * round(G·N) after the last. With one copy it is iterative magnitude pruning. Each copy and each
 * soup is checkpointed and a function of the files before it.
 */
public final class SparseModelSoup {
  private static final Logger LOG = LoggerFactory.getLogger(SparseModelSoup.class);

  /** The soup of a phase, number 0, comes after its copies. */
  private static final Comparator<SoupStep> ORDER =
      Comparator.comparingInt(SoupStep::phase)
          .thenComparing(step -> step.copy() == 0)
          .thenComparingInt(SoupStep::copy);

  private final SparseModelSoupBuilder set;

  SparseModelSoup(SparseModelSoupBuilder set) {
    this.set = set;
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static SparseModelSoupBuilder builder() {
    return new SparseModelSoupBuilder();
  }

  /** What a run works on. */
  private record Work(
      PrunableModel model, Checkpoints checkpoints, List<SoupStep> done, ProcedureLog log) {

    boolean has(int phase, int copy) {
      return done.stream().anyMatch(step -> step.phase() == phase && step.copy() == copy);
    }

    /** Copies may end in any order; what is done stays in the order of copies and phases. */
    synchronized void finish(SoupStep step, String what, long trained) {
      checkpoints.finish(step);
      done.add(step);
      done.sort(ORDER);
      log.done(what, trained);
    }

    PrunableModel load(String file) throws IOException {
      PrunableModel loaded = model.copy();
      try (Snapshot saved = Snapshot.load(checkpoints.file(file))) {
        saved.restoreValues(loaded);
      }
      return loaded;
    }

    void save(PrunableModel of, String file) throws IOException {
      try (Snapshot state = Snapshot.of(of)) {
        state.save(checkpoints.file(file));
      }
    }
  }

  /**
   * Prunes a trained model.
   *
   * @param trained a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}; stays
   *     as it is. A soup that goes on in its directory begins from the model it was begun with
   * @return the sparse model and all that was measured
   * @throws IllegalArgumentException if the parts do not fit the model, or the directory holds
   *     another soup
   * @throws IllegalStateException if the trainer changed the model, or all copies of a phase
   *     diverged
   */
  public SoupResult run(Object trained) {
    PrunableModel model = PrunableModel.ofAny(trained).copy();
    set.selector.select(model);
    if (set.copies > 1 && BatchNormStatistics.has(model) && !set.statistics.iterator().hasNext()) {
      LOG.warn(
          "SparseModelSoup: the model has batch normalisations, and averaged statistics are not those of the average; give recomputeBatchNorm(...)");
    }
    Checkpoints checkpoints = Checkpoints.in(set.directory, SoupChecks.texts(set));
    List<SoupStep> done = new ArrayList<>(checkpoints.rounds(SoupStep.class));
    done.sort(ORDER);
    long before =
        done.stream().filter(step -> step.copy() > 0).mapToLong(s -> set.length(s.copy())).sum();
    long steps = set.phases * IntStream.rangeClosed(1, set.copies).mapToLong(set::length).sum();
    ProcedureLog log = new ProcedureLog("SparseModelSoup", steps, before);
    Work work = new Work(model, checkpoints, done, log);
    try {
      if (done.isEmpty()) {
        work.save(model, soupFile(0));
      }
      PackedMasks mask = null;
      for (int phase = 1; phase <= set.phases; phase++) {
        mask = phase(phase, work, mask);
      }
      Pruned last = Rewinding.mask(work.load(soupFile(set.phases)), mask);
      return new SoupResult(set.directory, last, done);
    } catch (IOException e) {
      throw new UncheckedIOException("The files in %s failed".formatted(set.directory), e);
    }
  }

  private static String soupFile(int phase) {
    return "soup-%d.bin".formatted(phase);
  }

  /**
   * How much is zero after a phase: each takes the same share of what is left.
   *
   * @param goal the sparsity G after the last phase, in [0, 1)
   * @param phases the number of phases K
   * @param phase k, from 1
   * @return 1 − (1 − G)^(k/K), and G itself after the last
   */
  public static double sparsity(double goal, int phases, int phase) {
    return phase == phases ? goal : 1 - Math.pow(1 - goal, (double) phase / phases);
  }

  private PackedMasks phase(int phase, Work work, PackedMasks alive) throws IOException {
    PrunableModel start = work.load(soupFile(phase - 1));
    Pruner pruner =
        Pruner.of(start.unwrap())
            .selector(set.selector)
            .allocation(set.allocation)
            .sparsity(sparsity(set.sparsity, set.phases, phase));
    Pruned chosen = (alive == null ? pruner : pruner.within(alive)).prune();
    PackedMasks mask = PackedMasks.of(chosen.masks());
    long weights = chosen.report().weights();
    long[] all =
        chosen.masks().layout().parameters().stream().mapToLong(Parameter::length).toArray();
    Cautions.onLayerCollapse(
        "SparseModelSoup", chosen.masks().layout(), all, chosen.masks().kept());
    chosen.masks().close();
    List<SideBySide.Piece> missing = new ArrayList<>();
    for (int copy = 1; copy <= set.copies; copy++) {
      int number = copy;
      if (!work.has(phase, number)) {
        missing.add(() -> copy(phase, number, start, mask, work));
      }
    }
    SideBySide.run(set.workers, missing);
    if (!work.has(phase, 0)) {
      mix(phase, mask, weights, work);
    }
    return mask;
  }

  private void copy(int phase, int copy, PrunableModel start, PackedMasks mask, Work work)
      throws IOException {
    PrunableModel model;
    synchronized (start) {
      model = start.copy();
    }
    for (UpdaterState state : model.updaterStates()) {
      state.array().assign(state.initialValue());
    }
    ModelTraining.setCounts(model, 0, 0);
    if (set.decays != null) {
      ModelTraining.setWeightDecay(model, set.decays[copy - 1]);
    }
    if (set.prepare != null) {
      set.prepare.accept(model.unwrap(), copy);
    }
    long order = set.seeds().of(phase, copy);
    RandomState.seed(order);
    Pruned masked = Rewinding.mask(model, mask);
    long weights = masked.report().weights();
    Rewinding.train(masked, work.log().watch(set.trainer), new Span(0, set.length(copy), order));
    double score = Double.NaN;
    if (Alike.finite(model, "Copy %d of phase %d".formatted(copy, phase))) {
      refresh(model);
      score = set.evaluation.applyAsDouble(model.unwrap());
      work.save(model, SoupResult.copyFile(phase, copy));
    }
    work.finish(
        new SoupStep(phase, copy, weights - mask.kept(), weights, score, List.of(), 0, null),
        "phase %d, copy %d, score %s".formatted(phase, copy, score),
        set.length(copy));
  }

  private void refresh(PrunableModel model) {
    if (set.statistics.iterator().hasNext()) {
      BatchNormStatistics.recompute(model, set.statistics);
    }
  }

  private void mix(int phase, PackedMasks mask, long weights, Work work) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    List<PrunableModel> parts = new ArrayList<>();
    for (SoupStep step : work.done()) {
      if (step.phase() == phase && step.copy() > 0 && !Double.isNaN(step.score())) {
        numbers.add(step.copy());
        parts.add(work.load(SoupResult.copyFile(phase, step.copy())));
      }
    }
    if (parts.isEmpty()) {
      throw new IllegalStateException(
          "All copies of phase %d diverged; lower the learning rate".formatted(phase));
    }
    RandomState.seed(set.seeds().ofMix(phase));
    Soup.Mix mix = set.soup.mix(parts, this::refresh);
    Pruned masked = Rewinding.mask(mix.model(), mask);
    double distance = CopySpread.farthest(masked.model(), parts, masked.masks());
    CopySpread spread = CopySpread.of(parts, masked.masks(), barrier(parts));
    masked.masks().close();
    work.save(mix.model(), soupFile(phase));
    double score = set.evaluation.applyAsDouble(mix.model().unwrap());
    SoupStep soup =
        new SoupStep(
            phase,
            0,
            weights - mask.kept(),
            weights,
            score,
            mix.chosen().stream().map(numbers::get).toList(),
            distance,
            spread);
    warnOfBasins(soup, work);
    work.finish(soup, "phase %d of %d, soup".formatted(phase, set.phases), 0);
  }

  private static void warnOfBasins(SoupStep soup, Work work) {
    double worst =
        work.done().stream()
            .filter(step -> step.phase() == soup.phase() && !Double.isNaN(step.score()))
            .mapToDouble(SoupStep::score)
            .min()
            .orElseThrow();
    if (soup.score() < worst) {
      LOG.warn(
          "SparseModelSoup: the soup of phase {} scores {}, less than its worst copy with {}, so the copies lie in different basins; lower the learning rate or the iterations",
          soup.phase(),
          soup.score(),
          worst);
    }
  }

  private double barrier(List<PrunableModel> parts) {
    if (!set.barrier || parts.size() < 2) {
      return Double.NaN;
    }
    return Interpolation.between(parts.get(0), parts.get(1), Interpolation.POINTS, this::loss)
        .barrier();
  }

  private double loss(Object between) {
    refresh(PrunableModel.ofAny(between));
    return -set.evaluation.applyAsDouble(between);
  }
}
