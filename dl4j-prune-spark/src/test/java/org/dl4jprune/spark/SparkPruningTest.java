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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.dl4jprune.criterion.Movement;
import org.dl4jprune.listeners.GraNet;
import org.dl4jprune.listeners.GradualMagnitudePruning;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.schedule.UpdateWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.RmsProp;

/** Pruning on a cluster: one decision for all workers, the same zeros as in one process. */
class SparkPruningTest {
  private static final int FREQUENCY = 2;

  /** Methods that change masks at iterations 4, 8 and 12. */
  enum Method {
    GRADUAL,
    GRANET;

    PruningListener listener() {
      return this == GRADUAL
          ? GradualMagnitudePruning.builder().finalSparsity(0.85).end(12).every(4).build()
          : GraNet.builder()
              .initialSparsity(0.3)
              .finalSparsity(0.85)
              .end(12)
              .every(4)
              .iterations(16)
              .build();
    }
  }

  static JavaRDD<DataSet> data(int batches, int partitions) {
    return Cluster.context().parallelize(Cluster.batches(batches), partitions);
  }

  private static long asked(PruningListener listener) {
    return Math.round(0.85 * listener.masks().layout().length());
  }

  /** Looks at every worker's model before and after every step. */
  static final class Witness extends BaseTrainingListener implements Serializable {
    private static final long serialVersionUID = 1;
    static final ConcurrentLinkedQueue<String> WRONG = new ConcurrentLinkedQueue<>();
    static final ConcurrentLinkedQueue<Integer> ITERATIONS = new ConcurrentLinkedQueue<>();

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      look("before", model);
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      look("before", model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      Masks masks = MaskedConfiguration.read(PrunableModel.ofAny(model));
      if (Cluster.moved(model, masks) > 0) {
        WRONG.add("state of dead weights after step " + iteration);
      }
      ITERATIONS.add(iteration);
    }

    private static void look(String when, Model model) {
      Masks masks = MaskedConfiguration.read(PrunableModel.ofAny(model));
      if (Cluster.alive(model, masks) > 0) {
        WRONG.add(when);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoWorkersReachTheAskedCountsExactly(Method method) {
    MultiLayerNetwork network = Cluster.mlp(new RmsProp(1e-2));
    PruningListener listener = method.listener();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(Cluster.WORKERS, FREQUENCY));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    Witness.WRONG.clear();
    Witness.ITERATIONS.clear();
    spark.setListeners(new Witness());
    JavaRDD<DataSet> data = data(16, Cluster.WORKERS);
    for (int epoch = 0; epoch < 2; epoch++) {
      spark.fit(data);
    }
    check(network, listener, method);
    assertEquals(List.of(), List.copyOf(Witness.WRONG));
    // Each worker has counted on from where the network was: 32 steps by 2 workers.
    assertEquals(32, Witness.ITERATIONS.size());
    assertEquals(15, Witness.ITERATIONS.stream().mapToInt(i -> i).max().orElse(0));
    assertTrue(spark.getScore() > 0);
  }

  @ParameterizedTest
  @EnumSource
  void graphsDoTheSame(Method method) {
    ComputationGraph graph = Cluster.mlp(new Adam(1e-2)).toComputationGraph();
    PruningListener listener = method.listener();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(Cluster.WORKERS, FREQUENCY));
    SparkComputationGraph spark =
        new SparkComputationGraph(Cluster.context(), graph, pruning.trainingMaster());
    Witness.WRONG.clear();
    Witness.ITERATIONS.clear();
    spark.setListeners(new Witness());
    JavaRDD<DataSet> data = data(16, Cluster.WORKERS);
    for (int epoch = 0; epoch < 2; epoch++) {
      spark.fit(data);
    }
    check(graph, listener, method);
    assertEquals(List.of(), List.copyOf(Witness.WRONG));
    assertEquals(15, Witness.ITERATIONS.stream().mapToInt(i -> i).max().orElse(0));
  }

  private static void check(Model model, PruningListener listener, Method method) {
    assertEquals(asked(listener), Cluster.zeros(listener.masks()));
    assertEquals(0, Cluster.alive(model, listener.masks()));
    assertEquals(0, Cluster.moved(model, listener.masks()));
    PrunableModel view = PrunableModel.ofAny(model);
    assertEquals(16, view.iteration());
    assertEquals(2, view.epoch());
    assertEquals(
        method == Method.GRADUAL ? List.of(4L, 8L, 12L) : List.of(0L, 4L, 8L, 12L),
        listener.report().trace().stream()
            .map(update -> update.time())
            .filter(time -> time <= 12)
            .toList());
    if (method == Method.GRANET) {
      assertTrue(
          listener.report().trace().stream().anyMatch(update -> update.regrown() > 0),
          "nothing was regrown");
    }
  }

  @Test
  void aShortRoundCountsWhatItDid() {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener =
        GradualMagnitudePruning.builder().finalSparsity(0.5).end(6).every(3).build();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(2, 5));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    // Two batches for one worker and one for the other, where DL4J's own master would count 5.
    JavaRDD<DataSet> data = data(3, 2);
    spark.fit(data);
    assertEquals(2, network.getIterationCount());
    spark.fit(data);
    assertEquals(4, network.getIterationCount());
    assertEquals(1, listener.report().trace().size());
    spark.fit(data);
    assertEquals(6, network.getIterationCount());
    assertEquals(
        Math.round(0.5 * listener.masks().layout().length()), Cluster.zeros(listener.masks()));
  }

  @Test
  void schedulesByEpochsWork() {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener =
        GradualMagnitudePruning.builder()
            .finalSparsity(0.85)
            .end(2)
            .every(1)
            .unit(ScheduleUnit.EPOCH)
            .build();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(2, 2));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    JavaRDD<DataSet> data = data(4, 2);
    spark.fit(data);
    spark.fit(data);
    assertEquals(2, listener.report().trace().size());
    assertEquals(asked(listener), Cluster.zeros(listener.masks()));
    spark.fit(data);
    assertEquals(0, Cluster.alive(network, listener.masks()));
    assertEquals(0, Cluster.moved(network, listener.masks()));
  }

  @Test
  void filesAndDl4jsRepartitioningWork(@TempDir Path folder) throws Exception {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = Method.GRADUAL.listener();
    SparkPruning pruning =
        SparkPruning.of(listener, Cluster.averaging(2, 4).repartionData(Repartition.Always));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    List<DataSet> batches = Cluster.batches(24);
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      Path file = folder.resolve(i + ".bin");
      batches.get(i).save(file.toFile());
      paths.add(file.toUri().toString());
    }
    spark.fitPaths(Cluster.context().parallelize(paths, 3));
    assertEquals(12, network.getIterationCount());
    assertEquals(asked(listener), Cluster.zeros(listener.masks()));
    assertEquals(0, Cluster.alive(network, listener.masks()));
  }

  @Test
  void bytesOfARoundAreThoseOfTheFormula() throws Exception {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = Method.GRANET.listener();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(2, 4));
    assertThrows(IllegalStateException.class, pruning::traffic);
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    spark.fit(data(16, 2));
    // The update at iteration 8 looks at a gradient; the round was sent with the masks before it.
    long weights = network.numParams();
    long before = listener.report().trace().get(1).zeros();
    assertEquals(
        List.of(4 * (weights - before), 8 * (weights - before), 4 * weights),
        List.of(
            pruning.traffic().parameters(),
            pruning.traffic().updaterState(),
            pruning.traffic().gradient()));
    spark.fit(data(8, 2));
    spark.fit(data(8, 2));
    // From iteration 12 on there is no update.
    Traffic traffic = pruning.traffic();
    assertEquals(4 * (weights - asked(listener)), traffic.parameters());
    assertEquals(0, traffic.gradient());
    assertEquals(3 * traffic.parameters(), traffic.up());
    assertEquals(traffic.up() + traffic.configuration() + traffic.masks(), traffic.down());

    ModelMessage message = ModelMessage.of(network, listener.masks(), true);
    TrafficTest.same(traffic.down(), TrafficTest.serialised(message));
    RoundResult result =
        new RoundResult(
            message.open().live().parameters(),
            message.open().live().updaterState(),
            null,
            4,
            0.5,
            null,
            null,
            null);
    // What travels is the sum that a task has come to.
    TrafficTest.same(traffic.up(), TrafficTest.serialised(RoundSum.add(null, result)));
  }

  @Test
  void badInputIsOneClearError() {
    SparkPruning pruning = SparkPruning.of(Method.GRADUAL.listener(), Cluster.averaging(1, 1));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Cluster.context(), Cluster.mlp(new Adam(1e-2)), pruning.trainingMaster());
    IllegalArgumentException statistics =
        assertThrows(IllegalArgumentException.class, () -> spark.setCollectTrainingStats(true));
    assertTrue(statistics.getMessage().contains("collectTrainingStats"));
    IllegalArgumentException listener =
        assertThrows(
            IllegalArgumentException.class, () -> spark.setListeners(Method.GRADUAL.listener()));
    assertTrue(listener.getMessage().contains("SparkPruning.of"));

    pruning.attach(Cluster.mlp(new Adam(1e-2)));
    IllegalStateException other =
        assertThrows(
            IllegalStateException.class, () -> pruning.attach(Cluster.mlp(new Adam(1e-2))));
    assertTrue(other.getMessage().contains("belongs to another model"), other.getMessage());

    PruningListener movement =
        PruningListener.of(
            Pruning.builder("Movement")
                .criterion(new Movement())
                .schedule(Schedule.cubic(0, 12, 0, 0.9), UpdateWindow.iterations(0, 12, 3))
                .build());
    IllegalArgumentException observing =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                SparkPruning.of(movement, Cluster.averaging(1, 1))
                    .attach(Cluster.mlp(new Adam(1e-2))));
    assertTrue(observing.getMessage().contains("every step"));
  }
}
