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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.AmountScope;
import org.dl4jprune.allocation.PqIndex;
import org.dl4jprune.allocation.SparsityInformed;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.LotteryResult;
import org.dl4jprune.lottery.LotteryRound;
import org.dl4jprune.lottery.LotteryTicket;
import org.dl4jprune.lottery.LotteryTicketBuilder;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.lottery.Ticket;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A lottery whose amounts follow from the PQ Index of the trained weights. */
class SparsityInformedLotteryTest {
  private static final PqIndex INDEX = new PqIndex(0.5, 1);

  @TempDir Path folder;

  private LotteryTicketBuilder lottery(Kind kind, double gamma, AmountScope scope) {
    return LotteryTicket.builder()
        .model(seed -> kind.make())
        .trainer(TrainerTest.trainer(DataType.FLOAT))
        .evaluate(model -> 0)
        .directory(folder)
        .iterations(10)
        .rewindTo(0)
        .rounds(3)
        .allocation(new SparsityInformed(INDEX, 0, gamma, 0.9, scope));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eachRoundTakesWhatTheIndexOfTheRoundBeforeAllows(Kind kind) throws IOException {
    LotteryTicket lottery = lottery(kind, 1, AmountScope.GLOBAL).build();
    LotteryResult result = lottery.run();
    assertNull(result.stopped());
    List<Double> trace = lottery.controls().pqIndex(INDEX);
    assertEquals(4, trace.size());
    for (int round = 1; round < 4; round++) {
      LotteryRound now = result.rounds().get(round);
      long active = now.weights() - result.rounds().get(round - 1).zeros();
      long gone = now.zeros() - result.rounds().get(round - 1).zeros();
      // For p = 0.5, q = 1 and eta = 0 the bound is r = d(1 − I).
      assertEquals(active * trace.get(round - 1), gone, 1.001);
      assertTrue(gone > 0);
    }
  }

  /** The amounts of neurons, from the files of the dense round and row by row. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void eachNeuronGivesWhatTheIndexOfItsOwnWeightsAllows(Kind kind) throws IOException {
    LotteryResult result = lottery(kind, 1, AmountScope.NEURON).rounds(1).build().run();
    PrunableModel dense = PrunableModel.ofAny(kind.make());
    try (Snapshot trained = result.trained(0)) {
      trained.restoreValues(dense);
    }
    PrunableModel masked = dense.copy();
    Pruned pruned;
    try (Ticket ticket = result.ticket(1)) {
      pruned = Rewinding.mask(masked, ticket.mask());
    }
    long all = 0;
    for (Parameter p : pruned.masks().layout().parameters()) {
      INDArray weights = p.asMatrix(dense.values(p)).dup('c');
      INDArray kept = p.asMatrix(pruned.masks().of(p)).dup('c');
      for (long row = 0; row < p.outputs(); row++) {
        INDArray own = weights.get(NDArrayIndex.point(row)).dup();
        long zeros = (long) (own.length() * INDEX.of(own));
        assertEquals(
            zeros, own.length() - kept.get(NDArrayIndex.point(row)).sumNumber().intValue());
        all += zeros;
      }
    }
    assertTrue(all > 0);
    assertEquals(all, result.rounds().get(1).zeros());
    pruned.masks().close();
  }

  @Test
  void nothingGoesWithGammaZero() {
    LotteryResult result = lottery(Kind.NETWORK, 0, AmountScope.GLOBAL).build().run();
    assertEquals(1, result.rounds().size());
    assertTrue(result.stopped().contains("no further weight"), result.stopped());
    // Started again, it ends in the same place.
    assertEquals(
        result.rounds(), lottery(Kind.NETWORK, 0, AmountScope.GLOBAL).build().run().rounds());
  }

  @Test
  void aLargeGammaTakesTheLargestShare() {
    LotteryResult result =
        lottery(Kind.NETWORK, 1e9, AmountScope.GLOBAL).allowCollapse().rounds(2).build().run();
    long all = result.rounds().get(1).weights();
    long first = (long) Math.floor(0.9 * all);
    long second = (long) Math.floor(0.9 * (all - first));
    assertEquals(first, result.rounds().get(1).zeros());
    assertEquals(first + second, result.rounds().get(2).zeros());
  }

  @Test
  void equalMagnitudesStay() throws IOException {
    Trainer constant =
        (model, span) -> {
          PrunableModel view = PrunableModel.ofAny(model);
          view.blocks().forEach(b -> b.values().assign(-0.25));
          ModelTraining.setCounts(view, span.to(), 0);
          return model;
        };
    LotteryTicket lottery = lottery(Kind.NETWORK, 4, AmountScope.LAYER).trainer(constant).build();
    LotteryResult result = lottery.run();
    assertEquals(1, result.rounds().size());
    assertEquals(0, lottery.controls().pqIndex(INDEX).get(0), 1e-12);
  }

  @Test
  void theLastRoundEndsAtTheTarget() {
    LotteryResult result =
        lottery(Kind.NETWORK, 1, AmountScope.GLOBAL).targetSparsity(0.25).rounds(9).build().run();
    LotteryRound last = result.rounds().get(result.rounds().size() - 1);
    assertEquals(Math.round(0.25 * last.weights()), last.zeros());
    assertTrue(result.rounds().size() < 10);
    assertTrue(result.stopped() != null);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> lottery(Kind.NETWORK, 1, AmountScope.GLOBAL).targetSparsity(1).build());
    assertTrue(refusal.getMessage().contains("targetSparsity 1.0"), refusal.getMessage());
  }

  @Test
  void thePrunedDoNotCount() {
    MultiLayerNetwork network = (MultiLayerNetwork) Kind.NETWORK.make();
    var weights = Nd4j.createFromArray(.9, 0, 0, .6, 0, 0, .3, 0);
    assertEquals(0.044916, INDEX.of(List.of(weights), 3), 1e-6);
    assertEquals(0.641844, INDEX.of(List.of(weights), 8), 1e-6);
    assertEquals(0, INDEX.of(List.of(network.getParam("0_b")), 20));
  }
}
