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
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.dl4jprune.listeners.GraNet;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Workers that fail once, for good, or compute nonsense. */
class LostWorkerTest {
  private static final AtomicInteger THROWN = new AtomicInteger();

  /** Fails in the middle of a round, after a step has been made. */
  private record Failing(int partition, int times, int iteration) implements TrainingHook {
    @Override
    public void preUpdate(DataSet batch, Model model) {
      TaskContext task = TaskContext.get();
      if (task.partitionId() == partition
          && task.attemptNumber() < times
          && PrunableModel.ofAny(model).iteration() == iteration) {
        THROWN.incrementAndGet();
        throw new IllegalStateException("the disk of this worker is on fire");
      }
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {}

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {}

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {}
  }

  /** What a training has come to. */
  private record Run(
      MultiLayerNetwork network, PruningListener listener, IllegalStateException error) {}

  private static Run run(int times, List<org.nd4j.linalg.dataset.DataSet> batches) {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener =
        GraNet.builder().finalSparsity(0.85).end(6).every(2).iterations(12).build();
    SparkPruning pruning =
        SparkPruning.of(
            listener, Cluster.averaging(2, 2).trainingHooks(List.of(new Failing(1, times, 5))));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    JavaRDD<org.nd4j.linalg.dataset.DataSet> data = Cluster.context().parallelize(batches, 2);
    IllegalStateException error = null;
    try {
      for (int epoch = 0; epoch < 4; epoch++) {
        spark.fit(data);
      }
    } catch (IllegalStateException e) {
      error = e;
    }
    return new Run(network, listener, error);
  }

  @Test
  void aLostPartitionIsTrainedAgainToTheSameBits() {
    List<org.nd4j.linalg.dataset.DataSet> batches = Cluster.batches(4);
    Run whole = run(0, batches);
    assertNull(whole.error());
    THROWN.set(0);
    Run failed = run(3, batches);
    assertNull(failed.error());
    assertEquals(3, THROWN.get(), "no worker was lost");
    ModelMessageTest.same(whole.network(), failed.network());
    assertEquals(
        PackedMasks.of(whole.listener().masks()), PackedMasks.of(failed.listener().masks()));
    assertEquals(whole.listener().report().toJson(), failed.listener().report().toJson());
    assertEquals(
        Math.round(0.85 * failed.listener().masks().layout().length()),
        Cluster.zeros(failed.listener().masks()));
  }

  @Test
  void aTaskThatFailsForGoodLeavesTheNetworkAsItWasBeforeTheRound() {
    List<org.nd4j.linalg.dataset.DataSet> batches = Cluster.batches(4);
    Run failed = run(Integer.MAX_VALUE, batches);
    assertTrue(failed.error().getMessage().contains("the disk of this worker is on fire"));
    assertTrue(failed.error().getMessage().contains("after 4 iterations"));
    assertEquals(1, failed.error().getMessage().lines().count());

    // Two rounds of two iterations were made; the third one failed.
    MultiLayerNetwork expected = Cluster.mlp(new Adam(1e-2));
    PruningListener listener =
        GraNet.builder().finalSparsity(0.85).end(6).every(2).iterations(12).build();
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Cluster.context(),
            expected,
            SparkPruning.of(listener, Cluster.averaging(2, 2)).trainingMaster());
    JavaRDD<org.nd4j.linalg.dataset.DataSet> data = Cluster.context().parallelize(batches, 2);
    spark.fit(data);
    spark.fit(data);
    ModelMessageTest.same(expected, failed.network());
    assertEquals(PackedMasks.of(listener.masks()), PackedMasks.of(failed.listener().masks()));
  }

  @Test
  void numbersThatAreNotFiniteChangeNeitherMasksNorModel() {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener =
        GraNet.builder().finalSparsity(0.85).end(6).every(2).iterations(12).build();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(2, 2));
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster());
    List<org.nd4j.linalg.dataset.DataSet> batches = Cluster.batches(4);
    spark.fit(Cluster.context().parallelize(batches, 2));
    INDArray before = network.params().dup();
    PackedMasks masks = PackedMasks.of(listener.masks());
    batches.get(3).getFeatures().assign(Float.NaN);
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () -> spark.fit(Cluster.context().parallelize(batches, 2)));
    assertTrue(error.getMessage().contains("contain NaN"), error.getMessage());
    assertEquals(0.0, Cluster.difference(before, network.params()));
    assertEquals(masks, PackedMasks.of(listener.masks()));
    assertEquals(2, network.getIterationCount());
  }
}
