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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.dl4jprune.schedule.Schedule;
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
import org.nd4j.linalg.learning.config.Adam;

/** A graph that was saved in the middle of its training has its gates and penalties with it. */
class SameDiffResumeTest {
  private static final Map<String, Schedule> WEIGHTS = Map.of("l0", Schedule.linear(0, 16, 0, 4));

  private static SameDiff graph() {
    SameDiff graph = SameDiff.create();
    SameDiffGates gates = new SameDiffGates(graph);
    DataType type = DataType.DOUBLE;
    SDVariable input = graph.placeHolder("input", type, -1, 8);
    SDVariable labels = graph.placeHolder("labels", type, -1, 3);
    SDVariable w0 = graph.var("w0", Nets.random(type, 1, 8, 10));
    SDVariable first =
        gates.channels(
            "z", graph.nn().relu(input.mmul(w0), 0), 10, Relaxation.HARD_CONCRETE, 1, "w0");
    SDVariable w1 = graph.var("w1", Nets.random(type, 2, 10, 6));
    SDVariable open = gates.weights("a", w1, Relaxation.HARD_CONCRETE, 1);
    SDVariable second = graph.nn().relu(first.mmul(open), 0);
    SDVariable logits = second.mmul("logits", graph.var("w2", Nets.random(type, 3, 6, 3)));
    graph.loss().softmaxCrossEntropy("task", labels, logits, null);
    graph.setLossVariables("task");
    gates.penalize("l0", gates.l0(), 0);
    SameDiffBudget.ofModel(gates).lagrangian("budget", 0.5, 0.5);
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(0.05))
            .dataSetFeatureMapping("input")
            .dataSetLabelMapping("labels")
            .build());
    return graph;
  }

  private static void steps(SameDiff graph, SameDiffGates gates, int seed) {
    graph.setListeners(gates.steer(WEIGHTS));
    Nd4j.getRandom().setSeed(seed);
    graph.fit(new ViewIterator(Nets.rows(32, DataType.DOUBLE, 1), 4), 1);
  }

  @Test
  void itTrainsOnToTheSameBitsAndFolds(@TempDir File folder) {
    SameDiff whole = graph();
    SameDiffGates gates = new SameDiffGates(whole);
    steps(whole, gates, 1);
    File file = new File(folder, "graph.fb");
    whole.save(file, true);
    steps(whole, gates, 2);

    SameDiff loaded = SameDiff.load(file, true);
    SameDiffGates found = new SameDiffGates(loaded);
    steps(loaded, found, 2);
    for (String name : new String[] {"w0", "w1", "w2", "z_gate", "a_gate", "budget_weight"}) {
      INDArray expected = whole.getVariable(name).getArr();
      assertEquals(0, Nets.distance(expected, loaded.getVariable(name).getArr()), name);
    }
    assertTrue(whole.getVariable("budget_weight").getArr().getDouble(0) > 0);
    SameDiff folded = SameDiffFolding.fold(found, Map.of());
    assertTrue(
        folded.variables().stream()
            .noneMatch(v -> v.name().startsWith("a_") || v.name().startsWith("z_")),
        folded.summary());
    DataSet data = Nets.rows(5, DataType.DOUBLE, 2);
    Map<String, INDArray> feed = new HashMap<>();
    feed.put("input", data.getFeatures());
    assertEquals(
        0,
        Nets.distance(
            loaded.output(feed, "logits").get("logits"),
            folded.output(feed, "logits").get("logits")),
        1e-9);
    assertEquals(java.util.List.of("task"), folded.getLossVariables());
  }
}
