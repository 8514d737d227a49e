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
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class ScheduleProperties {

  /** A schedule between two points, so that a property can compare its ends. */
  record RampCase(double begin, double end, double from, double to, Schedule schedule) {}

  @Property(tries = 500)
  void rampsHitTheirEndsExactly(@ForAll("ramps") RampCase ramp, @ForAll @DoubleRange double past) {
    double beyond = Math.abs(past);
    assertEquals(ramp.from(), ramp.schedule().at(ramp.begin()));
    assertEquals(ramp.from(), ramp.schedule().at(ramp.begin() - beyond));
    assertEquals(ramp.to(), ramp.schedule().at(ramp.end()));
    assertEquals(ramp.to(), ramp.schedule().at(ramp.end() + beyond));
  }

  @Property(tries = 500)
  void rampsAreMonotone(
      @ForAll("ramps") RampCase ramp,
      @ForAll @DoubleRange(min = -0.1, max = 1.1) double one,
      @ForAll @DoubleRange(min = -0.1, max = 1.1) double other) {
    double span = ramp.end() - ramp.begin();
    double earlier = ramp.schedule().at(ramp.begin() + span * Math.min(one, other));
    double later = ramp.schedule().at(ramp.begin() + span * Math.max(one, other));
    assertTrue((later - earlier) * Math.signum(ramp.to() - ramp.from()) >= 0);
    assertTrue(earlier >= Math.min(ramp.from(), ramp.to()));
    assertTrue(later <= Math.max(ramp.from(), ramp.to()));
  }

  @Property(tries = 300)
  void compositionsTravelThroughJsonAndYaml(@ForAll("compositions") Schedule schedule)
      throws Exception {
    for (ObjectMapper mapper : new ObjectMapper[] {new ObjectMapper(), new YAMLMapper()}) {
      String text = mapper.writeValueAsString(schedule);
      Schedule read = mapper.readValue(text, Schedule.class);
      assertEquals(schedule, read, text);
      for (double time = -20; time < 120; time += 7) {
        assertEquals(schedule.at(time), read.at(time));
      }
    }
  }

  @Property(tries = 300)
  void compositionsStayFinite(
      @ForAll("compositions") Schedule schedule,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double time) {
    assertTrue(Double.isFinite(schedule.at(time)));
  }

  @Property(tries = 300)
  void windowsCountWhatIsDue(
      @ForAll @LongRange(min = 0, max = 50) long begin,
      @ForAll @LongRange(min = 1, max = 20) long every,
      @ForAll @LongRange(min = 0, max = 100) long more) {
    UpdateWindow window = UpdateWindow.iterations(begin, begin + every + more, every);
    long[] due = LongStream.rangeClosed(0, 200).filter(window::due).toArray();
    assertEquals(window.count(), due.length);
    assertEquals(window.first(), due[0]);
    assertEquals(window.last(), due[due.length - 1]);
  }

  @Provide
  Arbitrary<RampCase> ramps() {
    Arbitrary<Double> begins = numbers(-1000, 1000);
    Arbitrary<Double> spans = numbers(0.001, 10_000);
    Arbitrary<Double> rates = numbers(-2, 0.999);
    Arbitrary<Double> powers = numbers(0.1, 8);
    Arbitrary<Integer> shapes = Arbitraries.integers().between(0, 4);
    return Combinators.combine(begins, spans, rates, rates, powers, shapes)
        .as(
            (begin, span, from, to, power, shape) -> {
              double end = begin + span;
              Schedule schedule =
                  switch (shape) {
                    case 0 -> Schedule.linear(begin, end, from, to);
                    case 1 -> Schedule.cubic(begin, end, from, to);
                    case 2 -> new Polynomial(begin, end, from, to, power);
                    case 3 -> Schedule.cosine(begin, end, from, to);
                    default -> Schedule.exponential(begin, end, from, to);
                  };
              return new RampCase(begin, end, from, to, schedule);
            });
  }

  @Provide
  Arbitrary<Schedule> compositions() {
    Arbitrary<Double> numbers = numbers(-100, 100);
    Arbitrary<Schedule> simple =
        Arbitraries.oneOf(
            ramps().map(RampCase::schedule),
            numbers.map(Schedule::constant),
            Combinators.combine(numbers, numbers, numbers).as(Schedule::oneShot));
    return Arbitraries.lazyOf(
        () -> simple,
        () -> simple,
        () -> Combinators.combine(compositions(), numbers).as(Schedule::shift),
        () -> Combinators.combine(compositions(), numbers).as(Schedule::times),
        () -> Combinators.combine(compositions(), numbers, compositions()).as(Schedule::then),
        () -> Combinators.combine(numbers(0.5, 50), compositions()).as(Schedule::periodic));
  }

  private static Arbitrary<Double> numbers(double least, double most) {
    return Arbitraries.doubles().between(least, most).ofScale(6);
  }
}
