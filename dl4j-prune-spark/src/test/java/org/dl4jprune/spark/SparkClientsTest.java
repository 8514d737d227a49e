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

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.OneShot;
import org.dl4jprune.listeners.PruningListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Work of clients on their own data. */
class SparkClientsTest {
  @Test
  void clientsTrainWithMasksAndAnswerInOrder() {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = OneShot.builder().sparsity(0.7).build().attach(network);
    network.setListeners(listener);
    List<DataSet> batches = Cluster.batches(6);
    network.fit(batches.get(0));
    JavaRDD<DataSet> data = Cluster.context().parallelize(batches, 3);
    SparkClients<DataSet> clients = SparkClients.of(data);
    assertEquals(3, clients.count());
    ModelMessage message = ModelMessage.of(network, listener.masks(), true);
    List<INDArray> trained =
        clients.ask(
            message,
            (client, worker, mine) -> {
              mine.forEachRemaining(((MultiLayerNetwork) worker.model())::fit);
              return worker.model().params().dup();
            });
    for (int client = 0; client < 3; client++) {
      MultiLayerNetwork here = (MultiLayerNetwork) message.open().model();
      here.fit(batches.get(2 * client));
      here.fit(batches.get(2 * client + 1));
      assertEquals(0.0, Cluster.difference(here.params(), trained.get(client)));
      assertEquals(0, Cluster.alive(here, listener.masks()));
    }
    INDArray sum =
        clients.reduce(
            message,
            (client, worker, mine) -> {
              mine.forEachRemaining(((MultiLayerNetwork) worker.model())::fit);
              return worker.model().params().dup();
            },
            INDArray::add,
            2);
    INDArray expected = trained.get(0).add(trained.get(1)).addi(trained.get(2));
    assertTrue(Cluster.difference(expected, sum) < 1e-5);
  }

  @Test
  void aClientThatFailsForGoodIsOneClearError() {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = OneShot.builder().sparsity(0.7).build().attach(network);
    SparkClients<DataSet> clients =
        SparkClients.of(Cluster.context().parallelize(Cluster.batches(2), 2));
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                clients.ask(
                    ModelMessage.of(network, listener.masks(), false),
                    (client, worker, mine) -> {
                      throw new IllegalArgumentException("client " + client + " has no data");
                    }));
    assertTrue(error.getMessage().contains("has no data"), error.getMessage());
    assertTrue(error.getMessage().contains("no result was taken"), error.getMessage());
  }
}
