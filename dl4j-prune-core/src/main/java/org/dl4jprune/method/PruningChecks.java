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
package org.dl4jprune.method;

import java.util.Locale;
import java.util.function.LongConsumer;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.ScheduleUnit;
import org.dl4jprune.schedule.UpdateWindow;

/** What must hold between the parts of a {@link Pruning}. */
final class PruningChecks {
  private static final double EQUAL = 1e-12;

  private PruningChecks() {}

  static void sparsity(String what, double sparsity) {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "%s %s lies outside [0, 1); it is the fraction of zeros".formatted(what, sparsity));
    }
  }

  static void schedule(double initialSparsity, Schedule sparsity, UpdateWindow window) {
    if ((sparsity == null) != (window == null)) {
      throw new IllegalArgumentException(
          "A sparsity schedule and a window belong together; give both or neither");
    }
    if (window == null) {
      return;
    }
    double last = sparsity.at(window.last());
    sparsity("final sparsity", last);
    if (last < initialSparsity) {
      throw new IllegalArgumentException(
          "Final sparsity %s lies below initial sparsity %s; pruning only removes"
              .formatted(last, initialSparsity));
    }
    forEach(window, time -> sparsity("At time %d sparsity".formatted(time), sparsity.at(time)));
  }

  static void pattern(
      Pattern pattern,
      Schedule sparsity,
      UpdateWindow window,
      Regrowth regrowth,
      double initialSparsity) {
    double prescribed = pattern.prescribedSparsity();
    if (Double.isNaN(prescribed)) {
      return;
    }
    if (regrowth != null) {
      throw new IllegalArgumentException(
          pattern + " prescribes its zeros, so nothing can be regrown; leave the regrowth out");
    }
    if (initialSparsity != 0 && Math.abs(initialSparsity - prescribed) > EQUAL) {
      throw new IllegalArgumentException(
          "%s prescribes sparsity %s, not %s".formatted(pattern, prescribed, initialSparsity));
    }
    if (window == null) {
      return;
    }
    forEach(
        window,
        time -> {
          double asked = sparsity.at(time);
          if (asked != 0 && Math.abs(asked - prescribed) > EQUAL) {
            throw new IllegalArgumentException(
                "%s prescribes sparsity %s, but %s is asked at time %d; use a one-shot or constant schedule"
                    .formatted(pattern, prescribed, asked, time));
          }
        });
  }

  static void units(Criterion criterion, UpdateWindow window, Regrowth regrowth) {
    if (regrowth != null && window != null && regrowth.window().unit() != window.unit()) {
      throw new IllegalArgumentException(
          "Pruning counts in %s and regrowth in %s; use one unit"
              .formatted(name(window.unit()), name(regrowth.window().unit())));
    }
    boolean growthNeeds = regrowth != null && regrowth.growth().needsGradient();
    if ((criterion.needsGradient() || growthNeeds)
        && unit(window, regrowth) == ScheduleUnit.EPOCH) {
      throw new IllegalArgumentException(
          "%s needs the gradient of a step, and none is there at the end of an epoch; count in iterations"
              .formatted(criterion.needsGradient() ? criterion : regrowth.growth()));
    }
  }

  static ScheduleUnit unit(UpdateWindow window, Regrowth regrowth) {
    if (window != null) {
      return window.unit();
    }
    return regrowth == null ? ScheduleUnit.ITERATION : regrowth.window().unit();
  }

  static void forEach(UpdateWindow window, LongConsumer action) {
    for (long time = window.first(); time <= window.last(); time += window.every()) {
      action.accept(time);
    }
  }

  private static String name(ScheduleUnit unit) {
    return unit.name().toLowerCase(Locale.ROOT) + "s";
  }
}
