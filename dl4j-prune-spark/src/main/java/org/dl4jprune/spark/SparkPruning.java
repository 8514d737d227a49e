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
package org.dl4jprune.spark;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.report.PruningReport;

/**
 * Prunes a model while Spark trains it by parameter averaging. Needs {@code dl4j-spark_2.12} and
 * Spark on the class path.
 *
 * <pre>{@code
 * SparkPruning pruning =
 *     SparkPruning.of(
 *         listener,
 *         new ParameterAveragingTrainingMaster.Builder(workers, 1)
 *             .averagingFrequency(5)
 *             .saveUpdater(true));
 * SparkDl4jMultiLayer spark = new SparkDl4jMultiLayer(sc, network, pruning.trainingMaster());
 * spark.fit(data);
 * System.out.println(pruning.report());
 * }</pre>
 *
 * <p>The masks travel inside the model's configuration ({@link MaskConstraint}), and so dead
 * weights are exactly zero on every worker after every step; workers mask gradients as well, so
 * that the updater's state of dead weights stays at its initial value. Between two rounds there is
 * one decision on the masks, on the averaged values ({@link org.dl4jprune.listeners.RoundPruning}).
 * The user's own network never has the constraints: what is saved is a plain model.
 *
 * <p>Time is counted in the model's iterations: a round is as many as the worker with most batches
 * made, where DL4J's own master counts the averaging frequency whatever was there. Masks change at
 * the end of a round only, so give a method's {@code every} as a multiple of the averaging
 * frequency; an update in between waits for the end. An epoch is announced, so schedules in epochs
 * work.
 *
 * <p>Methods that regrow by gradients (GraNet, RigL) see the sum of the workers' raw gradients of
 * their last step of the round. With an averaging frequency of 1 this is the gradient of one large
 * batch at the common weights; with more, each worker's part is taken at its own weights.
 *
 * <p>One worker without repartitioning gives the bits of a plain {@code fit} whose masks change at
 * the same iterations, but for dropout: each worker has random numbers of its own.
 *
 * <p>A worker that is lost: Spark runs its partition again from the same broadcast. If a task fails
 * as often as it may, or the averaged numbers at an update are not finite, there is one {@link
 * IllegalStateException}, and the network is as it was before that round. With a schedule in epochs
 * the network is as it is after the last round of the epoch, and the masks have not changed.
 *
 * <p>Bytes: see {@link Traffic}. Memory on the master: one copy of the model while a round is
 * settled.
 */
public final class SparkPruning {
  private final PruningListener listener;
  private final PruningTrainingMaster master;

  private SparkPruning(PruningListener listener, PruningTrainingMaster master) {
    this.listener = listener;
    this.master = master;
  }

  /**
   * Joins a listener to a training master.
   *
   * @param listener the pruning; not to be added to the network or to Spark's listeners
   * @param builder all settings of DL4J's parameter averaging
   * @return what makes the training master
   * @throws IllegalArgumentException if the builder asks for {@code collectTrainingStats}
   */
  public static SparkPruning of(
      PruningListener listener, ParameterAveragingTrainingMaster.Builder builder) {
    return new SparkPruning(listener, new PruningTrainingMaster(listener, builder));
  }

  /**
   * The training master, for {@code SparkDl4jMultiLayer} or {@code SparkComputationGraph}. Its
   * first {@code fit} joins the listener to the network.
   *
   * @return the master, for one network
   */
  public ParameterAveragingTrainingMaster trainingMaster() {
    return master;
  }

  /**
   * Joins the network before its training begins; otherwise the first {@code fit} does it.
   *
   * @param network the {@code MultiLayerNetwork} or {@code ComputationGraph} that is to be trained
   * @return this
   * @throws IllegalArgumentException if the configuration does not fit the network, a criterion
   *     looks at every step, or a vertex without a layer would be pruned
   * @throws IllegalStateException as {@link PruningListener#attach} does
   */
  public SparkPruning attach(Model network) {
    master.attach(network);
    return this;
  }

  /**
   * What was asked and what was reached.
   *
   * @return the state as it is now
   * @throws IllegalStateException before the first round
   */
  public PruningReport report() {
    return listener.report();
  }

  /**
   * The bytes of the last round.
   *
   * @return bytes for each worker
   * @throws IllegalStateException before the first round
   */
  public Traffic traffic() {
    if (master.traffic() == null) {
      throw new IllegalStateException("No round has been made yet; call fit first");
    }
    return master.traffic();
  }
}
