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
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;

/** Collects the settings of an {@link IssP}; all checks are in {@link #build()}. */
public final class IssPBuilder {
  private static final int MOST_EVERY = 10;

  Selector selector = Selector.weights();
  Criterion criterion = new Magnitude();
  Allocation allocation = new Uniform(Floor.count(1));
  Pattern pattern = new Unstructured();
  double ratio = 0.9;
  double shrink = 0.95;
  double warmUp;
  GrowingPenalty.Growth growth;
  long pruneSteps;
  int every = 1;
  long seed;

  IssPBuilder() {}

  private IssPBuilder(IssPBuilder other) {
    this.selector = other.selector;
    this.criterion = other.criterion;
    this.allocation = other.allocation;
    this.pattern = other.pattern;
    this.ratio = other.ratio;
    this.shrink = other.shrink;
    this.warmUp = other.warmUp;
    this.growth = other.growth;
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
  public IssPBuilder ratio(double ratio) {
    this.ratio = ratio;
    return this;
  }

  /**
   * What unimportant weights are multiplied by in each step.
   *
   * @param alpha in [0, 1]; 0.95 by default; 1 is dense training up to the cut, 0 is iterative hard
   *     thresholding
   * @return this
   */
  public IssPBuilder shrink(double alpha) {
    this.shrink = alpha;
    return this;
  }

  /**
   * Lets the factor go down to α over the first steps, along a line from 1, so that a random start
   * takes shape before its first verdicts.
   *
   * @param share of {@code pruneSteps}, in [0, 1]; 0 by default, 0.1 is a good choice
   * @return this
   */
  public IssPBuilder warmUp(double share) {
    this.warmUp = share;
    return this;
  }

  /**
   * Shrinks by a growing penalty instead of a factor (ISS-R): weights that are unimportant get λ·w
   * added to their gradient, each with a λ of its own that begins at 0, grows while the weight is
   * unimportant, and stays as it is while it is not.
   *
   * @param step how much λ grows at once, above 0; 1e-4 in the paper's code
   * @param every in how many steps, at least 1; 20 in the paper's code
   * @param most the largest λ, above 0; 0.5 in the paper's code
   * @return this
   */
  public IssPBuilder growingPenalty(double step, int every, double most) {
    this.growth = new GrowingPenalty.Growth(step, every, most);
    return this;
  }

  /**
   * The step after which the hard mask is fixed.
   *
   * @param steps at least 1; required; two thirds of the training are a good choice
   * @return this
   */
  public IssPBuilder pruneSteps(long steps) {
    this.pruneSteps = steps;
    return this;
  }

  /**
   * Shrinks in every j-th step only, then by α to the power of j.
   *
   * @param steps j, from 1 to 10; 1 by default
   * @return this
   */
  public IssPBuilder every(int steps) {
    this.every = steps;
    return this;
  }

  /**
   * What a weight is worth.
   *
   * @param criterion magnitude by default
   * @return this
   */
  public IssPBuilder criterion(Criterion criterion) {
    this.criterion = Objects.requireNonNull(criterion);
    return this;
  }

  /**
   * How much goes where.
   *
   * @param allocation the same ratio in every layer by default, each keeping at least one weight
   * @return this
   */
  public IssPBuilder allocation(Allocation allocation) {
    this.allocation = Objects.requireNonNull(allocation);
    return this;
  }

  /**
   * In which shape.
   *
   * @param pattern unstructured by default
   * @return this
   */
  public IssPBuilder pattern(Pattern pattern) {
    this.pattern = Objects.requireNonNull(pattern);
    return this;
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default
   * @return this
   */
  public IssPBuilder selector(Selector selector) {
    this.selector = Objects.requireNonNull(selector);
    return this;
  }

  /**
   * Leaves parameters dense, such as the upsampling tail of a super-resolution network.
   *
   * @param globs of parameter names, layer names or layer types
   * @return this
   */
  public IssPBuilder keepDense(String... globs) {
    this.selector = selector.excluding(globs);
    return this;
  }

  /**
   * The seed of random criteria.
   *
   * @param seed 0 by default
   * @return this
   */
  public IssPBuilder seed(long seed) {
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
    if (!(warmUp >= 0 && warmUp <= 1)) {
      throw new IllegalArgumentException(
          "The warm-up %s lies outside [0, 1]; it is a share of pruneSteps".formatted(warmUp));
    }
    if (growth != null && (shrink != new IssPBuilder().shrink || warmUp > 0)) {
      throw new IllegalArgumentException(
          "growingPenalty(...) multiplies no weights; leave out shrink(%s) and warmUp(%s)"
              .formatted(shrink, warmUp));
    }
    if (growth != null && !growth.isInRange()) {
      throw new IllegalArgumentException(
          "A growing penalty needs a step and a largest value above 0 and at least 1 step between, not %s, %s and %d"
              .formatted(growth.step(), growth.most(), growth.every()));
    }
    if (pruneSteps < 1 || every < 1 || every > MOST_EVERY) {
      throw new IllegalArgumentException(
          "pruneSteps(...) must be at least 1 and every(...) from 1 to %d, not %d and %d"
              .formatted(MOST_EVERY, pruneSteps, every));
    }
    return new IssP(new IssPBuilder(this));
  }

  /** What unimportant weights are multiplied by after a step, if each step did so. */
  double factor(long time) {
    double warm = warmUp * pruneSteps;
    return time >= warm ? shrink : 1 + (shrink - 1) * time / warm;
  }

  /** All that the next steps depend on. */
  String settings() {
    return "%s of %s by %s, %s, %s, factor %s after %s, %s, %d steps, every %d, seed %d"
        .formatted(
            ratio,
            selector,
            criterion,
            allocation,
            pattern,
            shrink,
            warmUp,
            growth,
            pruneSteps,
            every,
            seed);
  }
}
