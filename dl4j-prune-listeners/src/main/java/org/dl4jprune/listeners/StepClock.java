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

import org.dl4jprune.model.PrunableModel;

/** How far a training is, also inside of a hook, where the model has not counted the step yet. */
final class StepClock {
  private long gradientStep = -1;
  private long lastStep = -1;
  private long lastEpoch = -1;

  void gradientSeen(long iteration) {
    gradientStep = iteration;
  }

  void stepDone(long iteration) {
    lastStep = iteration;
  }

  void epochDone(long epoch) {
    lastEpoch = epoch;
  }

  /**
   * The steps that are completed.
   *
   * @throws IllegalStateException if a step is under way
   */
  long steps(PrunableModel model, String method) {
    long iteration = model.iteration();
    if (gradientStep == iteration && lastStep != iteration) {
      throw new IllegalStateException(
          ("%s has not completed step %d, so there is no state to go on from; give the model the"
                  + " pruning listener before the one that saves, and do not save after an error")
              .formatted(method, iteration + 1));
    }
    return lastStep == iteration ? iteration + 1 : iteration;
  }

  /** The epochs that are completed. */
  long epochs(PrunableModel model) {
    return lastEpoch == model.epoch() ? model.epoch() + 1 : model.epoch();
  }
}
