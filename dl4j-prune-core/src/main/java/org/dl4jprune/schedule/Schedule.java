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

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * A rate over training time: a sparsity, a regrowth fraction, a temperature, a penalty's weight.
 *
 * <p>Time is whatever unit the caller counts in, iterations or epochs; a schedule never asks. It is
 * a pure function, so a resumed run continues where it stopped as soon as the caller knows the
 * time. Schedules compose:
 *
 * <pre>{@code
 * Schedule sparsity = Schedule.cubic(1_000, 9_000, 0, 0.9);
 * Schedule warm = Schedule.constant(0).then(500, sparsity.shift(500));
 * }</pre>
 *
 * <p>An implementation of one's own is one record that Jackson can read. Written as the value of a
 * configuration's field it needs nothing else; written alone, it needs {@code
 * mapper.writerFor(Schedule.class)}, because the short type names count from the declared type. A
 * lambda works as long as nobody stores it.
 */
@FunctionalInterface
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "type")
public interface Schedule {

  /**
   * Gives the rate at a point in time.
   *
   * @param time the time in the caller's unit; defined before the beginning and past the end too
   * @return the rate
   */
  double at(double time);

  /**
   * Moves this schedule in time.
   *
   * @param by how much later everything happens; negative means earlier
   * @return the schedule whose rate at {@code t} is this schedule's rate at {@code t - by}
   */
  default Schedule shift(double by) {
    return new Shifted(this, by);
  }

  /**
   * Hands over to another schedule. The other one sees the same absolute time; {@link #shift} it
   * where it should start from zero.
   *
   * @param from the first time that {@code next} answers for
   * @param next the schedule from then on
   * @return this schedule before {@code from}, and {@code next} at and past it
   */
  default Schedule then(double from, Schedule next) {
    return new Then(this, from, next);
  }

  /**
   * Multiplies this schedule's rate.
   *
   * @param factor the factor
   * @return the schedule whose rate is {@code factor} times this one's
   */
  default Schedule times(double factor) {
    return new Scaled(this, factor);
  }

  /**
   * Stays at one rate.
   *
   * @param value the rate
   * @return the schedule
   */
  static Schedule constant(double value) {
    return new Constant(value);
  }

  /**
   * Steps once from one rate to another.
   *
   * @param time the first time of the second rate
   * @param before the rate before {@code time}
   * @param after the rate at and past {@code time}
   * @return the schedule
   */
  static Schedule oneShot(double time, double before, double after) {
    return new OneShot(time, before, after);
  }

  /**
   * Moves in a straight line.
   *
   * @param begin the last time of the first rate
   * @param end the first time of the last rate
   * @param from the first rate
   * @param to the last rate
   * @return the schedule
   */
  static Schedule linear(double begin, double end, double from, double to) {
    return new Polynomial(begin, end, from, to, 1);
  }

  /**
   * Moves fast at first and slowly near the end: the schedule of gradual magnitude pruning.
   *
   * @param begin the last time of the first rate
   * @param end the first time of the last rate
   * @param from the first rate
   * @param to the last rate
   * @return the schedule
   * @see Polynomial
   */
  static Schedule cubic(double begin, double end, double from, double to) {
    return new Polynomial(begin, end, from, to, 3);
  }

  /**
   * Moves along half a cosine: slowly near both ends.
   *
   * @param begin the last time of the first rate
   * @param end the first time of the last rate
   * @param from the first rate
   * @param to the last rate
   * @return the schedule
   */
  static Schedule cosine(double begin, double end, double from, double to) {
    return new Cosine(begin, end, from, to);
  }

  /**
   * Shrinks the density by the same share in every unit of time.
   *
   * @param begin the last time of the first sparsity
   * @param end the first time of the last sparsity
   * @param from the first sparsity, below 1
   * @param to the last sparsity, below 1
   * @return the schedule
   */
  static Schedule exponential(double begin, double end, double from, double to) {
    return new Exponential(begin, end, from, to);
  }

  /**
   * Repeats the first stretch of a schedule for ever.
   *
   * @param period the length of the stretch that is repeated
   * @param inner the schedule whose rates from 0 up to {@code period} are repeated
   * @return the schedule
   */
  static Schedule periodic(double period, Schedule inner) {
    return new Periodic(period, inner);
  }
}
