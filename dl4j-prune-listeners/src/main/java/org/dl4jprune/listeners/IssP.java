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

import java.util.Objects;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.transform.Pruned;

/**
 * Iterative soft shrinkage by percentage: after every step of a training from scratch the smallest
 * weights of each layer are multiplied by α instead of being cut, so that the next gradients can
 * undo a wrong verdict; at {@code pruneSteps} what is small by then is cut for good. "Iterative
 * Soft Shrinkage Learning for Efficient Image Super-Resolution", ICCV 2023, <a
 * href="https://arxiv.org/abs/2303.09650">arXiv 2303.09650</a>, section 3.2.
 *
 * <pre>{@code
 * IssP iss = IssP.builder().ratio(0.9).pruneSteps(2000).build();
 * network.setListeners(iss.listener());
 * network.fit(pairs, 10);
 * Masks masks = iss.masks();
 * }</pre>
 *
 * <p>Steps are the model's own iterations, counted from 1, and the weights are the only state: a
 * model that is saved and loaded with its counts goes on with an equal configuration. The updater's
 * state is left alone until the cut. After the cut, dead weights, their gradients and their updater
 * state stay at zero, as with {@link PruningListener}; to save the model then, or to go on in
 * another training, give {@link #pruned()} to {@link PruningListener#keeping}. Use no weight decay
 * while shrinking, since it adds to α. The paper's ISS-R, which shrinks by a growing penalty, is
 * not offered.
 *
 * <p>Time: an exact selection over all pruned weights in every {@code every}-th step. Memory: four
 * vectors of the pruned weights during such a step; masks only after the cut.
 */
public final class IssP {
  static final String NAME = "IssP";
  private static final int MOST_EVERY = 10;

  private final StepListener listener;
  private final long pruneSteps;

  private IssP(Builder settings) {
    this.pruneSteps = settings.pruneSteps;
    this.listener = new StepListener(NAME, model -> new SoftShrinkage(settings, model));
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What the model is to train with.
   *
   * @return the same listener at every call
   */
  public StepListener listener() {
    return listener;
  }

  /**
   * The model as it was cut, with its masks and a report.
   *
   * @return the live model
   * @throws IllegalStateException before the end of the shrinking
   */
  public Pruned pruned() {
    Pruned pruned = ((SoftShrinkage) listener.session()).pruned();
    if (pruned == null) {
      throw new IllegalStateException(
          "There are no masks before step %d; train on, or lower pruneSteps".formatted(pruneSteps));
    }
    return pruned;
  }

  /**
   * The hard masks.
   *
   * @return the live masks
   * @throws IllegalStateException before the end of the shrinking
   */
  public Masks masks() {
    return pruned().masks();
  }

  /** Collects the settings; all checks are in {@link #build()}. */
  public static final class Builder {
    Selector selector = Selector.weights();
    Criterion criterion = new Magnitude();
    Allocation allocation = new Uniform(Floor.count(1));
    Pattern pattern = new Unstructured();
    double ratio = 0.9;
    double shrink = 0.95;
    long pruneSteps;
    int every = 1;
    long seed;

    private Builder() {}

    private Builder(Builder other) {
      this.selector = other.selector;
      this.criterion = other.criterion;
      this.allocation = other.allocation;
      this.pattern = other.pattern;
      this.ratio = other.ratio;
      this.shrink = other.shrink;
      this.pruneSteps = other.pruneSteps;
      this.every = other.every;
      this.seed = other.seed;
    }

    /**
     * The fraction of zeros.
     *
     * @param ratio in [0, 1); 0.9 by default; a pattern that prescribes another one is refused
     * @return this
     */
    public Builder ratio(double ratio) {
      this.ratio = ratio;
      return this;
    }

    /**
     * What unimportant weights are multiplied by in each step.
     *
     * @param alpha in [0, 1]; 0.95 by default; 1 is dense training up to the cut, 0 is iterative
     *     hard thresholding
     * @return this
     */
    public Builder shrink(double alpha) {
      this.shrink = alpha;
      return this;
    }

    /**
     * The step after which the hard mask is fixed.
     *
     * @param steps at least 1; required; two thirds of the training are a good choice
     * @return this
     */
    public Builder pruneSteps(long steps) {
      this.pruneSteps = steps;
      return this;
    }

    /**
     * Shrinks in every j-th step only, then by α to the power of j.
     *
     * @param steps j, from 1 to 10; 1 by default
     * @return this
     */
    public Builder every(int steps) {
      this.every = steps;
      return this;
    }

    /**
     * What a weight is worth.
     *
     * @param criterion magnitude by default
     * @return this
     */
    public Builder criterion(Criterion criterion) {
      this.criterion = Objects.requireNonNull(criterion);
      return this;
    }

    /**
     * How much goes where.
     *
     * @param allocation the same ratio in every layer by default, each keeping at least one weight
     * @return this
     */
    public Builder allocation(Allocation allocation) {
      this.allocation = Objects.requireNonNull(allocation);
      return this;
    }

    /**
     * In which shape.
     *
     * @param pattern unstructured by default
     * @return this
     */
    public Builder pattern(Pattern pattern) {
      this.pattern = Objects.requireNonNull(pattern);
      return this;
    }

    /**
     * Which parameters are pruned.
     *
     * @param selector all weights by default
     * @return this
     */
    public Builder selector(Selector selector) {
      this.selector = Objects.requireNonNull(selector);
      return this;
    }

    /**
     * Leaves parameters dense, such as the upsampling tail of a super-resolution network.
     *
     * @param globs of parameter names, layer names or layer types
     * @return this
     */
    public Builder keepDense(String... globs) {
      this.selector = selector.excluding(globs);
      return this;
    }

    /**
     * The seed of random criteria.
     *
     * @param seed 0 by default
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Checks the settings.
     *
     * @return the method, for one training
     * @throws IllegalArgumentException if one of them is out of range, or ratio and pattern differ
     */
    public IssP build() {
      double prescribed = pattern.prescribedSparsity();
      if (!(ratio >= 0 && ratio < 1)) {
        throw new IllegalArgumentException(
            "Ratio %s lies outside [0, 1); it is the fraction of zeros".formatted(ratio));
      }
      if (!Double.isNaN(prescribed) && Math.abs(prescribed - ratio) > 1e-12) {
        throw new IllegalArgumentException(
            "%s prescribes sparsity %s, not %s; give ratio(%s)"
                .formatted(pattern, prescribed, ratio, prescribed));
      }
      if (!(shrink >= 0 && shrink <= 1)) {
        throw new IllegalArgumentException(
            "The factor %s of the shrinkage lies outside [0, 1]".formatted(shrink));
      }
      if (pruneSteps < 1 || every < 1 || every > MOST_EVERY) {
        throw new IllegalArgumentException(
            "pruneSteps(...) must be at least 1 and every(...) from 1 to %d, not %d and %d"
                .formatted(MOST_EVERY, pruneSteps, every));
      }
      return new IssP(new Builder(this));
    }
  }
}
