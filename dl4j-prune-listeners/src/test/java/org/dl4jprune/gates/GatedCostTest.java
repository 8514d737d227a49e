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
package org.dl4jprune.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.ExpectedCost;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What a whole network costs under its gates, by hand and against the networks that fold out. */
class GatedCostTest {

  private static MultiDataSet images() {
    return Nets.images(2, DataType.DOUBLE, 1).toMultiDataSet();
  }

  private static MultiLayerNetwork dense(Granularity granularity) {
    return Gates.builder()
        .granularity(granularity)
        .build()
        .insert(Nets.dense(new Sgd(1), DataType.DOUBLE, Activation.RELU));
  }

  @Test
  void aClosedChannelSavesItsReadersTheirWork() {
    MultiLayerNetwork gated = dense(Granularity.CHANNEL);
    MultiDataSet rows = Nets.rows(2, DataType.DOUBLE, 1).toMultiDataSet();
    ExpectedCost cost = GatedCost.operations(gated, rows);
    assertEquals(17, cost.gates());
    assertEquals(8 * 10 + 10 * 7 + 7 * 3, cost.full());
    INDArray open = Nd4j.ones(DataType.DOUBLE, 17);
    // Half of the first gate, and two of the second layer's seven.
    open.putScalar(0, 0.5).putScalar(10, 0).putScalar(16, 0);
    assertEquals(8 * 9.5 + 9.5 * 5 + 5 * 3, cost.value(open).getDouble(0), 1e-9);
    assertEquals(8 + 5, cost.gradient(open).getDouble(0), 1e-9);
    assertEquals(9.5 + 3, cost.gradient(open).getDouble(12), 1e-9);
  }

  @Test
  void aWeightSavesItself() {
    MultiLayerNetwork gated = dense(Granularity.WEIGHT);
    ExpectedCost cost = GatedCost.parameters(gated);
    INDArray open = Nd4j.ones(DataType.DOUBLE, cost.gates());
    assertEquals(gated.numParams() - cost.gates(), cost.full());
    open.putScalar(3, 0).putScalar(90, 0.25);
    assertEquals(cost.full() - 1.75, cost.value(open).getDouble(0), 1e-9);
  }

  @Test
  void aHeadTakesItsProjectionsAlong() {
    MultiLayerNetwork gated =
        Gates.builder()
            .granularity(Granularity.HEAD)
            .build()
            .insert(FoldingTest.attention(DataType.DOUBLE));
    ExpectedCost cost = GatedCost.parameters(gated);
    // Three projections of 5 inputs and one to 6 outputs, 2 wide for each head.
    assertEquals(3, cost.gates());
    INDArray open = Nd4j.createFromArray(1.0, 0, 0.5);
    assertEquals(cost.full() - 1.5 * (3 * 2 * 5 + 2 * 6), cost.value(open).getDouble(0), 1e-9);
  }

  /**
   * Channel gates inside of a gated branch: both at once, and what is left is what was expected.
   */
  @Test
  void whatFoldsOutCostsWhatWasExpected() {
    for (boolean operations : new boolean[] {false, true}) {
      for (double branch : new double[] {1, -1}) {
        ComputationGraph network = Nets.residual(new Adam(0.01), DataType.DOUBLE);
        ComputationGraph gated =
            Gates.builder()
                .granularity(Granularity.LAYER)
                .build()
                .insert(Gates.builder().build().insert(network));
        Nets.scatterLogits(gated, 4);
        gated.getParam("norm-gate_gate").assign(branch);
        GatePenalties penalties = GatePenalties.of(gated);
        gated.setListeners(penalties);
        gated.feedForward(images().getFeatures(0), false);
        ExpectedCost cost =
            operations ? GatedCost.operations(gated, images()) : GatedCost.parameters(gated);
        ChannelGroups left = ChannelGroups.of(GateFolding.fold(gated).model().unwrap());
        Cost real = operations ? Cost.multiplyAccumulates(left, images()) : Cost.parameters(left);
        assertEquals(
            real.after(Set.of()), cost.value(penalties.open()).getDouble(0), 1e-6, "" + branch);
        assertTrue(cost.full() > real.after(Set.of()));
      }
    }
  }

  @Test
  void consensusGatesReachATargetOfTheWholeNetwork() {
    MultiLayerNetwork network = Nets.dense(new Adam(0.02), DataType.FLOAT, Activation.RELU, 40, 30);
    MultiDataSet example = Nets.rows(2, DataType.FLOAT, 1).toMultiDataSet();
    ConsensusGates gates =
        ConsensusGates.builder()
            .targetSparsity(0.4)
            .ofAllOperations(example)
            .activity(60)
            .polarization(50, 160)
            .build();
    ComputationGraph gated = gates.install(network);
    ViewIterator data = new ViewIterator(Nets.rows(512, DataType.FLOAT, 3), 64);
    gated.fit(data, 20);
    Consensus consensus = gates.extract(gated, data);
    ChannelGroups left = ChannelGroups.of(consensus.folded().model().unwrap());
    double kept =
        Cost.multiplyAccumulates(left, example).after(Set.of()) / (double) (8 * 40 + 40 * 30 + 90);
    assertEquals(0.6, kept, 0.05, consensus.toText());
    assertEquals(kept, consensus.keptOperations(), 1e-9);
  }

  @Test
  void whatCannotBeReachedOrDoesNotFitIsRefused() {
    MultiLayerNetwork gated = dense(Granularity.CHANNEL);
    ExpectedCost cost = GatedCost.parameters(gated);
    // One unit in each layer: 9 + 2 + 6 of 90 + 77 + 24 parameters.
    String least = "%.4f is the least".formatted(17 / 191.0);
    refused(least, gated, GatePenalty.budget(cost, 0.08));
    refused(least, gated, GatePenalty.target(cost, 0.08));
    refused(least, gated, new Lagrangian(cost, 0.08, 1, 0));
    GatePenalties.of(gated).add(GatePenalty.budget(cost, 0.09), 1);
    MultiLayerNetwork other =
        Gates.builder()
            .layers("0")
            .build()
            .insert(Nets.dense(new Sgd(1), DataType.DOUBLE, Activation.RELU));
    refused("made for 17 gates, but the model has 10", other, GatePenalty.budget(cost, 0.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> GatedCost.parameters(Nets.dense(new Sgd(1), DataType.DOUBLE, Activation.RELU)));
  }

  private static void refused(String part, MultiLayerNetwork gated, GatePenalty penalty) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> GatePenalties.of(gated).add(penalty, 1));
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }
}
