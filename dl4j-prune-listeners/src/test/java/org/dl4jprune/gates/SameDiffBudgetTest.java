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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Budgets of gates in a SameDiff graph: 8 inputs, 10 and 6 gated units, 3 classes. */
class SameDiffBudgetTest {
  private static final double ALL = 8 * 10 + 10 * 6;

  private final SameDiff graph = SameDiff.create();
  private final SameDiffGates gates = new SameDiffGates(graph);

  private void build() {
    Nd4j.getRandom().setSeed(3);
    DataType type = DataType.DOUBLE;
    SDVariable input = graph.placeHolder("input", type, -1, 8);
    SDVariable labels = graph.placeHolder("labels", type, -1, 3);
    SDVariable w0 = graph.var("w0", Nets.random(type, 1, 8, 10));
    SDVariable b0 = graph.var("b0", Nets.random(type, 2, 10));
    SDVariable first = graph.nn().relu(input.mmul(w0).add(b0), 0).rename("first");
    SDVariable open = gates.channels("a", first, 10, Relaxation.SIGMOID, 1, "w0", "b0");
    SDVariable w1 = graph.var("w1", Nets.random(type, 3, 10, 6));
    SDVariable second = graph.nn().relu(open.mmul(w1), 0).rename("second");
    SDVariable last = gates.channels("b", second, 6, Relaxation.SIGMOID, 0, "w1");
    SDVariable logits = last.mmul("logits", graph.var("w2", Nets.random(type, 4, 6, 3)));
    graph.loss().softmaxCrossEntropy("task", labels, logits, null);
    graph.setLossVariables("task");
  }

  private static Map<String, INDArray> feed(DataSet data) {
    Map<String, INDArray> feed = new HashMap<>();
    feed.put("input", data.getFeatures());
    feed.put("labels", data.getLabels());
    return feed;
  }

  private double value(SDVariable scalar) {
    return graph.output(Map.of(), scalar.name()).get(scalar.name()).getDouble(0);
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  @Test
  void sharesAndPenaltiesByHand() {
    build();
    double operations = (80 * sigmoid(1) + 60 * sigmoid(0)) / ALL;
    SameDiffBudget budget = SameDiffBudget.ofOperations(gates);
    assertEquals(operations, value(budget.share()), 1e-12);
    assertEquals(Math.pow(operations - 0.5, 2), value(budget.excess(0.5)), 1e-12);
    assertEquals(0, value(budget.excess(0.9)));
    assertEquals(Math.pow(0.9 - operations, 2), value(budget.target(0.9)), 1e-12);
    double equal = (10 * sigmoid(1) + 6 * sigmoid(0)) / 16;
    assertEquals(equal, value(SameDiffBudget.ofGates(gates).share()), 1e-12);
    assertEquals(equal, value(gates.l0()), 1e-12);
  }

  @Test
  void theDerivativeOfAGateIsItsCost() {
    build();
    SDVariable share = SameDiffBudget.ofOperations(gates).share();
    graph.setLossVariables(share.name());
    Map<String, INDArray> gradients = graph.calculateGradients(Map.of(), "a_gate", "b_gate");
    double slope = sigmoid(1) * (1 - sigmoid(1));
    assertEquals(8 / ALL * slope, gradients.get("a_gate").getDouble(4), 1e-12);
    assertEquals(10 / ALL / 4, gradients.get("b_gate").getDouble(2), 1e-12);
  }

  /** The multiplier follows the shares of the steps, presses the gates, and is saved. */
  @Test
  void aLagrangianRisesWhileTheBudgetIsExceeded(@TempDir File folder) {
    build();
    SameDiffBudget budget = SameDiffBudget.ofOperations(gates);
    budget.lagrangian("budget", 0.4, 1);
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Sgd(0.5))
            .dataSetFeatureMapping("input")
            .dataSetLabelMapping("labels")
            .build());
    graph.setListeners(gates.steer(Map.of()));
    DataSet data = Nets.rows(16, DataType.DOUBLE, 1);
    INDArray multiplier = graph.getVariable("budget_weight").getArr();
    double expected = 0;
    double first = value(graph.getVariable("budget_excess"));
    for (int step = 0; step < 30; step++) {
      double excess = value(graph.getVariable("budget_excess"));
      assertEquals(
          expected * excess, graph.output(feed(data), "budget").get("budget").getDouble(0), 1e-12);
      graph.fit(new ViewIterator(data, 16), 1);
      expected = Math.max(0, expected + excess);
      assertEquals(expected, multiplier.getDouble(0), 1e-9);
    }
    double end = value(graph.getVariable("budget_excess"));
    assertTrue(first > 0.2 && end < first / 2, first + " " + end);
    File file = new File(folder, "graph.fb");
    graph.save(file, true);
    assertEquals(
        expected, SameDiff.load(file, true).getVariable("budget_weight").getArr().getDouble(0), 0);
    SameDiff folded = SameDiffFolding.fold(gates, Map.of());
    assertFalse(folded.hasVariable("budget_weight") || folded.hasVariable("budget_excess"));
  }

  @Test
  void whatCannotBeReachedIsRefused() {
    assertThrows(IllegalStateException.class, () -> SameDiffBudget.ofGates(gates));
    build();
    SameDiffBudget budget = SameDiffBudget.ofOperations(gates);
    // One channel of each layer is 18 of 140.
    refused("0.8714", () -> budget.excess(0.1));
    refused("0.8714", () -> budget.target(0.1));
    refused("0.8714", () -> budget.lagrangian("more", 0.1, 1));
    refused("(0, 1]", () -> budget.excess(0));
    refused("rate", () -> budget.lagrangian("more", 0.5, 0));
    SDVariable logits = graph.getVariable("logits");
    gates.channels("c", logits, 3, Relaxation.SIGMOID, 1);
    refused("logits name no weight", () -> SameDiffBudget.ofOperations(gates));
  }

  private static void refused(String part, Runnable action) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }
}
