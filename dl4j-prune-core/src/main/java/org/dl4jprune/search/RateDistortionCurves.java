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
import java.util.stream.LongStream;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.allocation.DistortionCurve;
import org.dl4jprune.allocation.RateDistortion;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
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
 * model, the logits of all examples, and three vectors of the largest parameter.
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
   * Measures all curves. The model is left alone.
   *
   * @return the allocation that follows from them; {@code curves()} are the curves
   * @throws IllegalArgumentException if there is no calibration batch, levels or the minimum kept
   *     are out of range, nothing can be pruned, or a distortion is not finite
   * @throws IllegalStateException if the logits cannot be told from the model
   */
  public RateDistortion measure() {
    if (batches.isEmpty() || levels < 1 || minimumKept < 0) {
      throw new IllegalArgumentException(
          "Curves need calibration batches, at least 1 level and a minimum kept of at least 0, not %d, %d and %d"
              .formatted(batches.size(), levels, minimumKept));
    }
    for (double density : densities) {
      if (!(density > 0 && density < 1)) {
        throw new IllegalArgumentException(
            "A density of %s lies outside (0, 1); it is a fraction of weights that stay"
                .formatted(density));
      }
    }
    PrunableModel copy = model.copy();
    Layout layout = new Layout(selector.select(copy));
    List<DistortionCurve> curves = new ArrayList<>();
    long start = System.nanoTime();
    try (OutputDistortion outputs = OutputDistortion.from(copy, batches);
        Evidence evidence = Evidence.of(copy, layout, batches, seed)) {
      INDArray scores = criterion.scores(evidence);
      for (Parameter parameter : layout.parameters()) {
        curves.add(curve(copy, parameter, layout.flat(scores, parameter), outputs));
        LOG.info(
            "Measured {} of {} distortion curves, {} s to go",
            curves.size(),
            layout.parameters().size(),
            Math.round(
                (System.nanoTime() - start)
                    / 1e9
                    * (layout.parameters().size() - curves.size())
                    / curves.size()));
      }
      scores.close();
    }
    return new RateDistortion(curves);
  }

  private DistortionCurve curve(
      PrunableModel copy, Parameter parameter, INDArray scores, OutputDistortion outputs) {
    INDArray values = copy.values(parameter);
    long weights = parameter.length();
    List<Double> distortions = new ArrayList<>();
    try (INDArray original = values.dup()) {
      for (long gone : zeros(weights)) {
        try (INDArray mask = ExactSelection.keepLargest(scores, weights - gone)) {
          values.muli(parameter.fromFlat(mask));
        }
        distortions.add(gone == 0 ? 0 : distortion(copy, parameter, outputs));
        values.assign(original);
      }
    }
    return new DistortionCurve(parameter.name(), weights, zeros(weights), distortions);
  }

  /** The levels of a parameter; in a tiny one several are the same number. */
  private List<Long> zeros(long weights) {
    long most = weights - minimumKept;
    LongStream even =
        LongStream.rangeClosed(0, levels).map(k -> (2 * weights * k + levels) / (2L * levels));
    LongStream fine = densities.stream().mapToLong(kept -> weights - Counts.zeros(kept, weights));
    return LongStream.concat(even, fine)
        .map(gone -> Math.min(gone, most))
        .filter(gone -> gone >= 0)
        .sorted()
        .distinct()
        .boxed()
        .toList();
  }

  private double distortion(PrunableModel copy, Parameter parameter, OutputDistortion outputs) {
    double distortion = worstExample ? outputs.ofWorst(copy) : outputs.of(copy);
    if (!Double.isFinite(distortion)) {
      throw new IllegalArgumentException(
          "The outputs are not finite with a pruned %s".formatted(parameter.name()));
    }
    return distortion;
  }
}
