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
 * The times at which a method acts: every so often between a beginning and an end.
 *
 * <p>Time is counted from 1: time 1 is when the first iteration (or epoch) has ended. Updates fall
 * at {@code begin + j * every} for {@code j = 1, 2, ...} up to {@code end}. So {@code begin} is how
 * much training goes before the first interval, and nothing happens at {@code begin} itself.
 *
 * @param begin the time from which intervals are counted, 0 or later
 * @param end the last time at which an update may fall
 * @param every the frequency: how many iterations or epochs lie between two updates
 * @param unit what is counted
 */
public record UpdateWindow(long begin, long end, long every, ScheduleUnit unit) {

  /**
   * Checks that at least one update falls into the window.
   *
   * @param begin the time from which intervals are counted, 0 or later
   * @param end the last time at which an update may fall
   * @param every the frequency: how many iterations or epochs lie between two updates
   * @param unit what is counted
   * @throws IllegalArgumentException if none does, a number is out of range or the unit is missing
   */
  public UpdateWindow {
    if (unit == null) {
      throw new IllegalArgumentException(
          "the unit is missing; give ScheduleUnit.ITERATION or ScheduleUnit.EPOCH");
    }
    if (begin < 0) {
      throw new IllegalArgumentException(
          "begin %d is negative; give 0 to start with training".formatted(begin));
    }
    if (end < begin) {
      throw new IllegalArgumentException(
          "end %d lies before begin %d; give a later end or an earlier begin"
              .formatted(end, begin));
    }
    if (every <= 0) {
      throw new IllegalArgumentException(
          "the frequency every %d is not above zero; give 1 to update each time".formatted(every));
    }
    if (end - begin < every) {
      throw new IllegalArgumentException(
          ("no update falls between begin %d and end %d at every %d; "
                  + "give an end of at least %d or a smaller every")
              .formatted(begin, end, every, begin + every));
    }
  }

  /**
   * Counts in iterations.
   *
   * @param begin the time from which intervals are counted
   * @param end the last time at which an update may fall
   * @param every how many iterations lie between two updates
   * @return the window
   */
  public static UpdateWindow iterations(long begin, long end, long every) {
    return new UpdateWindow(begin, end, every, ScheduleUnit.ITERATION);
  }

  /**
   * Counts in epochs.
   *
   * @param begin the time from which intervals are counted
   * @param end the last time at which an update may fall
   * @param every how many epochs lie between two updates
   * @return the window
   */
  public static UpdateWindow epochs(long begin, long end, long every) {
    return new UpdateWindow(begin, end, every, ScheduleUnit.EPOCH);
  }

  /**
   * Acts a single time: a window of one interval of length one that ends at that time.
   *
   * @param time the only time at which an update falls, 1 or later
   * @param unit what is counted
   * @return the window
   * @throws IllegalArgumentException if the time is before 1
   */
  public static UpdateWindow once(long time, ScheduleUnit unit) {
    if (time < 1) {
      throw new IllegalArgumentException(
          "time %d comes before the first training step has ended; give 1 or later"
              .formatted(time));
    }
    return new UpdateWindow(time - 1, time, 1, unit);
  }

  /**
   * Tells whether an update falls at a time.
   *
   * @param time the time in this window's unit, counted from 1
   * @return true if it does
   */
  public boolean due(long time) {
    return time > begin && time <= end && (time - begin) % every == 0;
  }

  /**
   * Gives the time of the first update.
   *
   * @return the smallest time that is due
   */
  public long first() {
    return begin + every;
  }

  /**
   * Gives the time of the last update, which is when a ramp over this window should have reached
   * its end.
   *
   * @return the largest time that is due
   */
  public long last() {
    return begin + count() * every;
  }

  /**
   * Counts the updates.
   *
   * @return how many times are due, at least one
   */
  public long count() {
    return (end - begin) / every;
  }
}
