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

import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.ScheduleUnit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes a model whose steps are made elsewhere, in rounds: workers on other machines, or clients,
 * train copies that keep the masks, and what they return is merged into the model. There is one
 * decision on the masks for all of them, at the end of a round, on the merged values.
 *
 * <p>Times are counted in the model's own iterations. If several updates fall into one round, the
 * last one that prunes and the last one that regrows are made at its end, so the sparsity is what
 * the schedule asks for at that time, exactly.
 *
 * <p>The order of a round: merge into the model's values and updater state, set its counts ({@link
 * PrunableModel#setCounts}), then call {@link #roundDone}.
 */
public final class RoundPruning {
  private final PruningSession session;

  private RoundPruning(PruningSession session) {
    this.session = session;
  }

  /**
   * Joins a listener to a model.
   *
   * @param listener the pruning; joins the model if it has not yet, and is not to be added to it
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return ready for the first round; the masks of a sparse start are made and applied
   * @throws IllegalArgumentException if a criterion of the configuration looks at the gradient of
   *     every step, which nobody sees here, or the configuration does not fit the model
   * @throws IllegalStateException as {@link PruningListener#attach} does
   */
  public static RoundPruning of(PruningListener listener, Object model) {
    if (listener.configuration().criterion().observes()
        || (listener.configuration().regrowth() != null
            && listener.configuration().regrowth().growth().observes())) {
      throw new IllegalArgumentException(
          "%s looks at the gradient of every step, and in rounds only that of the last one is sent; use a criterion of weights, or of one gradient as GraNet and RigL do"
              .formatted(listener.configuration().name()));
    }
    PruningSession session = listener.session(model);
    session.masks().applyToUpdaterState();
    return new RoundPruning(session);
  }

  /**
   * The model.
   *
   * @return the view whose values are pruned
   */
  public PrunableModel model() {
    return session.model();
  }

  /**
   * The masks that hold in the next round.
   *
   * @return the live masks
   */
  public Masks masks() {
    return session.masks();
  }

  /**
   * Whether an update that falls into a round looks at a gradient, so that workers have to send it.
   *
   * @param from the number of iterations before the round
   * @param to the largest number of iterations that the model can have after it
   * @return false for methods that look at weights only
   */
  public boolean needsGradient(long from, long to) {
    return session.needsGradient(from, to);
  }

  /**
   * Ends a round. The model has the merged values, updater state and counts; dead weights are set
   * to zero and their updater state to its initial value, then the masks change if the
   * configuration says so.
   *
   * @param from the number of iterations before the round
   * @param gradient the raw gradient of the last step, before masks, summed over the workers; rank
   *     1, over all parameters; null if {@link #needsGradient} says that nobody looks at it
   * @return whether the masks were decided on, and so may have changed
   * @throws IllegalArgumentException if a gradient is needed and none is given
   * @throws IllegalStateException if a weight, gradient or score is not finite; no mask has changed
   */
  public boolean roundDone(long from, INDArray gradient) {
    long to = session.model().iteration();
    if (gradient == null && session.needsGradient(from, to)) {
      throw new IllegalArgumentException(
          "An update between iterations %d and %d looks at a gradient; give the sum of the workers' last ones"
              .formatted(from, to));
    }
    return session.roundDone(from, to, gradient);
  }

  /**
   * Ends an epoch, in front of the model's own count; with a schedule in {@link ScheduleUnit#EPOCH}
   * masks may change.
   *
   * @throws IllegalStateException as {@link #roundDone} does
   */
  public void epochDone() {
    session.epochDone(session.model().epoch());
  }
}
