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
import org.dl4jprune.transform.Pruned;

/**
 * Iterative soft shrinkage by percentage: after every step of a training from scratch the smallest
 * weights of each layer are multiplied by α instead of being cut, so that the next gradients can
 * undo a wrong verdict; at {@code pruneSteps} what is small by then is cut for good. "Iterative
 * Soft Shrinkage Learning for Efficient Image Super-Resolution", ICCV 2023, <a
 * href="https://arxiv.org/abs/2303.09650">arXiv 2303.09650</a>, section 3.2.
 *
 * <pre>{@code
 * IssP iss = IssP.builder().ratio(0.9).pruneSteps(2000).build();
 * network.setListeners(iss.listener());
 * network.fit(pairs, 10);
 * Masks masks = iss.masks();
 * }</pre>
 *
 * <p>Steps are the model's own iterations, counted from 1. Without a growing penalty and a
 * criterion that remembers, the weights are the only state: a model that is saved and loaded with
 * its counts goes on with an equal configuration. {@link StepListener#save} stores all that there
 * is. The updater's state is left alone until the cut. After the cut, dead weights, their gradients
 * and their updater state stay at zero, as with {@link PruningListener}, and a file of {@code save}
 * is one for {@link PruningListener#load}; to go on in another training, give {@link #pruned()} to
 * {@link PruningListener#keeping}. Use no weight decay while shrinking, since it adds to α.
 *
 * <p>With {@link IssPBuilder#growingPenalty} it is the paper's ISS-R: nothing is multiplied, but
 * weights that are unimportant now get λ·w added to their gradient, with a λ of each weight's own
 * that grows while the weight is unimportant and stays when it is not.
 *
 * <p>Time: an exact selection over all pruned weights in every {@code every}-th step. Memory: four
 * vectors of the pruned weights during such a step; masks only after the cut.
 */
public final class IssP {
  static final String NAME = "IssP";

  private final StepListener listener;
  private final long pruneSteps;

  IssP(IssPBuilder settings) {
    this.pruneSteps = settings.pruneSteps;
    this.listener = new StepListener(NAME, model -> new SoftShrinkage(settings, model));
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static IssPBuilder builder() {
    return new IssPBuilder();
  }

  /**
   * What the model is to train with.
   *
   * @return the same listener at every call
   */
  public StepListener listener() {
    return listener;
  }

  /**
   * The model as it was cut, with its masks and a report.
   *
   * @return the live model
   * @throws IllegalStateException before the end of the shrinking
   */
  public Pruned pruned() {
    Pruned pruned = ((SoftShrinkage) listener.session()).pruned();
    if (pruned == null) {
      throw new IllegalStateException(
          "There are no masks before step %d; train on, or lower pruneSteps".formatted(pruneSteps));
    }
    return pruned;
  }

  /**
   * The hard masks.
   *
   * @return the live masks
   * @throws IllegalStateException before the end of the shrinking
   */
  public Masks masks() {
    return pruned().masks();
  }
}
