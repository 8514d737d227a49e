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

import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.UniformPlus;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.method.Regrowth;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * Gradual pruning with zero-cost neuroregeneration: after each global magnitude pruning along a
 * cubic, every layer gives up a few more of its weakest weights and regrows as many where the
 * gradient is largest, until the end of training. Liu et al., NeurIPS 2021, <a
 * href="https://arxiv.org/abs/2106.10404">arXiv 2106.10404</a>.
 *
 * <p>Where the authors' code differs from the paper this follows the paper: the asked sparsity is
 * reached at the last pruning step, counts are exact, and a random start has exact counts too. At
 * the last iteration nothing is regrown, since a weight that came back would stay an untrained
 * zero.
 */
public final class GraNet {
  private GraNet() {}

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
    private Allocation initialAllocation = new ErdosRenyi(true);
    private double finalSparsity = Double.NaN;
    private long iterations;
    private double firstRate = 0.5;
    private double lastRate = 0.005;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * The sparsity of the random start.
     *
     * @param sparsity 0 by default, a dense start; the paper also uses 0.5
     * @return this
     */
    public Builder initialSparsity(double sparsity) {
      this.initialSparsity = sparsity;
      return this;
    }

    /**
     * Where the zeros of the random start go. Where a later allocation would give a layer more than
     * the start did, the layer keeps what it has and the others make up for it.
     *
     * @param allocation Erdős–Rényi kernel by default
     * @return this
     */
    public Builder initialAllocation(Allocation allocation) {
      this.initialAllocation = allocation;
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
     * How long training lasts: the regrowth rate falls until then.
     *
     * @param iterations the total number of training steps; required
     * @return this
     */
    public Builder iterations(long iterations) {
      this.iterations = iterations;
      return this;
    }

    /**
     * The fraction of each layer's active weights that is exchanged.
     *
     * @param first at the start of training, 0.5 by default
     * @param last at its end, 0.005 by default
     * @return this
     */
    public Builder regrowthRate(double first, double last) {
      this.firstRate = first;
      this.lastRate = last;
      return this;
    }

    /**
     * The paper's uniform variant: every layer is pruned to the schedule's sparsity, but the first
     * convolution stays dense and the classifier keeps at least 20 %.
     *
     * @return this
     */
    public Builder uniform() {
      return allocation(new UniformPlus());
    }

    @Override
    public Pruning configuration() {
      required("initialSparsity", initialSparsity);
      required("finalSparsity", finalSparsity);
      if (!(firstRate >= 0 && firstRate < 1 && lastRate >= 0 && lastRate < 1)) {
        throw new IllegalArgumentException(
            "Regrowth rates %s and %s must lie in [0, 1); they are fractions of the active weights"
                .formatted(firstRate, lastRate));
      }
      UpdateWindow window = window();
      if (iterations < window.last()) {
        throw new IllegalArgumentException(
            "Training lasts %d iterations, but pruning ends at %d; give iterations(...) of at least that"
                .formatted(iterations, window.last()));
      }
      return parts("GraNet")
          .initial(initialSparsity, initialAllocation, new Random())
          .schedule(Schedule.cubic(begin, window.last(), initialSparsity, finalSparsity), window)
          .regrowth(regrowth(window))
          .build();
    }

    // What comes back at the last iteration would stay an untrained zero.
    private Regrowth regrowth(UpdateWindow window) {
      return window.first() > iterations - 1
          ? null
          : Regrowth.byGradient(
              Schedule.cosine(0, iterations, firstRate, lastRate),
              new UpdateWindow(begin, iterations - 1, every, unit));
    }
  }
}
