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

import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.schedule.Polynomial;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * Gradual magnitude pruning: the sparsity rises along a cubic while the network trains, and at each
 * update the weights of smallest magnitude die. Zhu and Gupta 2017, <a
 * href="https://arxiv.org/abs/1710.01878">arXiv 1710.01878</a>, equation 1. Global by default; the
 * paper prunes each layer alike, which is {@code allocation(new Uniform())}.
 */
public final class GradualMagnitudePruning {
  private GradualMagnitudePruning() {}

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings; all checks are in {@link #build()}. */
  public static final class Builder extends MethodBuilder<Builder> {
    private double initialSparsity;
    private double finalSparsity = Double.NaN;
    private double power = 3;
    private Criterion criterion = new Magnitude();

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Where the cubic starts.
     *
     * @param sparsity 0 by default
     * @return this
     */
    public Builder initialSparsity(double sparsity) {
      this.initialSparsity = sparsity;
      return this;
    }

    /**
     * The sparsity at {@code end}.
     *
     * @param sparsity in [0, 1); required
     * @return this
     */
    public Builder finalSparsity(double sparsity) {
      this.finalSparsity = sparsity;
      return this;
    }

    /**
     * The exponent of the curve.
     *
     * @param power 3 by default; 1 is linear
     * @return this
     */
    public Builder power(double power) {
      this.power = power;
      return this;
    }

    /**
     * What a weight is worth.
     *
     * @param criterion magnitude by default; {@code Movement} gives movement pruning
     * @return this
     */
    public Builder criterion(Criterion criterion) {
      this.criterion = criterion;
      return this;
    }

    @Override
    public Pruning configuration() {
      required("initialSparsity", initialSparsity);
      required("finalSparsity", finalSparsity);
      UpdateWindow window = window();
      return parts("GradualMagnitudePruning")
          .criterion(criterion)
          .schedule(
              new Polynomial(begin, window.last(), initialSparsity, finalSparsity, power), window)
          .build();
    }
  }
}
