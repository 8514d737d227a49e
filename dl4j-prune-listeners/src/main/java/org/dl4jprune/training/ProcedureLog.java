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
package org.dl4jprune.training;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far a procedure has come, and estimates the rest by the steps that are left. */
public final class ProcedureLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProcedureLog.class);

  private final String name;
  private final String unit;
  private final long steps;
  private final long before;
  private final long start = System.nanoTime();
  private long done;

  /**
   * Begins.
   *
   * @param name of the procedure
   * @param steps of all its trainings together
   * @param before how many of them were finished when it was started again
   */
  public ProcedureLog(String name, long steps, long before) {
    this(name, "training steps", steps, before);
  }

  /**
   * Begins a procedure that is not counted in training steps.
   *
   * @param name of the procedure
   * @param unit what is counted, in the plural
   * @param steps how many there are
   * @param before how many of them were finished when it was started again
   */
  public ProcedureLog(String name, String unit, long steps, long before) {
    this.name = name;
    this.unit = unit;
    this.steps = steps;
    this.before = before;
    if (before > 0) {
      LOG.info("{}: goes on after {} of {} {}", name, before, steps, unit);
    } else {
      LOG.info("{}: {} {}", name, steps, unit);
    }
  }

  /**
   * Says what has been finished.
   *
   * @param what in words
   * @param trained how many of them it took; those that were saved count too
   */
  public void done(String what, long trained) {
    done += trained;
    LOG.info(
        "{}: {}; {} of {} {}, about {} s left",
        name,
        what,
        before + done,
        steps,
        unit,
        left().toSeconds());
  }

  /**
   * The estimate.
   *
   * @return the time that the steps left will take at the mean speed so far; zero before the first
   */
  public Duration left() {
    long rest = Math.max(0, steps - before - done);
    return done == 0 ? Duration.ZERO : Duration.ofNanos((System.nanoTime() - start) / done * rest);
  }
}
