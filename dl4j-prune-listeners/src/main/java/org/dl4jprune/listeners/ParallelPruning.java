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

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.schedule.ScheduleUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Prunes a model while {@code ParallelWrapper} trains it, by parameter averaging or gradient
 * sharing. Needs {@code deeplearning4j-parallel-wrapper} on the class path.
 *
 * <pre>{@code
 * ParallelWrapper.Builder<?> builder =
 *     new ParallelWrapper.Builder<>(network).workers(4).averagingFrequency(1);
 * try (ParallelPruning parallel = ParallelPruning.of(listener, builder)) {
 *   parallel.fit(train);
 * }
 * }</pre>
 *
 * <p>There is one decision on the masks for all replicas. It is made between two rounds, when no
 * worker is running, on the model that the wrapper was given: after averaging, where the round ends
 * with one. All replicas take over the masks before the next round. Gradients and what a criterion
 * remembers are those of the first worker, which trains that model itself. Masks hold on every
 * replica after every step, and so after averaging. Times are counted in rounds, each of which is
 * one iteration of the first worker. {@code ParallelWrapper.fit} of 1.0.0-M2.1 leaves the model
 * with a new updater; here the state of the updater survives.
 *
 * <p>Cost: masks for each replica, and one multiplication more at each of its steps than in a
 * training without replicas: gradient sharing keeps what it has not sent yet, and would bring
 * weights back with it. One forward pass may see them, where the wrapper applies what other workers
 * have sent before it.
 */
public final class ParallelPruning implements AutoCloseable {
  private final PruningSession session;
  private final Model root;
  private final ParallelWrapper wrapper;
  private final List<TrainingListener> given;
  // By identity: DL4J calls two networks equal if their parameters are.
  private final Map<Model, Replica> replicas = Collections.synchronizedMap(new IdentityHashMap<>());

  /** A copy of the model in a worker of its own. */
  private record Replica(PrunableModel view, Masks masks) {
    void take(PackedMasks decided) {
      decided.copyTo(masks);
      masks.applyToValues();
      masks.applyToUpdaterState();
    }
  }

  private ParallelPruning(
      PruningSession session, ParallelWrapper wrapper, List<TrainingListener> given) {
    this.session = session;
    this.root = wrapper.getModel();
    this.wrapper = wrapper;
    this.given = given;
  }

  /**
   * Joins a listener to the model of a wrapper.
   *
   * @param listener the pruning; joins the model if it has not yet
   * @param builder all settings of the wrapper but its supplier of parameters, which is taken; the
   *     model's listeners go to the wrapper until {@link #close}
   * @return ready to {@link #fit}
   * @throws IllegalArgumentException if masks change by epochs, which the wrapper does not
   *     announce, or the configuration does not fit the model
   * @throws IllegalStateException as {@link PruningListener#attach} does
   */
  public static ParallelPruning of(PruningListener listener, ParallelWrapper.Builder<?> builder) {
    if (listener.configuration().lastUpdate() > 0
        && listener.configuration().unit() == ScheduleUnit.EPOCH) {
      throw new IllegalArgumentException(
          "%s counts in epochs, and ParallelWrapper announces none; give a schedule in iterations"
              .formatted(listener.configuration().name()));
    }
    ParallelPruning[] joined = new ParallelPruning[1];
    // The wrapper asks for new parameters before each round, while no worker is running.
    ParallelWrapper wrapper =
        builder
            .modelParamsSupplier(
                () -> {
                  joined[0].settle();
                  return null;
                })
            .build();
    List<TrainingListener> given = List.copyOf(wrapper.getListeners());
    Model model = wrapper.getModel();
    model.setListeners(given);
    PruningSession session;
    try {
      session = listener.session(model);
    } catch (IllegalArgumentException | IllegalStateException e) {
      wrapper.shutdown();
      throw e;
    }
    model.setListeners(List.of());
    session.waitToBeSettled(true);
    joined[0] = new ParallelPruning(session, wrapper, given);
    // The wrapper's own list, which it gives every replica.
    List<TrainingListener> listeners = wrapper.getListeners();
    listeners.remove(listener);
    listeners.add(0, new Hooks(joined[0]));
    return joined[0];
  }

  /**
   * Trains on all batches.
   *
   * @param batches as {@code ParallelWrapper.fit} takes them
   */
  public void fit(DataSetIterator batches) {
    train(() -> wrapper.fit(batches));
  }

  /**
   * Trains on all batches.
   *
   * @param batches as {@code ParallelWrapper.fit} takes them
   */
  public void fit(MultiDataSetIterator batches) {
    train(() -> wrapper.fit(batches));
  }

  private void train(Runnable fit) {
    List<UpdaterState> before = session.model().updaterStates();
    fit.run();
    // The wrapper makes new replicas at the next fit.
    release();
    // It also throws the model's updater away, and with it the state, which is kept here.
    List<UpdaterState> after = session.model().updaterStates();
    for (int i = 0; i < after.size(); i++) {
      after.get(i).array().assign(before.get(i).array());
    }
    session.masks().applyToUpdaterState();
    settle();
  }

  private void settle() {
    if (session.settle()) {
      PackedMasks decided = PackedMasks.of(session.masks());
      replicas.values().forEach(replica -> replica.take(decided));
    }
  }

  private Replica replica(Model model) {
    return replicas.computeIfAbsent(
        model,
        key -> {
          PrunableModel view = PrunableModel.ofAny(model);
          Replica replica = new Replica(view, Masks.dense(view, session.masks().layout()));
          replica.take(PackedMasks.of(session.masks()));
          return replica;
        });
  }

  private void release() {
    replicas.values().forEach(replica -> replica.masks().close());
    replicas.clear();
  }

  /** Stops the workers and gives the model its listeners back. */
  @Override
  public void close() {
    wrapper.shutdown();
    release();
    session.waitToBeSettled(false);
    root.setListeners(given);
  }

  /** Called by every worker in its own thread, with its own replica. */
  private static final class Hooks extends BaseTrainingListener {
    private final ParallelPruning owner;

    Hooks(ParallelPruning owner) {
      this.owner = owner;
    }

    @Override
    public void onGradientCalculation(Model model) {
      PruningSession session = owner.session;
      if (model == owner.root) {
        PrunableModel view = session.model();
        INDArray gradient = view.rawGradient();
        session.gradientAvailable(view.blocks().get(0), gradient, view.iteration());
      } else {
        Replica replica = owner.replica(model);
        PrunableModel view = replica.view();
        replica.masks().applyToGradient(view.blocks().get(0), view.rawGradient());
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (model == owner.root) {
        owner.session.stepDone(iteration);
        owner.session.masks().applyToValues();
      } else {
        Replica replica = owner.replica(model);
        replica.masks().keepUpdaterState();
        replica.masks().applyToValues();
      }
    }
  }
}
