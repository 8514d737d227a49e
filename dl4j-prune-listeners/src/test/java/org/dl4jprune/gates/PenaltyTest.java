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

import java.util.List;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.ExpectedCost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Penalties as functions of free gates: the card's numbers and finite differences. */
class PenaltyTest {
  private static final INDArray OPEN = Nd4j.createFromArray(1.0, 0.25, 0.5);
  private static final INDArray COSTS = Nd4j.createFromArray(0.5, 0.3, 0.2);

  static List<GatePenalty> all() {
    return List.of(
        GatePenalty.l0(),
        GatePenalty.l1(),
        GatePenalty.polarization(),
        GatePenalty.activity(),
        GatePenalty.budget(0.5),
        GatePenalty.target(0.9),
        new Lagrangian(0.5, 0.1, 2),
        new Lagrangian(expected(), 0.5, 0.1, 2),
        GatePenalty.target(expected(), 0.9),
        GatePenalty.budget(expected(), 0.3));
  }

  /** The first three units of a layer of ten share one gate each with those of a layer of seven. */
  private static ExpectedCost expected() {
    ChannelGroups groups =
        ChannelGroups.of(Nets.dense(new Sgd(1), DataType.DOUBLE, Activation.RELU));
    List<Integer> first = groups.outlet("0").units();
    List<Integer> second = groups.outlet("1").units();
    return ExpectedCost.of(
        groups,
        Cost.parameters(groups),
        List.of(first.subList(0, 4), second.subList(0, 3), first.subList(4, 9)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientsAreThoseOfFiniteDifferences(GatePenalty penalty) {
    double step = 1e-6;
    INDArray gradient = penalty.gradient(OPEN, COSTS);
    for (int i = 0; i < 3; i++) {
      INDArray up = OPEN.dup();
      INDArray down = OPEN.dup();
      up.putScalar(i, up.getDouble(i) + step);
      down.putScalar(i, down.getDouble(i) - step);
      double difference =
          (penalty.value(up, COSTS).getDouble(0) - penalty.value(down, COSTS).getDouble(0))
              / (2 * step);
      assertEquals(difference, gradient.getDouble(i), 1e-6);
    }
  }

  @Test
  void theCardsExample() {
    assertEquals(0.145833, GatePenalty.polarization().value(OPEN, COSTS).getDouble(0), 1e-6);
    assertEquals(0.675, GatePenalty.activity().value(OPEN, COSTS).getDouble(0), 1e-12);
    assertEquals(0.030625, GatePenalty.budget(0.5).value(OPEN, COSTS).getDouble(0), 1e-12);
    INDArray target = GatePenalty.budget(0.5).gradient(OPEN, COSTS);
    assertEquals(0, Nets.distance(COSTS.mul(0.35), target), 1e-12);
    INDArray both =
        GatePenalty.polarization()
            .gradient(OPEN, COSTS)
            .mul(2)
            .addi(GatePenalty.activity().gradient(OPEN, COSTS));
    assertEquals(0, Nets.distance(Nd4j.createFromArray(-0.166667, 0.633333, 0.2), both), 1e-6);
  }

  /** m = 0.75·m + 0.25·g, from the first minibatch on. */
  @Test
  void aRunningMeanIsPolarised() {
    GatePenalty smoothed = GatePenalty.polarization(0.75);
    assertEquals(
        GatePenalty.polarization().value(OPEN, COSTS).getDouble(0),
        smoothed.value(OPEN, COSTS).getDouble(0));
    smoothed.stepDone(OPEN, COSTS);
    INDArray closed = Nd4j.createFromArray(0.0, 0, 0);
    // m = (0.75, 0.1875, 0.375).
    assertEquals(
        0,
        Nets.distance(
            Nd4j.createFromArray(-0.5 / 3, 0.625 / 3, 0.25 / 3), smoothed.gradient(closed, COSTS)),
        1e-12);
    double value = (0.75 * 0.25 + 0.1875 * 0.8125 + 0.375 * 0.625) / 3;
    assertEquals(value, smoothed.value(closed, COSTS).getDouble(0), 1e-12);
    smoothed.stepDone(closed, COSTS);
    value = (0.5625 * 0.4375 + 0.140625 * 0.859375 + 0.28125 * 0.71875) / 3;
    assertEquals(value, smoothed.value(closed, COSTS).getDouble(0), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> GatePenalty.polarization(1));
  }

  @Test
  void agreementCostsNothing() {
    INDArray agreed = Nd4j.createFromArray(1.0, 0.0, 1.0);
    assertEquals(0, GatePenalty.polarization().value(agreed, COSTS).getDouble(0));
  }

  @Test
  void aBudgetThatIsMetCostsNothing() {
    assertEquals(0, GatePenalty.budget(0.7).value(OPEN, COSTS).getDouble(0));
    assertEquals(0, GatePenalty.budget(0.7).gradient(OPEN, COSTS).amaxNumber().doubleValue());
  }

  @Test
  void theMultiplierRisesOverTheBudgetAndFallsToZeroUnderIt() {
    Lagrangian lagrangian = GatePenalty.lagrangian(0.5, 0.1);
    lagrangian.stepDone(OPEN, COSTS);
    assertEquals(0.0175, lagrangian.multiplier(), 1e-12);
    lagrangian.stepDone(Nd4j.createFromArray(0.0, 0.0, 0.0), COSTS);
    assertEquals(0, lagrangian.multiplier());
  }

  @Test
  void expectedCostIsTheCostAtZerosAndOnes() {
    ChannelGroups groups =
        ChannelGroups.of(Nets.dense(new Sgd(1), DataType.DOUBLE, Activation.RELU));
    List<Integer> first = groups.outlet("0").units().subList(0, 4);
    List<Integer> second = groups.outlet("1").units().subList(0, 3);
    Cost cost = Cost.parameters(groups);
    ExpectedCost expected = ExpectedCost.of(groups, cost, List.of(first, second));
    assertEquals(
        cost.after(new java.util.HashSet<>(second)),
        expected.value(Nd4j.createFromArray(1.0, 0.0)).getDouble(0));
    assertEquals(
        cost.after(java.util.Set.of()),
        expected.value(Nd4j.createFromArray(1.0, 1.0)).getDouble(0));
    assertEquals(cost.after(java.util.Set.of()), expected.full());
  }

  @Test
  void budgetsOutOfRangeAreRefused() {
    for (double kept : new double[] {0, -0.5, 1.1, Double.NaN}) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> GatePenalty.budget(kept));
      assertTrue(refused.getMessage().contains(String.valueOf(kept)));
    }
    assertThrows(IllegalArgumentException.class, () -> GatePenalty.lagrangian(0.5, 0));
    assertThrows(IllegalArgumentException.class, () -> new Lagrangian(0.5, 1, -1));
  }
}
