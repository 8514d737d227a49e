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

import java.util.function.Function;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The listener of a method that takes part in every step, such as {@link IssP} or {@link
 * PruningGame}. Give it to a network or a SameDiff graph and train as always. It joins the first
 * model that trains with it and stays with that model.
 */
public final class StepListener extends SessionHooks implements AutoCloseable {
  private final String name;
  private final Function<PrunableModel, ? extends StepSession> join;
  private StepSession session;

  StepListener(String name, Function<PrunableModel, ? extends StepSession> join) {
    this.name = name;
    this.join = join;
  }

  /**
   * Joins a model before its training begins; otherwise this happens at the first step.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return this
   * @throws IllegalArgumentException if the method does not fit the model
   * @throws IllegalStateException if this listener is with another model, another one prunes the
   *     model already, or a weight is not finite
   */
  public StepListener attach(Object model) {
    if (session != null) {
      belongs(model);
      return this;
    }
    PrunableModel view = PrunableModel.ofAny(model);
    for (Object other : view.listeners()) {
      if (other != this && (other instanceof StepListener || other instanceof PruningListener)) {
        throw new IllegalStateException(
            "%s and another pruning method cannot prune one model at once; remove one of the listeners"
                .formatted(name));
      }
    }
    // Hooks run inside workspaces, and what is made here lives as long as the training.
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      session = join.apply(view);
    }
    return this;
  }

  private void belongs(Object model) {
    if (session.model().unwrap() != model) {
      throw new IllegalStateException(
          "This listener (%s) belongs to another model; make a new one for each model"
              .formatted(name));
    }
  }

  /** Frees whatever was remembered; the model stays as it is. */
  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }

  @Override
  StepSession session(Object model) {
    attach(model);
    return session;
  }

  @Override
  StepSession session() {
    if (session == null) {
      throw new IllegalStateException(
          "%s has not joined a model yet; train with its listener first".formatted(name));
    }
    return session;
  }
}
