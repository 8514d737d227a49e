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
import java.util.List;
import java.util.Map;
import org.dl4jprune.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Gates as variables of a SameDiff graph. */
class SameDiffGatesTest {
  private static final int HIDDEN = 10;

  private final SameDiff graph = SameDiff.create();
  private final SameDiffGates gates = new SameDiffGates(graph);

  /** 8 inputs, 10 gated hidden units, 3 classes; a relaxation of null means consensus gates. */
  private void build(DataType type, Relaxation relaxation) {
    Nd4j.getRandom().setSeed(3);
    SDVariable input = graph.placeHolder("input", type, -1, 8);
    SDVariable labels = graph.placeHolder("labels", type, -1, 3);
    SDVariable w0 = graph.var("w0", Nets.random(type, 1, 8, HIDDEN));
    SDVariable b0 = graph.var("b0", Nets.random(type, 2, HIDDEN));
    SDVariable hidden = graph.nn().relu(input.mmul(w0).add(b0), 0).rename("hidden");
    SDVariable gated =
        relaxation == null
            ? new SameDiffConsensus(gates).channels("gate", hidden, input, 8, HIDDEN, "w0", "b0")
            : gates.channels("gate", hidden, HIDDEN, relaxation, 1, "w0", "b0");
    SDVariable w1 = graph.var("w1", Nets.random(type, 3, HIDDEN, 3));
    SDVariable logits = gated.mmul("logits", w1);
    graph.loss().softmaxCrossEntropy("task", labels, logits, null);
    graph.setLossVariables("task");
    gates.penalize("cost", SameDiffBudget.ofGates(gates).excess(0.3), 20);
    gates.penalize("agreement", gates.polarization(), 0);
  }

  private static Map<String, INDArray> feed(DataSet data) {
    Map<String, INDArray> feed = new HashMap<>();
    feed.put("input", data.getFeatures());
    feed.put("labels", data.getLabels());
    return feed;
  }

  @Test
  void theCardsPenaltiesWithTheMeanConvention() {
    SDVariable logits =
        graph.var(
            "a",
            Nd4j.createFromArray(
                new double[][] {{1, -0.5, 0.2}, {2, -1, -0.3}, {0.5, -0.2, 0.4}, {1.5, 0, -0.1}}));
    SDVariable activation = graph.constant("r", Nd4j.ones(DataType.DOUBLE, 4, 3));
    SDVariable gated = new SameDiffConsensus(gates).channels("gate", activation, logits, 3, 3);
    gated.sum("unused");
    graph.getVariable("gate_U").getArr().assign(Nd4j.eye(3));
    graph.getVariable("gate_c").getArr().assign(0);
    SDVariable open = gates.open();
    SDVariable costs = graph.constant("f", Nd4j.createFromArray(0.5, 0.3, 0.2));
    SDVariable loss = gates.polarization().mul(2).add("loss", open.mul(costs).sum());
    graph.setLossVariables("loss");
    assertEquals(
        2 * 0.145833 + 0.675, graph.output(Map.of(), "loss").get("loss").getDouble(0), 1e-6);
    assertEquals("loss", loss.name());
    INDArray gradient = graph.calculateGradients(Map.of(), "a").get("a");
    INDArray expected =
        Nd4j.createFromArray(
            new double[][] {
              {-0.008192, 0.037209, 0.012376},
              {-0.004375, 0.031130, 0.012223},
              {-0.009792, 0.039190, 0.012013},
              {-0.006214, 0.039583, 0.012469}
            });
    assertEquals(0, Nets.distance(expected, gradient), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(
      value = Relaxation.class,
      names = {"SIGMOID", "HARD_CONCRETE"})
  void softGatesByFiniteDifferences(Relaxation relaxation) {
    build(DataType.DOUBLE, relaxation);
    INDArray logits = graph.getVariable("gate_gate").getArr();
    logits.assign(Nets.random(DataType.DOUBLE, 5, 1, HIDDEN));
    graph.getVariable("agreement_weight").getArr().assign(3);
    Map<String, INDArray> feed = feed(Nets.rows(6, DataType.DOUBLE, 1));
    INDArray gradient = graph.calculateGradients(feed, "gate_gate").get("gate_gate").dup();
    for (int i = 0; i < HIDDEN; i++) {
      double before = logits.getDouble(0, i);
      double[] scores = new double[2];
      for (int side = 0; side < 2; side++) {
        logits.putScalar(0, i, before + (side == 0 ? 1e-6 : -1e-6));
        Map<String, INDArray> losses = graph.output(feed, "task", "cost", "agreement");
        scores[side] =
            losses.values().stream().mapToDouble(loss -> loss.sumNumber().doubleValue()).sum();
      }
      logits.putScalar(0, i, before);
      assertEquals((scores[0] - scores[1]) / 2e-6, gradient.getDouble(0, i), 1e-6);
    }
  }

  /** The graph's ops are the formulas of the relaxation, with and without noise. */
  @Test
  void hardConcreteGatesAreTheFormulasOfTheRelaxation() {
    build(DataType.DOUBLE, Relaxation.HARD_CONCRETE);
    Relaxation relaxation = Relaxation.HARD_CONCRETE;
    INDArray logits = graph.getVariable("gate_gate").getArr();
    logits.assign(Nets.random(DataType.DOUBLE, 5, 1, HIDDEN).muli(3));
    Map<String, INDArray> found = graph.output(Map.of(), "gate_gates", "gate_open");
    INDArray still = relaxation.value(logits, null);
    assertEquals(0, Nets.distance(still, found.get("gate_gates")), 1e-12);
    assertEquals(0, Nets.distance(relaxation.open(logits), found.get("gate_open")), 1e-12);
    // Some are exactly closed, some exactly open, and some between.
    assertTrue(still.eq(0).castTo(DataType.INT32).sumNumber().intValue() > 0, "" + still);
    assertTrue(still.eq(1).castTo(DataType.INT32).sumNumber().intValue() > 0, "" + still);
    // In a step the noise is what the relaxation would draw.
    SameDiffRelaxation ops = new SameDiffRelaxation(graph, "gate", relaxation);
    Nd4j.getRandom().setSeed(17);
    ops.stepBegins();
    Nd4j.getRandom().setSeed(17);
    INDArray noise = relaxation.noise(logits);
    INDArray noisy = graph.output(Map.of(), "gate_gates").get("gate_gates");
    assertEquals(0, Nets.distance(relaxation.value(logits, noise), noisy), 1e-12);
    assertTrue(Nets.distance(still, noisy) > 0.01);
    graph.setLossVariables(graph.getVariable("gate_gates").sum("total"));
    INDArray slope = graph.calculateGradients(Map.of(), "gate_gate").get("gate_gate");
    assertEquals(0, Nets.distance(relaxation.slope(logits, noise), slope), 1e-12);
    ops.stepEnds();
    assertEquals(
        0, Nets.distance(still, graph.output(Map.of(), "gate_gates").get("gate_gates")), 1e-12);
  }

  /** An L0 penalty closes gates for good; noise is drawn in steps only, from the thread's seed. */
  @Test
  void anL0PenaltyClosesHardConcreteGates() {
    INDArray closed = trainedHardConcrete(7, 5);
    assertTrue(closed.eq(0).castTo(DataType.INT32).sumNumber().intValue() > HIDDEN / 2);
    assertEquals(0, Nets.distance(closed, new SameDiffGatesTest().trainedHardConcrete(7, 5)));
    assertEquals(0, graph.getVariable("gate_shift").getArr().norm1Number().doubleValue());
    assertEquals(1, graph.getVariable("gate_scale").getArr().getDouble(0));
    INDArray open = new SameDiffGatesTest().trainedHardConcrete(7, 0);
    assertTrue(Nets.distance(open, new SameDiffGatesTest().trainedHardConcrete(8, 0)) > 0);
    assertTrue(open.sumNumber().doubleValue() > closed.sumNumber().doubleValue() + 1);
    DataSet data = Nets.rows(12, DataType.FLOAT, 1);
    INDArray expected = graph.output(feed(data), "logits").get("logits");
    SameDiff folded = SameDiffFolding.fold(gates, Map.of());
    assertTrue(folded.variables().stream().noneMatch(v -> v.name().startsWith("gate")));
    assertEquals(
        0, Nets.distance(expected, folded.output(feed(data), "logits").get("logits")), 1e-5);
  }

  private INDArray trainedHardConcrete(int seed, double weight) {
    build(DataType.FLOAT, Relaxation.HARD_CONCRETE);
    graph.setLossVariables("task");
    gates.penalize("l0", gates.l0(), weight);
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(0.1))
            .dataSetFeatureMapping("input")
            .dataSetLabelMapping("labels")
            .build());
    graph.setListeners(gates.steer(Map.of()));
    Nd4j.getRandom().setSeed(seed);
    graph.fit(new ViewIterator(Nets.rows(64, DataType.FLOAT, 1), 16), 10);
    return graph.output(Map.of(), "gate_gates").get("gate_gates").dup();
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void foldedGraphsHaveNoGateAndEqualOutputs(Relaxation relaxation, @TempDir File folder) {
    build(DataType.FLOAT, relaxation);
    DataSet data = Nets.rows(12, DataType.FLOAT, 1);
    INDArray logits = graph.getVariable("gate_gate").getArr();
    logits.assign(Nets.random(DataType.FLOAT, 5, 1, HIDDEN));
    logits.addi(logits.lt(0).castTo(DataType.FLOAT).muli(-1e4));
    File file = new File(folder, "graph.fb");
    graph.save(file, true);
    INDArray expected = graph.output(feed(data), "logits").get("logits");
    assertEquals(
        0,
        Nets.distance(
            expected, SameDiff.load(file, true).output(feed(data), "logits").get("logits")));
    SameDiff folded = SameDiffFolding.fold(gates, Map.of());
    assertTrue(
        folded.variables().stream().noneMatch(v -> v.name().startsWith("gate")),
        () -> folded.summary());
    assertEquals(List.of("task"), folded.getLossVariables());
    assertEquals(
        0, Nets.distance(expected, folded.output(feed(data), "logits").get("logits")), 1e-6);
    assertTrue(
        folded.getVariable("b0").getArr().eq(0).castTo(DataType.FLOAT).sumNumber().intValue() > 2);
    SameDiff again = folded.dup();
    assertEquals(
        0, Nets.distance(expected, again.output(feed(data), "logits").get("logits")), 1e-6);
  }

  @Test
  void consensusGatesTrainAndTheirWeightIsSteered() {
    SameDiffGatesTest steered = new SameDiffGatesTest();
    double with = steered.trainedAgreement(200);
    double without = new SameDiffGatesTest().trainedAgreement(0);
    // Open gates agree, so a large constant weight keeps them open.
    assertTrue(with > 0.95 && without < 0.8, with + " " + without);
    assertEquals(200, steered.graph.getVariable("agreement_weight").getArr().getDouble(0), 1e-5);
    Map<String, INDArray> feed = feed(Nets.rows(64, DataType.FLOAT, 1));
    SameDiff folded = SameDiffFolding.fold(steered.gates, feed);
    assertFalse(folded.hasVariable("gate_U"));
    INDArray gates = steered.graph.output(feed, "gate_gates").get("gate_gates");
    INDArray kept = gates.mean(0).gte(0.5).castTo(DataType.FLOAT);
    INDArray agrees = gates.subRowVector(kept).norm1(1).eq(0).castTo(DataType.FLOAT);
    INDArray difference =
        steered
            .graph
            .output(feed, "logits")
            .get("logits")
            .sub(folded.output(feed, "logits").get("logits"));
    assertTrue(agrees.sumNumber().intValue() > 0);
    assertEquals(0, difference.mulColumnVector(agrees).amaxNumber().doubleValue(), 1e-5);
  }

  /** How far the examples agree after a training with a constant polarisation. */
  private double trainedAgreement(double weight) {
    build(DataType.FLOAT, null);
    DataSet data = Nets.rows(64, DataType.FLOAT, 1);
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(0.02))
            .dataSetFeatureMapping("input")
            .dataSetLabelMapping("labels")
            .build());
    graph.setListeners(gates.steer(Map.of("agreement", Schedule.constant(weight))));
    graph.fit(new ViewIterator(data, 16), 15);
    INDArray open = graph.output(feed(data), "gate_gates").get("gate_gates").mean(0);
    return 0.5 + open.sub(0.5).norm1Number().doubleValue() / HIDDEN;
  }

  @Test
  void badInputIsRefused() {
    build(DataType.FLOAT, Relaxation.SIGMOID);
    SDVariable hidden = graph.getVariable("hidden");
    refused(
        "gate at hidden already",
        () -> gates.channels("more", hidden, HIDDEN, Relaxation.SIGMOID, 1, "w0"));
    SDVariable logits = graph.getVariable("logits");
    refused(
        "no variable with 3 outputs",
        () -> gates.channels("more", logits, 3, Relaxation.SIGMOID, 1, "w0"));
    refused("0.9000", () -> SameDiffBudget.ofGates(gates).excess(0.05));
    refused("negative", () -> gates.penalize("p", gates.l0(), -1));
    refused("penalties", () -> gates.steer(Map.of("nothing", Schedule.constant(1))));
    assertThrows(IllegalStateException.class, () -> new SameDiffGates(SameDiff.create()).open());
  }

  private static void refused(String part, Runnable action) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }
}
