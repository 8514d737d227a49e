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
package org.dl4jprune.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import org.dl4jprune.allocation.DistortionCurve;
import org.dl4jprune.allocation.RateDistortion;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures how much the logits of a model change when one parameter alone is pruned, level by
 * level: the mean of the squared changes over the examples and outputs, or of the worst example.
 * Layers run as at inference. Card {@code layer-adaptive-rd}; Xu et al., ICCV 2023, <a
 * href="https://arxiv.org/abs/2308.10438">arXiv 2308.10438</a>, section 3.
 *
 * <p>Time: one forward pass of all examples for each level and parameter. Memory: a copy of the
 * model, a score for each weight, the logits of all examples, and two vectors of the largest
 * parameter.
 *
 * <pre>{@code
 * RateDistortion allocation = RateDistortionCurves.of(network).calibration(batches).measure();
 * Pruned pruned = Pruner.of(network).allocation(allocation).sparsity(0.9).prune();
 * DistortionPage.of(allocation).write(Path.of("curves.html"));
 * }</pre>
 *
 * <p>In several rounds with training in between, as the paper does on CIFAR: measure the masked and
 * trained network anew, and prune it to 1 − 0.8<sup>i</sup> {@code within} the masks of the round
 * before.
 */
public final class RateDistortionCurves {
  private static final Logger LOG = LoggerFactory.getLogger(RateDistortionCurves.class);

  /** The part of all weights within which the first round measures more finely. */
  private static final double FIRST_REACH = 0.05;

  private final PrunableModel model;
  private Selector selector = Selector.weights();
  private Criterion criterion = new Magnitude();
  private List<MultiDataSet> batches = List.of();
  private int levels = 100;
  private List<Double> densities = List.of();
  private long minimumKept = 1;
  private boolean worstExample;
  private long seed;

  private RateDistortionCurves(PrunableModel model) {
    this.model = model;
  }

  /**
   * A measurement of a model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return a new measurement
   */
  public static RateDistortionCurves of(Object model) {
    return new RateDistortionCurves(PrunableModel.ofAny(model));
  }

  /**
   * Which parameters are measured.
   *
   * @param selector all weights by default
   * @return this
   */
  public RateDistortionCurves selector(Selector selector) {
    this.selector = Objects.requireNonNull(selector);
    return this;
  }

  /**
   * What ranks the weights of a parameter.
   *
   * @param criterion magnitude by default
   * @return this
   */
  public RateDistortionCurves criterion(Criterion criterion) {
    this.criterion = Objects.requireNonNull(criterion);
    return this;
  }

  /**
   * The inputs; 256 to 1,024 examples in the paper. Labels are not used, except by the criterion.
   *
   * @param batches at least one
   * @return this
   */
  public RateDistortionCurves calibration(List<? extends MultiDataSet> batches) {
    this.batches = List.copyOf(batches);
    return this;
  }

  /**
   * How finely each parameter is divided: round-half-up of n·k/levels zeros for k up to levels.
   *
   * @param levels at least 1; 100 by default
   * @return this
   */
  public RateDistortionCurves levels(int levels) {
    this.levels = levels;
    return this;
  }

  /**
   * More levels where a parameter is almost empty, since one with most of all weights moves in
   * coarse steps otherwise.
   *
   * @param kept fractions of weights that stay, in (0, 1), such as 0.05, 0.03, 0.02, 0.01 and
   *     0.005; none by default
   * @return this
   */
  public RateDistortionCurves densities(double... kept) {
    this.densities = Arrays.stream(kept).boxed().toList();
    return this;
  }

  /**
   * How many weights each parameter keeps at least; 0 is the paper's.
   *
   * @param weights at least 0; 1 by default
   * @return this
   */
  public RateDistortionCurves minimumKept(long weights) {
    this.minimumKept = weights;
    return this;
  }

  /**
   * Counts the worst example in place of the mean of all.
   *
   * @return this
   */
  public RateDistortionCurves worstExample() {
    this.worstExample = true;
    return this;
  }

  /**
   * The seed of random criteria.
   *
   * @param seed 0 by default
   * @return this
   */
  public RateDistortionCurves seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Measures all curves, each with all other parameters whole. The model is left alone.
   *
   * @return the allocation that follows from them; {@code curves()} are the curves
   * @throws IllegalArgumentException if there is no calibration batch, levels or the minimum kept
   *     are out of range, nothing can be pruned, or a distortion is not finite
   * @throws IllegalStateException if the logits cannot be told from the model
   */
  public RateDistortion measure() {
    try (CurveBench bench = bench()) {
      return measure(bench);
    }
  }

  /**
   * Measures as {@link #measure} does, splits a sparsity, and measures again with all other
   * parameters pruned as the best split so far says, and as finely again near it: within a
   * twentieth of all weights in the first round and half of the last round's reach in each other.
   * Where distortions do not add up, these curves know what the other zeros do. Not in the paper.
   * The model is left alone.
   *
   * @param sparsity the fraction of zeros, in [0, 1), that the allocation is made for
   * @param rounds how often to measure again, at least 1; each takes twice as long as {@link
   *     #measure}
   * @return of all these allocations that with the least distortion of all parameters together; the
   *     curves of a repeated measurement hold this distortion, not the parameter's own
   * @throws IllegalArgumentException as {@link #measure} does, or if the sparsity or the number of
   *     rounds is out of range, or the curves do not reach the sparsity
   * @throws IllegalStateException if the logits cannot be told from the model
   */
  public RateDistortion measureAround(double sparsity, int rounds) {
    if (!(sparsity >= 0 && sparsity < 1) || rounds < 1) {
      throw new IllegalArgumentException(
          "Curves are measured again around a sparsity in [0, 1) in at least 1 round, not around %s in %d"
              .formatted(sparsity, rounds));
    }
    try (CurveBench bench = bench()) {
      RateDistortion best = measure(bench);
      long[] split = bench.split(best, sparsity);
      double least = bench.distortion(split);
      double reach = selected().stream().mapToLong(Parameter::length).sum() * FIRST_REACH;
      for (int round = 1; round <= rounds; round++, reach /= 2) {
        bench.distortion(split);
        RateDistortion next = measureAgain(bench, split, Math.round(reach));
        long[] other = bench.split(next, sparsity);
        double distortion = bench.distortion(other);
        LOG.info("Round {} of {}: distortion {}, best was {}", round, rounds, distortion, least);
        if (distortion < least) {
          best = next;
          split = other;
          least = distortion;
        }
      }
      return best;
    }
  }

  private CurveBench bench() {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException(
          "Curves need calibration batches; give calibration(...), 256 to 1,024 examples");
    }
    return new CurveBench(model, new Layout(selected()), criterion, batches, worstExample, seed);
  }

  private List<Parameter> selected() {
    return selector.select(model);
  }

  private LevelGrid grid() {
    return new LevelGrid(levels, densities, minimumKept);
  }

  private RateDistortion measure(CurveBench bench) {
    Progress progress = new Progress(selected().size());
    LevelGrid grid = grid();
    return new RateDistortion(
        selected().stream()
            .map(p -> progress.after(bench.curve(p, grid.of(p.length()), 0, 0)))
            .toList());
  }

  private RateDistortion measureAgain(CurveBench bench, long[] split, long reach) {
    List<Parameter> parameters = selected();
    Progress progress = new Progress(parameters.size());
    LevelGrid grid = grid();
    List<DistortionCurve> curves = new ArrayList<>();
    for (int i = 0; i < split.length; i++) {
      Parameter parameter = parameters.get(i);
      SortedSet<Long> zeros = grid.around(split[i], reach, parameter.length());
      curves.add(progress.after(bench.curve(parameter, zeros, split[i], Double.NaN)));
    }
    return new RateDistortion(curves);
  }

  /** Says how many curves are measured, and how long the rest will take. */
  private static final class Progress {
    private final long start = System.nanoTime();
    private final int curves;
    private int done;

    Progress(int curves) {
      this.curves = curves;
    }

    DistortionCurve after(DistortionCurve curve) {
      done++;
      LOG.info(
          "Measured {} of {} distortion curves, {} s to go",
          done,
          curves,
          Math.round((System.nanoTime() - start) / 1e9 * (curves - done) / done));
      return curve;
    }
  }
}
