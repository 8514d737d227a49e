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

import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings about what is allowed and seldom meant. */
public final class Cautions {
  private static final Logger LOG = LoggerFactory.getLogger(Cautions.class);

  private Cautions() {}

  /**
   * A normalisation takes out the scale of the weights in front of it, so that before training the
   * magnitudes of different layers say nothing about each other.
   *
   * @param criterion what ranks
   * @param allocation whether layers are ranked together
   * @param model what is about to be pruned
   */
  public static void onUntrainedNormalisation(
      Criterion criterion, Allocation allocation, PrunableModel model) {
    if (criterion instanceof Magnitude
        && allocation instanceof Global
        && model.iteration() == 0
        && model.parameters().stream().anyMatch(p -> p.role() == Role.NORM_STATISTIC)) {
      LOG.warn(
          "Global magnitude compares layers whose scale a batch normalisation takes out, and this"
              + " model has trained 0 iterations; train it with weight decay first, or use another"
              + " allocation");
    }
  }

  /**
   * A parameter that has just lost its last weight.
   *
   * @param method what prunes
   * @param layout the parameters
   * @param before how many weights of each were kept
   * @param now how many are kept
   */
  public static void onLayerCollapse(String method, Layout layout, long[] before, long[] now) {
    for (int i = 0; i < now.length; i++) {
      if (now[i] == 0 && before[i] > 0) {
        LOG.warn(
            "{}: layer collapse, {} has no weight left; give the allocation a floor",
            method,
            layout.parameters().get(i).name());
      }
    }
  }

  /**
   * Scores that say nothing: a dead network, a saturated loss, or the wrong data.
   *
   * @param criterion what scored
   * @param scores its scores
   */
  public static void onZeroScores(Criterion criterion, INDArray scores) {
    INDArray count = Nd4j.getExecutioner().exec(new CountNonZero(scores));
    if (HostReads.scalar(count) == 0) {
      LOG.warn(
          "{}: scores are all zero, so weights go by their index; check the data and whether"
              + " gradients reach the weights",
          criterion);
    }
  }
}
