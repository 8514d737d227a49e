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
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.PrunableModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how far a procedure has come, and estimates the rest by the steps that are left. Trainings
 * may run in several threads.
 */
public final class ProcedureLog {
  private static final long EVERY = 30_000_000_000L;
  private static final Logger LOG = LoggerFactory.getLogger(ProcedureLog.class);

  private final String name;
  private final String unit;
  private final long steps;
  private final long before;
  private final LongSupplier nanoseconds;
  private final long start;
  private long done;
  private long underWay;
  private long said;

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
    this(name, unit, steps, before, System::nanoTime);
  }

  ProcedureLog(String name, String unit, long steps, long before, LongSupplier nanoseconds) {
    this.nanoseconds = nanoseconds;
    this.start = nanoseconds.getAsLong();
    this.said = start;
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
  public synchronized void done(String what, long trained) {
    done += trained;
    underWay = Math.max(0, underWay - trained);
    say(what);
  }

  /**
   * The same training, which says twice a minute how far the procedure is.
   *
   * @param trainer trains one step of the procedure with each iteration
   * @return a trainer; what it has trained is to be told to {@link #done} at its end
   */
  public Trainer watch(Trainer trainer) {
    return (model, span) -> {
      PrunableModel view = PrunableModel.ofAny(model);
      List<Object> own = List.copyOf(view.listeners());
      List<Object> all = new ArrayList<>(own);
      all.add(ModelTraining.eachStep(view, this::step));
      ModelTraining.setListeners(view, all);
      try {
        return trainer.train(model, span);
      } finally {
        ModelTraining.setListeners(view, own);
      }
    };
  }

  private synchronized void step() {
    underWay++;
    if (nanoseconds.getAsLong() - said >= EVERY) {
      say("training");
    }
  }

  private void say(String what) {
    said = nanoseconds.getAsLong();
    LOG.info(
        "{}: {}; {} of {} {}, about {} s left",
        name,
        what,
        before + done + underWay,
        steps,
        unit,
        left().toSeconds());
  }

  /**
   * The estimate.
   *
   * @return the time that the steps left will take at the mean speed so far; zero before the first
   */
  public synchronized Duration left() {
    long finished = done + underWay;
    long rest = Math.max(0, steps - before - finished);
    return finished == 0
        ? Duration.ZERO
        : Duration.ofNanos((nanoseconds.getAsLong() - start) / finished * rest);
  }
}
