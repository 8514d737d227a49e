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
package org.dl4jprune.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

  /** A user's own schedule, from outside the package's list. */
  record Sawtooth(double height) implements Schedule {
    @Override
    public double at(double time) {
      return height * (time - Math.floor(time));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "25, 0.346875", "50, 0.525", "75, 0.590625", "100, 0.6"})
  void cubicFollowsZhuAndGupta(double time, double expected) {
    assertEquals(expected, Schedule.cubic(0, 100, 0, 0.6).at(time), 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5", "25, 0.427509", "50, 0.2525", "100, 0.005"})
  void cosineFallsSlowlyNearBothEnds(double time, double expected) {
    assertEquals(expected, Schedule.cosine(0, 100, 0.5, 0.005).at(time), 5e-7);
  }

  @Test
  void linearIsHalfwayAtHalfTime() {
    assertEquals(0.35, Schedule.linear(10, 30, 0.2, 0.5).at(20), 1e-15);
  }

  @Test
  void exponentialRemovesTheSameShareInEveryRound() {
    Schedule rounds = Schedule.exponential(0, 3, 0, 1 - 0.512);
    assertEquals(0.2, rounds.at(1), 1e-15);
    assertEquals(0.36, rounds.at(2), 1e-15);
  }

  @Test
  void oneShotStepsAtItsTime() {
    Schedule step = Schedule.oneShot(5, 0.1, 0.9);
    assertEquals(0.1, step.at(Math.nextDown(5.0)));
    assertEquals(0.9, step.at(5));
    assertEquals(0.9, step.at(1e9));
  }

  @Test
  void periodicRepeatsItsFirstStretchInBothDirections() {
    Schedule teeth = Schedule.periodic(4, Schedule.linear(0, 4, 0, 1));
    assertEquals(0, teeth.at(0));
    assertEquals(0.75, teeth.at(3));
    assertEquals(0, teeth.at(4));
    assertEquals(0.25, teeth.at(401));
    assertEquals(0.75, teeth.at(-1));
    assertEquals(0, teeth.at(-1e-300));
  }

  @Test
  void combinatorsActOnTheSameTime() {
    Schedule rise = Schedule.linear(0, 10, 0, 1);
    assertEquals(0.3, rise.shift(2).at(5), 1e-15);
    assertEquals(1.5, rise.times(3).at(5), 1e-15);
    Schedule late = Schedule.constant(0).then(4, rise);
    assertEquals(0, late.at(3.9));
    assertEquals(0.4, late.at(4), 1e-15);
  }

  @Test
  void mistakesAreNamedWithTheirMend() {
    refuses(() -> Schedule.cubic(20, 10, 0, 0.5), "end 10.0 does not come after begin 20.0");
    refuses(() -> Schedule.cubic(10, 10, 0, 0.5), "use oneShot for a step");
    refuses(() -> Schedule.linear(0, Double.NaN, 0, 1), "end is NaN; give a finite number");
    refuses(() -> Schedule.cosine(0, 1, Double.POSITIVE_INFINITY, 1), "from is Infinity");
    refuses(() -> Schedule.linear(-1e308, 1e308, 0, 1), "end - begin is Infinity");
    refuses(() -> new Polynomial(0, 1, 0, 1, 0), "power 0.0 is not above zero");
    refuses(() -> Schedule.exponential(0, 1, 0, 1), "to is 1.0, but a geometric ramp");
    refuses(() -> Schedule.exponential(0, 1, 1.5, 0), "from is 1.5");
    refuses(() -> Schedule.periodic(0, Schedule.constant(1)), "period 0.0 is not above zero");
    refuses(() -> Schedule.periodic(1, null), "inner is missing");
    refuses(() -> Schedule.constant(0).then(0, null), "next is missing");
    refuses(() -> Schedule.constant(Double.NaN), "value is NaN");
    refuses(() -> Schedule.constant(1).times(Double.NaN), "factor is NaN");
    refuses(() -> Schedule.constant(1).shift(Double.NaN), "by is NaN");
    refuses(() -> Schedule.oneShot(Double.NaN, 0, 1), "time is NaN");
  }

  @Test
  void jsonNamesTheTypeShortly() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    String json = mapper.writeValueAsString(Schedule.cosine(0, 100, 0.5, 0));
    assertEquals(
        "{\"type\":\".Cosine\",\"begin\":0.0,\"end\":100.0,\"from\":0.5,\"to\":0.0}", json);
  }

  @Test
  void aUsersOwnScheduleTravelsToo() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    Schedule own = new Sawtooth(0.5).times(2);
    assertEquals(own, mapper.readValue(mapper.writeValueAsString(own), Schedule.class));
    String alone = mapper.writerFor(Schedule.class).writeValueAsString(new Sawtooth(1));
    assertEquals(new Sawtooth(1), mapper.readValue(alone, Schedule.class));
  }

  private static void refuses(Executable making, String message) {
    String said = assertThrows(IllegalArgumentException.class, making).getMessage();
    assertTrue(said.contains(message), said);
  }
}
