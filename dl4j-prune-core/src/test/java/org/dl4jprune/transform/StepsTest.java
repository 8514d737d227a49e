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
package org.dl4jprune.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.report.RemovalReport;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

class StepsTest {
  private static final FineTuning NOTHING = (smaller, step) -> {};

  @Test
  void fiveStepsAndOneReachTheSameWidths() {
    MultiDataSet images = Nets.images(1);
    List<Function<StructuredPruning, StructuredPruning>> kinds =
        List.of(
            pruning -> pruning.sparsity(0.5),
            pruning -> pruning.sparsity(0.5).roundTo(4),
            pruning -> pruning.sparsity(0.45).minimumKept(6),
            pruning -> pruning.sparsity(0.5).sparsity("c1", 0.7),
            pruning -> pruning.parameters(0.5),
            pruning -> pruning.budget(Budget.bytes(0.3)),
            pruning -> pruning.multiplyAccumulates(0.5, images),
            pruning -> pruning.multiplyAccumulates(0.5, images).roundTo(4));
    for (Function<StructuredPruning, StructuredPruning> kind : kinds) {
      MultiLayerNetwork network = Nets.convolutional(20, 30, 13);
      Thinned once = kind.apply(StructuredPruning.of(network)).prune();
      Thinned steps = kind.apply(StructuredPruning.of(network)).steps(5, NOTHING).prune();
      assertEquals(Nets.widths(once), Nets.widths(steps));
      assertEquals(once.plan().units().size(), steps.plan().units().size());
    }
  }

  @Test
  void globalStepsLoseTheSameNumberOfUnits() {
    MultiLayerNetwork network = Nets.convolutional(20, 30, 13);
    for (PruningScope scope : PruningScope.values()) {
      assertEquals(
          StructuredPruning.of(network).sparsity(0.5).scope(scope).plan().units().size(),
          StructuredPruning.of(network)
              .sparsity(0.5)
              .scope(scope)
              .steps(4, NOTHING)
              .prune()
              .plan()
              .units()
              .size());
    }
  }

  @Test
  void theSumOfTheStepsIsAPlanForTheGivenModel() {
    MultiLayerNetwork network = Nets.convolutional(20, 30, 13);
    Thinned thinned = StructuredPruning.of(network).sparsity(0.5).steps(3, NOTHING).prune();
    ChannelGroups groups = ChannelGroups.of(network);
    MultiLayerNetwork replayed =
        (MultiLayerNetwork) new Surgeon(groups).cut(thinned.plan()).unwrap();
    MultiLayerNetwork stepped = (MultiLayerNetwork) thinned.model().unwrap();
    // Nothing was trained in between, so the same values are left.
    assertEquals(0, replayed.params().sub(stepped.params()).amaxNumber().doubleValue());
    RemovalPlan first = RemovalPlan.fromJson(thinned.report().steps().get(0).plan());
    assertTrue(thinned.plan().units().containsAll(first.units()));
  }

  @Test
  void theUserTrainsBetweenStepsAndScoresAreFresh() {
    MultiLayerNetwork network = Nets.dense(4, 20, 30, 2);
    List<Integer> tuned = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    Thinned thinned =
        StructuredPruning.of(network)
            .importance(new GroupImportance(new Taylor(), Aggregation.SUM, Normalisation.MEAN))
            .data(
                step -> {
                  asked.add(step);
                  return List.of(Nets.batch(8, 4, 2));
                })
            .sparsity(0.5)
            .steps(
                4,
                (smaller, step) -> {
                  tuned.add(step);
                  MultiDataSet batch = Nets.batch(8, 4, 2);
                  ((MultiLayerNetwork) smaller.unwrap())
                      .fit(new DataSet(batch.getFeatures(0), batch.getLabels(0)));
                })
            .prune();
    assertEquals(List.of(1, 2, 3), tuned);
    assertTrue(asked.containsAll(List.of(1, 2, 3, 4)), asked::toString);
    assertEquals(List.of(10L, 15L, 2L), Nets.widths(thinned));
    assertEquals(3, thinned.model().iteration());
    assertEquals(0, network.getIterationCount());
  }

  @Test
  void theReportHasALineForEachStep() {
    Thinned thinned =
        StructuredPruning.of(Nets.dense(4, 20, 40, 2))
            .sparsity(0.5)
            .steps(5, Schedule.linear(0, 1, 0, 1), NOTHING)
            .prune();
    List<RemovalReport.Step> steps = thinned.report().steps();
    assertEquals(List.of(6, 6, 6, 6, 6), steps.stream().map(RemovalReport.Step::units).toList());
    assertEquals(0.3, steps.get(2).asked(), 1e-12);
    assertEquals(0.3, steps.get(2).reached(), 1e-12);
    assertTrue(thinned.toText().contains("step 5: asked 0.5000, reached 0.5000"), thinned::toText);
  }

  @Test
  void aScheduleSaysHowMuchIsDoneWhen() {
    Thinned thinned =
        StructuredPruning.of(Nets.dense(4, 100, 2))
            .sparsity(0.5)
            .steps(2, Schedule.cubic(0, 1, 0, 1), NOTHING)
            .prune();
    // 1 - 0.5³ = 0.875 of 50, rounded half up.
    assertEquals(44, thinned.report().steps().get(0).units());
    assertEquals(6, thinned.report().steps().get(1).units());
    for (Schedule bad : List.of(Schedule.constant(0.5), Schedule.linear(0, 1, 1, 0))) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      StructuredPruning.of(Nets.dense(4, 10, 2))
                          .sparsity(0.5)
                          .steps(3, bad, NOTHING)
                          .prune())
              .getMessage();
      assertTrue(message.contains("share of the removal"), message);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> StructuredPruning.of(Nets.dense(4, 10, 2)).sparsity(0.5).steps(0, NOTHING).prune());
  }

  @Test
  void whatCannotBeReachedIsSaidBeforeAnyTraining() {
    List<Integer> tuned = new ArrayList<>();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            StructuredPruning.of(Nets.dense(4, 10, 2))
                .parameters(0.99)
                .steps(3, (smaller, step) -> tuned.add(step))
                .prune());
    assertEquals(List.of(), tuned);
  }
}
