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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.ScheduleUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Updates that are counted in epochs fall at their ends. */
class EpochScheduleTest {

  @ParameterizedTest
  @EnumSource(Kind.class)
  void masksChangeAtTheEndsOfEpochs(Kind kind) {
    Object model = kind.make();
    PruningListener listener =
        GradualMagnitudePruning.builder()
            .finalSparsity(0.9)
            .end(4)
            .every(2)
            .unit(ScheduleUnit.EPOCH)
            .build()
            .attach(model);
    List<Long> zeros = new ArrayList<>();
    Training.fit(
        model, 5, listener, Training.eachStep(model, step -> zeros.add(listener.report().zeros())));
    long weights = listener.report().weights();
    long half = Counts.zeros(Schedule.cubic(0, 4, 0, 0.9).at(2), weights);
    long all = Counts.zeros(0.9, weights);
    for (int step = 0; step < 25; step++) {
      assertEquals(step < 10 ? 0 : step < 20 ? half : all, zeros.get(step), "step " + (step + 1));
    }
    assertEquals(
        List.of(
            new PruningReport.Update(2, 0.7875, half, 0), new PruningReport.Update(4, 0.9, all, 0)),
        listener.report().trace());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void regrowthAtRandomWorksInEpochsToo(Kind kind) {
    Object model = kind.make();
    PruningListener listener =
        SparseEvolutionaryTraining.builder()
            .sparsity(0.8)
            .end(3)
            .every(1)
            .unit(ScheduleUnit.EPOCH)
            .build();
    Training.fit(model, 3, listener);
    assertEquals(4, listener.report().trace().size());
    assertTrue(listener.report().trace().get(3).regrown() > 0);
    assertEquals(Counts.zeros(0.8, listener.report().weights()), listener.report().zeros());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void epochsOfATrainedModelCountOn(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 2);
    assertEquals(2, PrunableModel.ofAny(model).epoch());
    PruningListener listener =
        GlobalMagnitude.builder().sparsity(0.9).gradual(2, 4, 1).unit(ScheduleUnit.EPOCH).build();
    Training.fit(model, 1, listener);
    Training.fit(model, 1, listener);
    assertEquals(
        List.of(3L, 4L),
        listener.report().trace().stream().map(PruningReport.Update::time).toList());
    assertEquals(Counts.zeros(0.9, listener.report().weights()), listener.report().zeros());
  }
}
