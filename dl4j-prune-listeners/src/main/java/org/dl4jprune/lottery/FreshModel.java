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
package org.dl4jprune.lottery;

import java.util.List;
import java.util.function.LongFunction;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.listeners.StepListener;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Models that have not been trained, each at the beginning of its seed's random numbers. */
final class FreshModel {
  /** From a seed to that of a control. */
  static final long OTHER = 0x5DEECE66DL;

  private static final Logger LOG = LoggerFactory.getLogger(FreshModel.class);

  private FreshModel() {}

  /**
   * A new model; the random numbers of its training begin at the same seed.
   *
   * @throws IllegalArgumentException if it is not new
   */
  static PrunableModel of(LongFunction<?> supplier, long seed) {
    RandomState.seed(seed);
    PrunableModel model = PrunableModel.ofAny(supplier.apply(seed));
    // A network sets the seed of its own configuration, which may be the time of day.
    RandomState.seed(seed);
    if (model.iteration() != 0) {
      throw new IllegalArgumentException(
          "The model has trained %d iterations; model(...) must make a new one each time"
              .formatted(model.iteration()));
    }
    if (model.listeners().stream()
        .anyMatch(l -> l instanceof PruningListener || l instanceof StepListener)) {
      throw new IllegalArgumentException(
          "The model is pruned by a listener of its own; take it off, a lottery keeps its masks");
    }
    return model;
  }

  /** Says so if a lottery of the same seed would begin with other weights. */
  static void warnIfUnrepeatable(LongFunction<?> supplier, long seed) {
    if (!equal(of(supplier, seed), of(supplier, seed))) {
      LOG.warn(
          "model(...) makes other initial weights each time for the seed {}, so this can be resumed but not repeated; let them follow from the seed (DL4J and ND4J take the clock where none is set, and for 0)",
          seed);
    }
  }

  /**
   * A model with initial weights of its own, of seed + {@link #OTHER}.
   *
   * @throws IllegalArgumentException if the weights do not follow from the seed, as such a control
   *     would be the ticket itself
   */
  static PrunableModel other(LongFunction<?> supplier, long seed) {
    PrunableModel first = of(supplier, seed);
    PrunableModel other = of(supplier, seed + OTHER);
    if (equal(first, other)) {
      throw new IllegalArgumentException(
          "model(...) makes the same weights of %s for the seeds %d and %d; let its initial weights follow from the seed"
              .formatted(first.parameters().get(0).name(), seed, seed + OTHER));
    }
    return other;
  }

  private static boolean equal(PrunableModel one, PrunableModel two) {
    List<ParameterBlock> blocks = one.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      try (INDArray apart = blocks.get(i).values().sub(two.blocks().get(i).values())) {
        if (HostReads.scalar(apart.norm1()) != 0) {
          return false;
        }
      }
    }
    return true;
  }
}
