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

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.core.storage.StatsStorageRouterProvider;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a copy of the model on the data of one partition. Unlike DL4J's worker it makes its model
 * of the configuration's JSON, with the counts of iterations and epochs: the clone of a graph's
 * configuration forgets them.
 */
final class PruningWorker extends ParameterAveragingTrainingWorker {
  private static final long serialVersionUID = 1;

  private final Broadcast<ModelMessage> broadcast;
  private final boolean sendsGradient;
  private final boolean sendsUpdater;
  private final WorkerConfiguration configuration;
  private final Collection<TrainingListener> listeners;
  private final StatsStorageRouterProvider storage;
  private transient WorkerModel worker;
  private transient long before;
  private transient int batches;

  PruningWorker(
      Broadcast<ModelMessage> broadcast,
      boolean sendsGradient,
      boolean sendsUpdater,
      WorkerConfiguration configuration,
      Collection<TrainingHook> hooks,
      Collection<TrainingListener> listeners,
      StatsStorageRouterProvider storage) {
    super(null, sendsUpdater, configuration, hooks, listeners, storage);
    this.broadcast = broadcast;
    this.sendsGradient = sendsGradient;
    this.sendsUpdater = sendsUpdater;
    this.configuration = configuration;
    this.listeners = listeners;
    this.storage = storage;
  }

  @Override
  public MultiLayerNetwork getInitialModel() {
    return (MultiLayerNetwork) open();
  }

  @Override
  public ComputationGraph getInitialModelGraph() {
    return (ComputationGraph) open();
  }

  private Model open() {
    worker = broadcast.getValue().open();
    before = worker.view().iteration();
    batches = 0;
    List<TrainingListener> all = new ArrayList<>();
    if (listeners != null) {
      for (TrainingListener listener : listeners) {
        if (storage != null && listener instanceof RoutingIterationListener routing) {
          routing.setStorageRouter(storage.getRouter());
          routing.setWorkerID(
              UIDProvider.getJVMUID() + "_" + org.apache.spark.TaskContext.getPartitionId());
        }
        all.add(listener);
      }
    }
    worker.listen(all);
    Nd4j.getExecutioner().commit();
    return worker.model();
  }

  @Override
  public ParameterAveragingTrainingResult processMinibatch(
      DataSet batch, MultiLayerNetwork network, boolean last) {
    prepare(last);
    return super.processMinibatch(batch, network, last);
  }

  @Override
  public ParameterAveragingTrainingResult processMinibatch(
      MultiDataSet batch, ComputationGraph graph, boolean last) {
    prepare(last);
    return super.processMinibatch(batch, graph, last);
  }

  private void prepare(boolean last) {
    batches++;
    worker.keepGradient(
        sendsGradient && (last || batches == configuration.getMaxBatchesPerWorker()));
  }

  @Override
  public ParameterAveragingTrainingResult getFinalResult(MultiLayerNetwork network) {
    return result(network);
  }

  @Override
  public ParameterAveragingTrainingResult getFinalResult(ComputationGraph graph) {
    return result(graph);
  }

  private ParameterAveragingTrainingResult result(Model model) {
    Nd4j.getExecutioner().commit();
    boolean collected = storage != null && storage.getRouter() instanceof VanillaStatsStorageRouter;
    VanillaStatsStorageRouter router =
        collected ? (VanillaStatsStorageRouter) storage.getRouter() : null;
    RoundResult result =
        new RoundResult(
            worker.live().parameters(),
            sendsUpdater ? worker.live().updaterState() : null,
            sendsGradient ? worker.gradient() : null,
            worker.view().iteration() - before,
            model.score(),
            collected ? router.getStorageMetaData() : null,
            collected ? router.getStaticInfo() : null,
            collected ? router.getUpdates() : null);
    // DL4J drops the model now.
    worker.close();
    return result;
  }

  @Override
  public ParameterAveragingTrainingResult getFinalResultNoData() {
    return RoundResult.nothing();
  }
}
