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
 * One schedule after another. Both see the same absolute time.
 *
 * @param first the schedule before {@code from}
 * @param from the first time that {@code next} answers for
 * @param next the schedule at and past {@code from}
 */
public record Then(Schedule first, double from, Schedule next) implements Schedule {

  /**
   * Checks the parts.
   *
   * @param first the schedule before {@code from}
   * @param from the first time that {@code next} answers for
   * @param next the schedule at and past {@code from}
   * @throws IllegalArgumentException if a schedule is missing or the time is not finite
   */
  public Then {
    Ramp.present("first", first);
    Ramp.finite("from", from);
    Ramp.present("next", next);
  }

  @Override
  public double at(double time) {
    return time < from ? first.at(time) : next.at(time);
  }
}
