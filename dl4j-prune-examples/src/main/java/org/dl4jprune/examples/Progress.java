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
package org.dl4jprune.examples;

import java.io.PrintWriter;
import java.util.Locale;
import org.dl4jprune.examples.run.RunObserver;

/**
 * Shows how far all trainings together have come: one line that is written over on a terminal, and
 * a new line from time to time where the output goes to a file.
 */
final class Progress implements RunObserver {
  private static final long TERMINAL_INTERVAL = 200_000_000L;
  private static final long FILE_INTERVAL = 15_000_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private final long steps;
  private final int epochs;
  private final long start = System.nanoTime();
  private long firstStep;
  private long shown;
  private long done;
  private int width;

  /** Counts up to a number of steps. */
  Progress(PrintWriter out, boolean terminal, long steps, int epochs) {
    this.out = out;
    this.terminal = terminal;
    this.steps = steps;
    this.epochs = epochs;
  }

  @Override
  public void stepDone(Step step) {
    long now = System.nanoTime();
    done++;
    if (done == 1) {
      firstStep = now;
    }
    long interval = terminal ? TERMINAL_INTERVAL : FILE_INTERVAL;
    if (done == 1 || done == steps || now - shown >= interval) {
      shown = now;
      show(line(step, now));
    }
  }

  private String line(Step step, long now) {
    // The first step waits for classes and native code, so the estimate leaves it out.
    double remaining =
        done > 1 ? (double) (now - firstStep) / (done - 1) * (steps - done) : Double.NaN;
    return String.format(
        Locale.ROOT,
        "%3d %%  %-15s epoch %d/%d  loss %s  zeros %5.1f %%  %s gone, %s to go",
        100 * done / steps,
        step.method(),
        step.epoch(),
        epochs,
        loss(step.loss()),
        100 * step.sparsity().getAsDouble(),
        clock((now - start) / 1e9),
        Double.isNaN(remaining) ? "?:??" : clock(remaining / 1e9));
  }

  private void show(String line) {
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Ends the line, so that what follows begins a new one. */
  void end() {
    if (terminal && done > 0) {
      out.println();
      out.flush();
    }
  }

  private static String loss(double loss) {
    return Double.isNaN(loss) ? "not told" : String.format(Locale.ROOT, "%.3f", loss);
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
