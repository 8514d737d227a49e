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

import org.dl4jprune.method.Regrowth;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * Sparse training from a random start: at each update every layer drops the weakest of its weights
 * and grows as many at random. Mocanu et al. 2018, <a href="https://arxiv.org/abs/1707.04780">arXiv
 * 1707.04780</a>. Defaults as in the paper: Erdős–Rényi, drop rate 0.3. The paper drops the
 * smallest positive and the largest negative weights by equal fractions; this drops by magnitude,
 * as all later work does.
 */
public final class SparseEvolutionaryTraining {
  private SparseEvolutionaryTraining() {}

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings; all checks are in {@link #build()}. */
  public static final class Builder extends DynamicSparseBuilder<Builder> {
    private Builder() {
      super("SparseEvolutionaryTraining", false);
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    Schedule defaultDropRate(UpdateWindow window) {
      return Schedule.constant(0.3);
    }

    @Override
    Regrowth regrowth(Schedule rate, UpdateWindow window) {
      return Regrowth.atRandom(rate, window);
    }
  }
}
