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

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.schedule.UpdateWindow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A configuration that cannot work is refused before there is a model. */
class BadConfigurationTest {

  private static Arguments refused(String message, Supplier<?> action) {
    return Arguments.of(message, action);
  }

  static Stream<Arguments> configurations() {
    return Stream.of(
        refused(
            "Sparsity 1.0 lies outside [0, 1); give finalSparsity",
            () -> Toys.gradual().finalSparsity(1).build()),
        refused("Sparsity -0.1 lies outside", () -> Toys.gradual().initialSparsity(-0.1).build()),
        refused("Sparsity NaN lies outside", () -> OneShot.builder().build()),
        refused("give sparsity(...)", () -> RigL.builder().end(9).every(3).build()),
        refused(
            "give sparsity(...)",
            () -> SparseEvolutionaryTraining.builder().end(9).every(3).build()),
        refused("give sparsity(...)", () -> GlobalMagnitude.builder().gradual(0, 9, 3).build()),
        refused(
            "give finalSparsity(...)",
            () -> GraNet.builder().end(9).every(3).iterations(9).build()),
        refused("end 4 lies before begin 5", () -> Toys.gradual().begin(5).end(4).build()),
        refused("no update falls between begin 9 and end 9", () -> Toys.gradual().begin(9).build()),
        refused(
            "no update falls between begin 0 and end 9 at every 10",
            () -> Toys.granet().every(10).build()),
        refused("frequency every 0 is not above zero", () -> Toys.gradual().every(0).build()),
        refused("begin -1 is negative", () -> Toys.gradual().begin(-1).build()),
        refused("below initial sparsity", () -> Toys.granet().initialSparsity(0.95).build()),
        refused("must lie in [0, 1)", () -> Toys.granet().regrowthRate(1, 0.1).build()),
        refused("must lie in [0, 1)", () -> Toys.granet().regrowthRate(0.5, -0.1).build()),
        refused(
            "Training lasts 5 iterations, but pruning ends at 9",
            () -> Toys.granet().iterations(5).build()),
        refused(
            "Regrowth rate -0.1",
            () ->
                RigL.builder()
                    .sparsity(0.5)
                    .dropRate(Schedule.linear(0, 9, 0.3, -0.1))
                    .end(9)
                    .every(3)
                    .build()),
        refused("count in iterations", () -> Toys.granet().unit(ScheduleUnit.EPOCH).build()),
        refused(
            "count in iterations",
            () -> Toys.gradual().criterion(new Taylor()).unit(ScheduleUnit.EPOCH).build()),
        refused(
            "prescribes sparsity 0.5",
            () -> Toys.gradual().pattern(new NOfM(2, 4, Axis.INPUT)).build()),
        refused(
            "nothing can be regrown",
            () -> Toys.granet().pattern(new NOfM(2, 4, Axis.INPUT)).build()),
        refused(
            "belong together",
            () -> Pruning.builder("x").schedule(Schedule.constant(0.5), null).build()),
        refused(
            "At time 3 sparsity -0.2",
            () ->
                Pruning.builder("x")
                    .schedule(Schedule.oneShot(6, -0.2, 0.5), UpdateWindow.iterations(0, 9, 3))
                    .build()));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aConfigurationSaysWhatIsWrong(String message, Supplier<?> build) {
    String said = assertThrows(IllegalArgumentException.class, build::get).getMessage();
    assertTrue(said.contains(message), said);
  }
}
