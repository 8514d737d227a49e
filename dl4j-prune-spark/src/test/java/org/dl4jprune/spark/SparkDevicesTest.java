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
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.federated.FedTiny;
import org.dl4jprune.federated.FedTinyBuilder;
import org.dl4jprune.federated.FederatedResult;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Nesterovs;

/** FedTiny on Spark is FedTiny in one process. */
class SparkDevicesTest {

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Cluster.base(new Nesterovs(0.05, 0.9))
                .list()
                .layer(new DenseLayer.Builder().nOut(10).build())
                .layer(new BatchNormalization())
                .layer(Cluster.output())
                .setInputType(InputType.feedForward(12))
                .build());
    network.init();
    return network;
  }

  private static FedTinyBuilder builder() {
    return FedTiny.builder()
        .density(0.4)
        .candidates(3)
        .localEpochs(2)
        .rounds(4)
        .adjustEvery(1)
        .stopAdjusting(3);
  }

  private static DataSetIterator iterator(List<DataSet> batches) {
    return new ListDataSetIterator<>(batches, 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itIsTheSimulationToTheBit(boolean graph) {
    Object model = graph ? network().toComputationGraph() : network();
    List<DataSet> batches = Cluster.batches(6);
    FedTiny fed = builder().clientsPerRound(2).build();
    FederatedResult here =
        fed.train(
            model,
            List.of(
                iterator(batches.subList(0, 2)),
                iterator(batches.subList(2, 4)),
                iterator(batches.subList(4, 6))));
    JavaRDD<DataSet> data = Cluster.context().parallelize(batches, 3);
    FederatedResult there = fed.train(model, SparkDevices.of(data, model, fed.settings(model)));
    assertEquals(here.mask(), there.mask());
    INDArray one = PrunableModel.ofAny(here.model()).blocks().get(0).values();
    INDArray two = PrunableModel.ofAny(there.model()).blocks().get(0).values();
    assertEquals(0.0, Cluster.difference(one, two));
    assertEquals(Math.round(0.4 * (120 + 30)), there.mask().kept());
    assertEquals(here.report().changes(), there.report().changes());
    assertTrue(there.report().changes().values().stream().anyMatch(count -> count > 0));
    assertEquals(here.report().bytesUp(), there.report().bytesUp());
    assertTrue(here.report().bytesDown() < there.report().bytesDown(), "masks travel each time");
  }

  @Test
  void whatCannotBeTrainedIsRefused() {
    FedTiny fed = builder().build();
    MultiLayerNetwork network = network();
    JavaRDD<DataSet> data = Cluster.context().parallelize(Cluster.batches(2), 3);
    SparkDevices empty = SparkDevices.of(data, network, fed.settings(network));
    assertThrows(IllegalArgumentException.class, () -> fed.train(network, empty));
    assertThrows(
        IllegalArgumentException.class,
        () -> SparkDevices.of(data, "a model", fed.settings(network)));
    JavaRDD<DataSet> wide =
        Cluster.context()
            .parallelize(Cluster.batches(2), 2)
            .map(batch -> new DataSet(batch.getLabels(), batch.getLabels()));
    SparkDevices misfit = SparkDevices.of(wide, network, fed.settings(network));
    IllegalStateException error =
        assertThrows(IllegalStateException.class, () -> fed.train(network, misfit));
    assertTrue(error.getMessage().contains("the round has no result"), error.getMessage());
  }
}
