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
package org.dl4jprune.method;

import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.GradientMagnitude;
import org.dl4jprune.criterion.MomentumMagnitude;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * Exchanging weights while training: at each time of the window a fraction of each layer's active
 * weights dies, the lowest first, and as many inactive ones come back at value 0 with cleared
 * updater state.
 *
 * @param growth what inactive weights promise: the highest come back
 * @param rate the fraction of a layer's active weights that is exchanged, over time, in [0, 1)
 * @param window when weights are exchanged
 */
public record Regrowth(Criterion growth, Schedule rate, UpdateWindow window) {

  /**
   * Checks for missing parts.
   *
   * @param growth what inactive weights promise
   * @param rate the fraction of a layer's active weights that is exchanged, over time
   * @param window when weights are exchanged
   * @throws IllegalArgumentException if the rate leaves [0, 1) or a part is missing
   */
  public Regrowth {
    if (growth == null || rate == null || window == null) {
      throw new IllegalArgumentException("Regrowth needs a criterion, a rate and a window");
    }
    PruningChecks.forEach(
        window,
        time -> {
          double at = rate.at(time);
          if (!(at >= 0 && at < 1)) {
            throw new IllegalArgumentException(
                "Regrowth rate %s at time %d lies outside [0, 1); it is the fraction that is exchanged"
                    .formatted(at, time));
          }
        });
  }

  /**
   * By the magnitude of the gradient: RigL, Evci et al., ICML 2020, <a
   * href="https://arxiv.org/abs/1911.11134">arXiv 1911.11134</a>.
   *
   * @param rate the fraction that is exchanged
   * @param window when
   * @return the regrowth
   */
  public static Regrowth byGradient(Schedule rate, UpdateWindow window) {
    return new Regrowth(new GradientMagnitude(), rate, window);
  }

  /**
   * At random: SET, Mocanu et al. 2018, <a href="https://arxiv.org/abs/1707.04780">arXiv
   * 1707.04780</a>.
   *
   * @param rate the fraction that is exchanged
   * @param window when
   * @return the regrowth
   */
  public static Regrowth atRandom(Schedule rate, UpdateWindow window) {
    return new Regrowth(new Random(), rate, window);
  }

  /**
   * By the magnitude of an exponential moving average of the gradient: sparse momentum, Dettmers
   * and Zettlemoyer 2019, <a href="https://arxiv.org/abs/1907.04840">arXiv 1907.04840</a>.
   *
   * @param decay of the average, in [0, 1)
   * @param rate the fraction that is exchanged
   * @param window when
   * @return the regrowth
   */
  public static Regrowth byMomentum(double decay, Schedule rate, UpdateWindow window) {
    return new Regrowth(new MomentumMagnitude(decay), rate, window);
  }
}
