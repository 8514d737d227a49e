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

import java.io.File;
import java.io.IOException;
import java.util.function.Function;
import org.dl4jprune.io.ModelEntries;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Serialization;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The listener of a method that takes part in every step, such as {@link IssP} or {@link
 * PruningGame}. Give it to a network or a SameDiff graph and train as always. It joins the first
 * model that trains with it and stays with that model.
 *
 * <p>A training that was saved goes on to the bits of one that was not interrupted, with the
 * listener of a method of the same settings:
 *
 * <pre>{@code
 * game.listener().save(file);
 * StepListener listener = same.listener();
 * MultiLayerNetwork network = (MultiLayerNetwork) listener.load(file);
 * network.setListeners(listener);
 * }</pre>
 */
public final class StepListener extends SessionHooks implements AutoCloseable {
  private final String name;
  private final Function<PrunableModel, ? extends ResumableSession> join;
  private ResumableSession session;

  StepListener(String name, Function<PrunableModel, ? extends ResumableSession> join) {
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

  /**
   * Writes the model, its updater's state, all that the method knows beside it, and where the
   * random numbers of this thread stand. {@code ModelSerializer} or {@code SameDiff.load} read the
   * model without this library. The file is written beside and moved.
   *
   * <p>Call it between two calls of {@code fit}, or in a hook of a listener that comes after this
   * one; there DL4J has not applied the constraints of the step yet. A method that has ended with
   * hard masks writes a file for {@link PruningListener#load}.
   *
   * @param file replaced if it exists
   * @throws IOException if it cannot be written; then a file that was there before is as it was
   * @throws IllegalStateException before the first step, or in the middle of one
   */
  public void save(File file) throws IOException {
    StepSession joined = session();
    ModelEntries.write(joined.model().unwrap(), true, session.entries(), file.toPath());
  }

  /**
   * Reads a model, joins it and goes on where {@link #save} was called. Sets the random numbers of
   * this thread, which is to train the model.
   *
   * @param file a file of {@link #save}
   * @return the model, of the class that was saved; this listener is to be given to it
   * @throws IOException if the file cannot be read, or is none of a method that acts at every step
   * @throws IllegalArgumentException if it was saved by another method, or with other settings
   * @throws IllegalStateException if this listener is with a model already
   */
  public Object load(File file) throws IOException {
    if (session != null) {
      throw new IllegalStateException(
          "This listener (%s) has a model already; make a new one to load another".formatted(name));
    }
    StepState state;
    Object model;
    try {
      state = StepState.of(ModelEntries.entries(file.toPath()));
      model = Serialization.read(file.toPath(), true);
    } catch (IOException | RuntimeException e) {
      throw new IOException("%s cannot go on from %s: %s".formatted(name, file, e.getMessage()), e);
    }
    ResumableSession going = join.apply(PrunableModel.ofAny(model));
    try {
      going.restore(state);
    } catch (IllegalArgumentException e) {
      going.close();
      throw e;
    } finally {
      state.arrays().values().forEach(INDArray::close);
    }
    going.model().setCounts(state.head().iteration(), state.head().epoch());
    state.head().random().restore();
    session = going;
    return model;
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
