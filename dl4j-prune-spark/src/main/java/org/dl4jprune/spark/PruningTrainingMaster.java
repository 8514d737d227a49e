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

import java.util.Collection;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.listeners.RoundPruning;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DL4J's parameter averaging, with masks. DL4J splits the data, repartitions and runs the workers;
 * this class sends them the model, takes the average of what comes back, and decides on the masks.
 */
final class PruningTrainingMaster extends ParameterAveragingTrainingMaster {
  private static final Logger LOG = LoggerFactory.getLogger(PruningTrainingMaster.class);

  private final transient PruningListener listener;
  private transient RoundPruning rounds;
  private transient Shipping shipping;
  private transient Broadcast<ModelMessage> broadcast;
  private transient ModelMessage message;
  private transient Traffic traffic;

  PruningTrainingMaster(PruningListener listener, Builder builder) {
    super(builder);
    this.listener = listener;
    if (collectTrainingStats) {
      refuseStatistics();
    }
  }

  private static void refuseStatistics() {
    throw new IllegalArgumentException(
        "Statistics of DL4J's own workers are not collected while pruning; leave out collectTrainingStats, and see SparkPruning.traffic for bytes");
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      refuseStatistics();
    }
  }

  @Override
  public void setListeners(StatsStorageRouter storage, Collection<TrainingListener> some) {
    if (some != null && some.stream().anyMatch(PruningListener.class::isInstance)) {
      throw new IllegalArgumentException(
          "A PruningListener cannot listen on every worker: there is one decision for all; give it to SparkPruning.of");
    }
    super.setListeners(storage, some);
  }

  /** Joins the model; checks everything that can be checked before a worker runs. */
  void attach(Model model) {
    if (rounds == null || rounds.model().unwrap() != model) {
      MaskedConfiguration.check(
          model, listener.configuration().selector().select(PrunableModel.ofAny(model)));
      rounds = RoundPruning.of(listener, model);
      if (!saveUpdater && !rounds.model().updaterStates().isEmpty()) {
        LOG.warn(
            "The updater's state starts anew in every round; saveUpdater(true) keeps it, which is"
                + " not the builder's default");
      }
    }
    ship();
  }

  /** Packs anew: the masks, or the user's configuration, may have changed. */
  private void ship() {
    if (shipping != null) {
      shipping.close();
    }
    shipping = new Shipping(rounds, saveUpdater);
  }

  /** The bytes of the last round, or null. */
  Traffic traffic() {
    return traffic;
  }

  @Override
  protected void executeTrainingDirect(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    epoch(network.getNetwork(), () -> super.executeTrainingDirect(network, data));
  }

  @Override
  protected void executeTrainingDirect(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    epoch(graph.getNetwork(), () -> super.executeTrainingDirect(graph, data));
  }

  @Override
  protected void executeTrainingPathsHelper(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader,
      int examples) {
    epoch(
        network == null ? graph.getNetwork() : network.getNetwork(),
        () ->
            super.executeTrainingPathsHelper(network, graph, paths, loader, multiLoader, examples));
  }

  private void epoch(Model model, Runnable training) {
    attach(model);
    WorkerFailure.named(
        training,
        () ->
            "the network is as it was before the round that failed, after %d iterations"
                .formatted(rounds.model().iteration()));
    rounds.epochDone();
  }

  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkDl4jMultiLayer network) {
    return worker(network.getNetwork(), network.getSparkContext());
  }

  @Override
  public ParameterAveragingTrainingWorker getWorkerInstance(SparkComputationGraph graph) {
    return worker(graph.getNetwork(), graph.getSparkContext());
  }

  private ParameterAveragingTrainingWorker worker(Model model, JavaSparkContext context) {
    message = shipping.message();
    broadcast = context.broadcast(message);
    long now = rounds.model().iteration();
    boolean gradientDue = rounds.needsGradient(now, now + longestRound(model));
    return new PruningWorker(
        broadcast,
        gradientDue,
        saveUpdater,
        new WorkerConfiguration(
            model instanceof ComputationGraph,
            rddDataSetNumExamples,
            batchSizePerWorker,
            averagingFrequency,
            prefetchNumBatches,
            false),
        trainingHookList,
        listeners,
        getRouterProvider());
  }

  /** The largest number of iterations of a round; with truncated time, a batch is several. */
  private long longestRound(Model model) {
    BackpropType type =
        model instanceof MultiLayerNetwork network
            ? network.getLayerWiseConfigurations().getBackpropType()
            : ((ComputationGraph) model).getConfiguration().getBackpropType();
    long most = listener.configuration().lastUpdate();
    return type == BackpropType.TruncatedBPTT ? most : averagingFrequency;
  }

  @Override
  protected void processResults(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<ParameterAveragingTrainingResult> results,
      int split,
      int splits) {
    RoundSum sum = RoundTree.sum(results, aggregationDepth);
    broadcast.destroy();
    if (sum == null) {
      return;
    }
    traffic = shipping.traffic(message, ModelMessage.bytes(sum.gradient()));
    if (shipping.settle(sum, rounds)) {
      ship();
    }
    double score = sum.score() / sum.workers();
    if (network != null) {
      network.setScore(score);
    } else {
      graph.setScore(score);
    }
    if (statsStorage != null) {
      sum.store(statsStorage);
    }
  }
}
