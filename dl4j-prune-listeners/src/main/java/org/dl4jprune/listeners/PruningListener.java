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
import java.util.Objects;
import org.dl4jprune.io.ModelEntries;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Serialization;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Prunes one model while it trains. Add it to a network or a SameDiff graph and train as always:
 *
 * <pre>{@code
 * network.addListeners(listener);
 * network.fit(train, 10);
 * System.out.println(listener.report());
 * }</pre>
 *
 * <p>It joins the first model that trains with it and stays with that model. Dead weights are
 * exactly zero after every step, and so are their gradients; their updater state stays at its
 * initial value.
 *
 * <p>Three limits of the platform: {@code fit(DataSet)} announces its first step only after the
 * forward pass, so call {@link #attach} before it where the first loss must already be that of a
 * sparse start; and DL4J applies a layer's constraints after its listeners, so a constraint of
 * one's own that makes zeros non-zero is seen by one forward pass; and its {@code
 * UnitNormConstraint} divides by the norm alone, which is NaN for a unit that lost all its weights:
 * use {@code MinMaxNormConstraint}.
 *
 * <p>Cost of a step without an update: one multiplication of the gradients of all parameters, and
 * one op on the updater state for RMSProp and AdaMax; nothing is read by the host. Where an
 * updater, penalty or constraint is of a class that the library does not know, the values are
 * multiplied too, as zero gradients may then not keep them at zero. Weights that are set from
 * outside during training are masked at the end of the epoch, or at the next update.
 *
 * <p>Memory: see {@link Masks}; while masks are updated, four vectors of the pruned weights more.
 * Criteria and regrowth that look at gradients add one copy of the gradients. Regrowth needs three
 * vectors of the pruned weights and four of the largest parameter.
 */
public final class PruningListener extends SessionHooks implements AutoCloseable {
  private final Pruning pruning;
  private PruningSession session;

  private PruningListener(Pruning pruning) {
    this.pruning = Objects.requireNonNull(pruning, "pruning");
  }

  /**
   * A listener that keeps the zeros of a pruned model while it is fine-tuned.
   *
   * @param pruned the result of a {@link org.dl4jprune.transform.Pruner}
   * @return a new listener, joined to the model of the result
   */
  public static PruningListener keeping(Pruned pruned) {
    PruningListener listener =
        new PruningListener(Pruning.builder(pruned.report().method()).build());
    listener.session = new PruningSession(listener.pruning, pruned);
    return listener;
  }

  /**
   * A listener for one training.
   *
   * @param pruning what to do
   * @return a new listener
   */
  public static PruningListener of(Pruning pruning) {
    return new PruningListener(pruning);
  }

  /**
   * What this listener does.
   *
   * @return the configuration
   */
  public Pruning configuration() {
    return pruning;
  }

  /**
   * Joins a model before its training begins; otherwise this happens at the first step.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return this
   * @throws IllegalArgumentException if the configuration does not fit the model
   * @throws IllegalStateException if this listener is with another model, the model is already
   *     pruned by another listener, the schedule has ended, or a weight is not finite
   */
  public PruningListener attach(Object model) {
    if (session != null && session.model().unwrap() != model) {
      throw new IllegalStateException(
          "This listener (%s) belongs to another model; make a new one for each model"
              .formatted(pruning.name()));
    }
    PrunableModel view = session == null ? PrunableModel.ofAny(model) : session.model();
    for (Object other : view.listeners()) {
      if (other instanceof PruningListener pruner && pruner != this) {
        throw new IllegalStateException(
            "%s and %s cannot prune one model at once; remove one of the listeners"
                .formatted(pruning.name(), pruner.pruning.name()));
      }
    }
    if (session != null) {
      return this;
    }
    // Hooks run inside workspaces, and what is made here lives as long as the training.
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      session = new PruningSession(pruning, view);
    }
    return this;
  }

  /**
   * The masks.
   *
   * @return the live masks
   * @throws IllegalStateException before the first step
   */
  public Masks masks() {
    return joined().masks();
  }

  /**
   * What was asked and what was reached.
   *
   * @return the state as it is now
   * @throws IllegalStateException before the first step
   */
  public PruningReport report() {
    return joined().report();
  }

  /**
   * Writes the model and all that this listener knows of it, the updater's state included.
   *
   * @param file replaced if it exists
   * @throws IOException if it cannot be written; then a file that was there before is as it was
   * @see #save(File, boolean)
   */
  public void save(File file) throws IOException {
    save(file, true);
  }

  /**
   * Writes the model and all that this listener knows of it: masks, times, what criteria remember,
   * the configuration, and where the random numbers of this thread stand. The file is one that
   * {@code ModelSerializer} or {@code SameDiff.load} reads without this library. It is written
   * beside and moved.
   *
   * <p>Call it between two calls of {@code fit}, or in a hook of a listener that comes after this
   * one; there DL4J has not applied the constraints of the step yet, so with constraints save
   * between. With {@code false} the training that goes on from it starts with a new updater.
   *
   * @param file replaced if it exists
   * @param saveUpdater whether the state of the updater is written too
   * @throws IOException if it cannot be written; then a file that was there before is as it was
   * @throws IllegalStateException before the first step, in the middle of one, or if the
   *     configuration has a part that is no record of values
   */
  public void save(File file, boolean saveUpdater) throws IOException {
    try (SessionState state = joined().state()) {
      ModelEntries.write(session.model().unwrap(), saveUpdater, state.entries(), file.toPath());
    }
  }

  /**
   * Adds what this listener knows to a model file that somebody else has just written.
   *
   * @param file a file of {@code ModelSerializer} or {@code SameDiff.save}; written beside and
   *     moved, everything else in it stays
   * @throws IOException if it cannot be read or written; then it is as it was
   * @throws IllegalStateException if the file holds the model after another number of steps, and as
   *     {@link #save(File, boolean)} does
   */
  public void addTo(File file) throws IOException {
    PruningSession current = joined();
    try (SessionState state = current.state()) {
      long written = Serialization.iteration(file.toPath());
      if (written != current.model().iteration() && written != state.counts().iteration()) {
        throw new IllegalStateException(
            "%s holds the model after %d steps, and it has had %d since; call addTo right after it is written"
                .formatted(file, written, state.counts().iteration() - written));
      }
      ModelEntries.add(file.toPath(), state.entries());
    }
  }

  /**
   * Goes on with a model that was read from a file of {@link #save} or {@link #addTo}. Sets the
   * model's counts, and the random numbers of this thread, which is to train it.
   *
   * @param model the model that the file holds
   * @param file the file
   * @return a new listener, joined to the model, to be added to it
   * @throws IOException if the file cannot be read, or has no masks
   * @throws IllegalArgumentException if the masks are not those of the model
   */
  public static PruningListener restore(Object model, File file) throws IOException {
    SessionState state;
    try {
      state = SessionState.of(ModelEntries.entries(file.toPath()));
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "No pruning can be restored from %s: %s".formatted(file, e.getMessage()), e);
    }
    PruningListener listener = going(state, PrunableModel.ofAny(model));
    state.counts().random().restore();
    return listener;
  }

  /**
   * Reads a model with its updater state, and goes on as {@link #restore} does.
   *
   * @param file a file of {@link #save} or {@link #addTo}
   * @return both
   * @throws IOException if the file cannot be read, or has no masks
   */
  public static RestoredPruning load(File file) throws IOException {
    Object model = Serialization.read(file.toPath(), true);
    return new RestoredPruning(model, restore(model, file));
  }

  /**
   * A listener for a copy of the model, such as {@code clone()} makes, which goes on from here by
   * itself. {@code ComputationGraph.clone()} of 1.0.0-M2.1 shares its list of listeners with the
   * original; {@code PrunableModel.of(graph).copy()} does not.
   *
   * @param copy a model with equal parameters
   * @return a new listener, joined to the copy, to be added to it
   * @throws IllegalArgumentException if the masks do not fit the copy
   */
  public PruningListener copyTo(Object copy) {
    return going(joined().state(), PrunableModel.ofAny(copy));
  }

  /**
   * A listener that keeps the zeros of those layers that a model made of this one still has, as
   * after {@code TransferLearning}: parameters of the same name and shape whose dead weights are
   * zero there too, frozen ones included. The masks of all others are dropped, with a line in the
   * log. Nothing is pruned or regrown any more.
   *
   * @param model the new model
   * @return a new listener, joined to the new model, to be added to it
   * @throws IllegalArgumentException if no layer remains
   */
  public PruningListener transferTo(Object model) {
    return keeping(Transfer.of(configuration().name(), masks(), PrunableModel.ofAny(model)));
  }

  private static PruningListener going(SessionState state, PrunableModel model) {
    PruningListener listener = new PruningListener(state.pruning());
    listener.session = new PruningSession(state, model);
    return listener;
  }

  private PruningSession joined() {
    if (session == null) {
      throw new IllegalStateException(
          "%s has not joined a model yet; train, or call attach".formatted(pruning.name()));
    }
    return session;
  }

  /** Frees the masks and whatever was remembered; the model keeps its zeros. */
  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }

  @Override
  PruningSession session(Object model) {
    attach(model);
    return session;
  }

  @Override
  PruningSession session() {
    return session;
  }
}
