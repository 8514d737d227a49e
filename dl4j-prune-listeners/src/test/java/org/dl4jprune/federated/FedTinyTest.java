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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.BlockOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Checks 1 and 2 of card fedtiny, and the options. */
class FedTinyTest {
  private static long[] kept(byte[][] mask) {
    return Arrays.stream(mask).mapToLong(bits -> BitSet.valueOf(bits).cardinality()).toArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void countsStayAndAllDevicesHaveOneMask(boolean forward) {
    MultiLayerNetwork network = Federation.network();
    FedTiny fed =
        Federation.small().order(forward ? BlockOrder.FORWARD : BlockOrder.BACKWARD).build();
    INDArray before = network.params().dup();
    FederatedSimulation devices =
        new FederatedSimulation(
            PrunableModel.of(network), fed.settings(network), Federation.clients(3));
    Federation.Watched watched = new Federation.Watched(devices, 0);
    FederatedResult result = fed.train(network, watched);
    assertEquals(0, before.sub(network.params()).normmaxNumber().doubleValue(), "left alone");
    long[] start = kept(watched.rounds.get(0).get(0).model().mask());
    assertEquals(Math.round(0.4 * (48 + 30 + 15)), Arrays.stream(start).sum());
    watched.rounds.forEach(
        round -> {
          if (round.get(0).model().mask() != null) {
            assertEquals(
                Arrays.toString(start), Arrays.toString(kept(round.get(0).model().mask())));
          }
        });
    long[] sizes = {48, 30, 15};
    BlockOrder order = forward ? BlockOrder.FORWARD : BlockOrder.BACKWARD;
    for (int round = 1; round <= 5; round++) {
      int layer = order.block(round - 1, 3);
      double fraction = round < 4 ? 0.15 * (1 + Math.cos(Math.PI * round / 4)) : 0;
      long exchanged =
          Math.min((long) Math.floor(fraction * start[layer]), sizes[layer] - start[layer]);
      Map<String, Integer> changes = result.report().rounds().get(round).changes();
      assertEquals(exchanged == 0 ? Map.of() : Map.of(2 * layer + "_W", (int) exchanged), changes);
    }
    for (int device = 0; device < 3; device++) {
      assertEquals(result.mask(), devices.device(device).mask());
      assertEquals(0, dead(devices.device(device).model(), result.mask()));
    }
    assertEquals(0, dead(PrunableModel.ofAny(result.model()), result.mask()));
    assertTrue(result.report().chosen() >= 0 && result.report().chosen() < 4);
    assertEquals(4, result.report().rounds().get(0).losses().size());
  }

  /** How many weights outside of a mask are not zero. */
  private static long dead(PrunableModel model, PackedMasks mask) {
    PackedMasks alive = nonZero(model, mask);
    return alive.kept() - alive.and(mask).kept();
  }

  private static PackedMasks nonZero(PrunableModel model, PackedMasks like) {
    SparseModel sparse = new SparseModel(model, List.copyOf(like.words().keySet()));
    Map<String, long[]> words = new java.util.LinkedHashMap<>();
    sparse
        .layout()
        .parameters()
        .forEach(
            p -> {
              INDArray rows = p.asMatrix(model.values(p)).dup('c');
              INDArray flat = rows.reshape('c', new long[] {rows.length()});
              words.put(p.name(), org.dl4jprune.host.HostBits.pack(flat.neq(0)));
            });
    return PackedMasks.of(words, like.lengths());
  }

  @Test
  void deadWeightsAreZeroBehindEachLocalEpoch() {
    MultiLayerNetwork network = Federation.network();
    FedTiny fed = Federation.small().localEpochs(2).candidates(1).build();
    List<Device> device = new ArrayList<>();
    AtomicInteger looks = new AtomicInteger();
    OrderedData data = Federation.clients(1).get(0);
    OrderedData spied =
        (OrderedData)
            Proxy.newProxyInstance(
                OrderedData.class.getClassLoader(),
                new Class<?>[] {OrderedData.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("begin") && (long) arguments[0] > 0) {
                    assertEquals(0, dead(device.get(0).model(), device.get(0).mask()));
                    looks.incrementAndGet();
                  }
                  try {
                    return method.invoke(data, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    FederatedSimulation devices =
        new FederatedSimulation(PrunableModel.of(network), fed.settings(network), List.of(spied));
    device.add(devices.device(0));
    fed.train(network, devices);
    // Two epochs in each round, and a batch for gradients where weights are exchanged.
    assertTrue(looks.get() >= 5 * 2 + 1, "looked %d times".formatted(looks.get()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneClientWithoutAdjustmentIsOrdinaryMaskedTraining(boolean momentum) {
    MultiLayerNetwork network =
        Federation.mlp(momentum ? new Nesterovs(0.05, 0.9) : new Sgd(0.1), 8, 6, 5);
    PackedMasks mask = Federation.mask(network, 0.6);
    DataSet all = Federation.data(20, 8, 6);
    OrderedData data = DirichletPartition.of(all, 1, 1, 20, 2).get(0);
    FederatedResult result =
        FedTiny.builder()
            .mask(mask)
            .localEpochs(1)
            .rounds(6)
            .stopAdjusting(0)
            .keepClientState(momentum)
            .build()
            .train(network, List.of(data));
    MultiLayerNetwork plain = network.clone();
    try (PruningListener keeper =
        PruningListener.keeping(Rewinding.mask(PrunableModel.of(plain), mask))) {
      plain.addListeners(keeper);
      for (int step = 1; step <= 6; step++) {
        data.begin(2 * step - 1);
        plain.fit(data.next());
      }
    }
    assertTrue(Federation.distance(plain, result.model()) < 1e-6);
    assertTrue(Federation.distance(network, result.model()) > 1e-3, "it was trained");
    assertEquals(-1, result.report().chosen());
  }

  @Test
  void equalClientsAreOneClient() {
    DataSet all = Federation.data(24, 8, 6);
    List<OrderedData> same =
        IntStream.range(0, 3).mapToObj(i -> DirichletPartition.of(all, 1, 1, 8, 2).get(0)).toList();
    FedTiny fed = Federation.small().build();
    FederatedResult three = fed.train(Federation.network(), same);
    FederatedResult one = fed.train(Federation.network(), same.subList(0, 1));
    assertEquals(one.mask(), three.mask());
    assertEquals(0, Federation.distance(one.model(), three.model()));
  }

  @Test
  void whatDevicesForgetIsSentAgain() {
    FedTiny fed = Federation.small().build();
    MultiLayerNetwork network = Federation.network();
    FederatedResult kept = fed.train(network, Federation.clients(3));
    FederatedResult sent =
        fed.train(
            network,
            new Federation.Forgetful(network, fed.settings(network), Federation.clients(3)));
    assertEquals(kept.mask(), sent.mask());
    assertEquals(0, Federation.distance(kept.model(), sent.model()));
    assertTrue(sent.report().bytesDown() > kept.report().bytesDown());
    assertEquals(sent.report().bytesUp(), kept.report().bytesUp());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Federation.small()
                .keepClientState(true)
                .build()
                .train(
                    network,
                    new Federation.Forgetful(
                        network, fed.settings(network), Federation.clients(3))));
  }

  @Test
  void aSameDiffGraphIsTrainedToo() {
    Nd4j.getRandom().setSeed(11);
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.FLOAT, -1, 8);
    SDVariable label = graph.placeHolder("label", DataType.FLOAT, -1, 3);
    SDVariable first = graph.var("w1", Nd4j.randn(DataType.FLOAT, 8, 6).muli(0.3));
    SDVariable second = graph.var("w2", Nd4j.randn(DataType.FLOAT, 6, 3).muli(0.3));
    SDVariable hidden = graph.math().tanh(in.mmul(first));
    graph.loss.softmaxCrossEntropy("loss", label, hidden.mmul("logits", second), null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Nesterovs(0.05, 0.9))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    FederatedResult result =
        Federation.small().candidates(2).build().train(graph, Federation.clients(2));
    assertTrue(result.report().changes().values().stream().anyMatch(count -> count > 0));
    PrunableModel trained = PrunableModel.ofAny(result.model());
    assertEquals(0, dead(trained, result.mask()));
    assertEquals(Math.round(0.4 * 66), result.mask().kept());
    INDArray moved = trained.values(trained.parameters().get(0));
    assertTrue(moved.sub(first.getArr()).normmaxNumber().doubleValue() > 1e-3);
  }

  @Test
  void aGraphIsTrainedAlike() {
    MultiLayerNetwork network = Federation.network();
    ComputationGraph graph = network.toComputationGraph();
    FederatedResult one = Federation.small().build().train(network, Federation.clients(3));
    FederatedResult two = Federation.small().build().train(graph, Federation.clients(3));
    assertEquals(ComputationGraph.class, two.model().getClass());
    assertEquals(one.mask().kept(), two.mask().kept());
    assertEquals(one.report().chosen(), two.report().chosen());
    assertTrue(Federation.distance(one.model(), two.model()) < 1e-5);
  }

  @Test
  void someDevicesOfARound() {
    FederatedResult result =
        Federation.small()
            .clientsPerRound(2)
            .build()
            .train(Federation.network(), Federation.clients(4));
    result.report().rounds().stream()
        .skip(1)
        .forEach(round -> assertEquals(2, round.clients().size()));
    assertTrue(
        result.report().rounds().stream().skip(1).map(FederatedRound::clients).distinct().count()
            > 1);
    assertEquals(
        Math.round(0.4 * 93),
        result.report().parameters().values().stream().mapToLong(i -> i).sum());
  }

  @Test
  void statesAreKeptIfAsked() {
    MultiLayerNetwork network = Federation.mlp(new Nesterovs(0.05, 0.9), 8, 6, 5);
    FederatedResult fresh = Federation.small().build().train(network, Federation.clients(2));
    FederatedResult kept =
        Federation.small().keepClientState(true).build().train(network, Federation.clients(2));
    assertTrue(Federation.distance(fresh.model(), kept.model()) > 1e-4);
    assertEquals(0, dead(PrunableModel.ofAny(kept.model()), kept.mask()));
  }

  @Test
  void withoutNormalisationLossesAreComparedAndDenseLayersStay() {
    MultiLayerNetwork bare = Federation.mlp(new Sgd(0.1), 8);
    FederatedReport report =
        Federation.small().candidates(2).build().train(bare, Federation.clients(2)).report();
    assertTrue(report.toText().contains("no batch normalisation"), report.toText());
    assertEquals(2, report.rounds().get(0).losses().size());
    FederatedReport dense =
        Federation.small()
            .density(1)
            .candidates(1)
            .build()
            .train(Federation.network(), Federation.clients(2))
            .report();
    assertEquals(0, dense.changes().values().stream().mapToInt(i -> i).sum());
  }
}
