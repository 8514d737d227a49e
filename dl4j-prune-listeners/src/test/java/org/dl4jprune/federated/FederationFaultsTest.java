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
package org.dl4jprune.federated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Sgd;

/** Devices that are lost or diverge, a training that is stopped, and what is refused. */
class FederationFaultsTest {
  @Test
  void aLostDeviceIsLeftOutAndGetsTheMaskAgain() {
    MultiLayerNetwork network = Federation.network();
    FedTiny fed = Federation.small().stopAdjusting(0).build();
    Federation.Watched watched =
        new Federation.Watched(
            new FederatedSimulation(
                PrunableModel.of(network), fed.settings(network), Federation.clients(3)),
            2);
    FederatedReport report = fed.train(network, watched).report();
    assertEquals(List.of(0), report.rounds().get(2).dropped());
    assertTrue(report.toText().contains("dropped [0]"), report.toText());
    List<Boolean> sent =
        watched.rounds.stream().map(round -> round.get(0).model().mask() != null).toList();
    assertEquals(List.of(true, false, true, false, false), sent);
    assertEquals(null, watched.rounds.get(2).get(1).model().mask());
  }

  @Test
  void aDeviceOfNaNIsLeftOut() {
    List<OrderedData> clients = Federation.clients(2);
    DataSet broken = Federation.data(12, 8, 9);
    broken.getFeatures().assign(Float.NaN);
    clients.add(DirichletPartition.of(broken, 1, 1, 6, 2).get(0));
    FederatedResult result = Federation.small().build().train(Federation.network(), clients);
    for (int round = 1; round <= 5; round++) {
      assertEquals(List.of(2), result.report().rounds().get(round).dropped());
    }
    INDArray values = PrunableModel.ofAny(result.model()).blocks().get(0).values();
    assertTrue(Double.isFinite(values.norm1Number().doubleValue()));
    FederatedResult without =
        Federation.small().build().train(Federation.network(), Federation.clients(2));
    assertEquals(without.mask(), result.mask());
    assertEquals(0, Federation.distance(without.model(), result.model()));
    assertThrows(
        IllegalStateException.class,
        () -> Federation.small().build().train(Federation.network(), clients.subList(2, 3)));
    assertThrows(
        IllegalStateException.class,
        () ->
            FedTiny.builder()
                .mask(Federation.mask(Federation.network(), 0.5))
                .stopAdjusting(0)
                .build()
                .train(Federation.network(), clients.subList(2, 3)));
  }

  @Test
  void aTrainingThatWasStoppedGoesOn(@TempDir Path folder) {
    FederatedResult whole =
        Federation.small().build().train(Federation.network(), Federation.clients(3));
    AtomicInteger round = new AtomicInteger();
    FedTinyBuilder stopped =
        Federation.small()
            .directory(folder)
            .evaluate(
                model -> {
                  if (round.incrementAndGet() == 4) {
                    throw new IllegalStateException("stopped");
                  }
                  return round.get();
                });
    assertThrows(
        IllegalStateException.class,
        () -> stopped.build().train(Federation.network(), Federation.clients(3)));
    FederatedResult resumed = stopped.build().train(Federation.network(), Federation.clients(3));
    assertEquals(6, resumed.report().rounds().size());
    assertEquals(whole.mask(), resumed.mask());
    assertEquals(0, Federation.distance(whole.model(), resumed.model()));
    assertEquals(whole.report().chosen(), resumed.report().chosen());
    assertEquals(whole.report().changes(), resumed.report().changes());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Federation.small()
                .rounds(6)
                .directory(folder)
                .build()
                .train(Federation.network(), Federation.clients(3)));
  }

  @Test
  void ordinaryIteratorsAndASingleExampleDo() {
    DataSetIterator plain = new ListDataSetIterator<>(Federation.data(30, 8, 2).asList(), 8);
    OrderedData single = DirichletPartition.of(Federation.data(1, 8, 3), 1, 1, 8, 1).get(0);
    FederatedResult result =
        Federation.small().build().train(Federation.network(), List.of(plain, single));
    result.report().rounds().forEach(round -> assertEquals(List.of(), round.dropped()));
    INDArray values = PrunableModel.ofAny(result.model()).blocks().get(0).values();
    assertTrue(Double.isFinite(values.norm1Number().doubleValue()));
    DataSetIterator empty = new ListDataSetIterator<>(List.of(), 8);
    assertThrows(
        IllegalArgumentException.class,
        () -> Federation.small().build().train(Federation.network(), List.of(plain, empty)));
  }

  static Stream<FedTinyBuilder> bad() {
    return Stream.of(
        FedTiny.builder(),
        Federation.small().density(0),
        Federation.small().density(1.1),
        Federation.small().candidates(0),
        Federation.small().localEpochs(0),
        Federation.small().rounds(0),
        Federation.small().adjustEvery(0),
        Federation.small().stopAdjusting(6),
        Federation.small().stopAdjusting(-1),
        Federation.small().clientsPerRound(0),
        Federation.small().granularity(Granularity.BLOCK),
        Federation.small().blocks(List.of(List.of("*"))).granularity(Granularity.ALL),
        Federation.small().order(null),
        Federation.small().mask(Federation.mask(Federation.network(), 0.5)),
        Federation.small().keepClientState(true).directory(Path.of("target")));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badSettingsAreRefused(FedTinyBuilder builder) {
    assertThrows(IllegalArgumentException.class, builder::build);
  }

  @Test
  void badClientsAreRefused() {
    OrderedData one = Federation.clients(1).get(0);
    FedTiny fed = Federation.small().build();
    assertThrows(IllegalArgumentException.class, () -> fed.train(Federation.network(), List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> fed.train(Federation.network(), List.of(one, one)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Federation.small()
                .clientsPerRound(2)
                .build()
                .train(Federation.network(), List.of(one)));
    PackedMasks other = Federation.mask(Federation.mlp(new Sgd(0.1), 8, 6), 0.5);
    FedTiny misfit = FedTiny.builder().mask(other).stopAdjusting(0).build();
    assertThrows(
        IllegalArgumentException.class, () -> misfit.train(Federation.network(), List.of(one)));
    MultiLayerNetwork broken = Federation.network();
    broken.params().assign(Float.NaN);
    assertThrows(IllegalStateException.class, () -> fed.train(broken, List.of(one)));
  }
}
