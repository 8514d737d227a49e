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
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.OneShot;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** A model that travels without its dead weights arrives whole and trains on as it would have. */
class ModelMessageTest {
  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Sgd(0.1),
        new Adam(1e-2),
        new Nesterovs(0.05, 0.9),
        new RmsProp(1e-2),
        new AdaGrad(0.1));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void trainsOnBitForBit(IUpdater updater) throws Exception {
    MultiLayerNetwork network = Cluster.mlp(updater);
    check(network);
    check(Cluster.mlp(updater).toComputationGraph());
  }

  private static void check(Model model) throws Exception {
    List<DataSet> batches = Cluster.batches(9);
    PruningListener listener = OneShot.builder().sparsity(0.7).build().attach(model);
    model.setListeners(listener);
    batches.subList(0, 4).forEach(batch -> fit(model, batch));

    ModelMessage sent = ModelMessage.of(model, listener.masks(), true);
    WorkerModel arrived = copy(sent).open();
    same(model, arrived.model());
    for (DataSet batch : batches.subList(4, 9)) {
      fit(model, batch);
      fit(arrived.model(), batch);
      assertEquals(0, Cluster.alive(arrived.model(), listener.masks()));
      assertEquals(0, Cluster.moved(arrived.model(), listener.masks()));
    }
    same(model, arrived.model());

    // What is sent is a copy: a second worker gets what the first one got.
    WorkerModel second = sent.open();
    assertEquals(4, second.view().iteration());
    batches.subList(4, 9).forEach(batch -> fit(second.model(), batch));
    same(model, second.model());
  }

  private static ModelMessage copy(ModelMessage message) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(message);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ModelMessage) in.readObject();
    }
  }

  private static void fit(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(batch);
    } else {
      ((ComputationGraph) model).fit(batch);
    }
  }

  static void same(Model expected, Model actual) {
    PrunableModel a = PrunableModel.ofAny(expected);
    PrunableModel b = PrunableModel.ofAny(actual);
    assertEquals(0.0, Cluster.difference(expected.params(), actual.params()));
    List<UpdaterState> states = a.updaterStates();
    assertEquals(states.size(), b.updaterStates().size());
    for (int i = 0; i < states.size(); i++) {
      assertEquals(
          0.0, Cluster.difference(states.get(i).array(), b.updaterStates().get(i).array()));
    }
    assertEquals(a.iteration(), b.iteration());
    assertEquals(a.epoch(), b.epoch());
    assertNotNull(b);
    assertTrue(a.iteration() > 0);
  }
}
