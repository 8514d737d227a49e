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

import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * Global magnitude pruning with a minimum kept in each layer, at once or gradually from a trained
 * model. Gupta et al. 2022, <a href="https://arxiv.org/abs/2209.14624">arXiv 2209.14624</a>. Under
 * the floor the kept weights are the best possible choice, where the authors' code spreads the
 * missing zeros in proportion; that variant is {@code allocation(new RescaledThreshold(...))}.
 */
public final class GlobalMagnitude {
  private GlobalMagnitude() {}

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
    private double sparsity = Double.NaN;
    private boolean gradual;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * The sparsity.
     *
     * @param sparsity in [0, 1); required
     * @return this
     */
    public Builder sparsity(double sparsity) {
      this.sparsity = sparsity;
      return this;
    }

    /**
     * The minimum kept in each layer.
     *
     * @param floor none by default; the authors use {@code Floor.percentOfAll(0.05)}
     * @return this
     */
    public Builder floor(Floor floor) {
      return allocation(new Global(floor));
    }

    /**
     * Prunes along a cubic instead of at once, which the paper finds better at equal operations.
     *
     * @param begin the time from which updates are counted, for a trained model its iteration count
     * @param end the time of the last pruning
     * @param every the time between two updates
     * @return this
     */
    public Builder gradual(long begin, long end, long every) {
      this.gradual = true;
      return begin(begin).end(end).every(every);
    }

    @Override
    public Pruning configuration() {
      required("sparsity", sparsity);
      if (!gradual) {
        return parts("GlobalMagnitude").initial(sparsity, allocation, new Magnitude()).build();
      }
      UpdateWindow window = window();
      return parts("GlobalMagnitude")
          .schedule(Schedule.cubic(begin, window.last(), 0, sparsity), window)
          .build();
    }
  }
}
