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

/**
 * The first stretch of a schedule, repeated for ever in both directions of time.
 *
 * @param period the length of the stretch
 * @param inner the schedule whose rates from 0 up to, not including, {@code period} are repeated
 */
public record Periodic(double period, Schedule inner) implements Schedule {

  /**
   * Checks the period and the schedule.
   *
   * @param period the length of the stretch
   * @param inner the schedule whose rates from 0 up to, not including, {@code period} are repeated
   * @throws IllegalArgumentException if the period is not finite or not above zero, or the schedule
   *     is missing
   */
  public Periodic {
    Ramp.finite("period", period);
    Ramp.present("inner", inner);
    if (period <= 0) {
      throw new IllegalArgumentException(
          "period %s is not above zero; give the length of one round".formatted(period));
    }
  }

  @Override
  public double at(double time) {
    // The remainder is exact, where subtracting whole periods would round.
    double within = time % period;
    if (within < 0) {
      within += period;
    }
    return inner.at(within < period ? within : 0);
  }
}
