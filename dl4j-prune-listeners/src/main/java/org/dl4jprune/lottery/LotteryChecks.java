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
package org.dl4jprune.lottery;

import static org.dl4jprune.training.Settings.check;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What a lottery must be told, and what its files are known by. */
final class LotteryChecks {
  private LotteryChecks() {}

  /**
   * Checks all settings, and turns a share of the training into the step to rewind to.
   *
   * @throws IllegalArgumentException if something is missing or out of range
   */
  static void all(LotteryTicketBuilder set) {
    required(set.model, "model(seed -> ...)");
    required(set.trainer, "trainer(...)");
    required(set.evaluation, "evaluate(model -> ...)");
    required(set.directory, "directory(...)");
    Objects.requireNonNull(set.criterion, "criterion");
    Objects.requireNonNull(set.allocation, "allocation");
    Objects.requireNonNull(set.pattern, "pattern");
    Objects.requireNonNull(set.selector, "selector");
    check(set.iterations >= 1, "iterations %s is no training; give at least 1", set.iterations);
    check(set.rounds >= 1, "%s rounds draw no ticket; give at least 1", set.rounds);
    check(
        set.pruneFraction > 0 && set.pruneFraction < 1,
        "pruneFraction %s lies outside (0, 1); give the fraction of the remaining weights that each round takes",
        set.pruneFraction);
    check(
        set.targetSparsity > 0 && set.targetSparsity < 1,
        "targetSparsity %s lies outside (0, 1); give the fraction of zeros to end with",
        set.targetSparsity);
    check(
        set.tolerance >= 0,
        "tolerance %s is negative or not a number; give at least 0",
        set.tolerance);
    if (!Double.isNaN(set.rewindShare)) {
      check(
          set.rewindShare >= 0 && set.rewindShare < 1,
          "rewindToShare %s lies outside [0, 1); give the rewind point over the iterations",
          set.rewindShare);
      set.rewindTo = Math.min(set.iterations - 1, Math.round(set.rewindShare * set.iterations));
    }
    check(
        set.rewindTo >= 0 && set.rewindTo < set.iterations,
        "rewindTo %s is no step of %s iterations; give 0 for the initialisation to %s",
        set.rewindTo,
        set.iterations,
        set.iterations - 1);
    check(
        !Files.exists(set.directory) || Files.isDirectory(set.directory),
        "directory %s is a file; give another",
        set.directory);
  }

  private static void required(Object part, String word) {
    if (part == null) {
      throw new IllegalArgumentException("A lottery needs %s".formatted(word));
    }
  }

  /** All that the result depends on, but for the number of rounds, which may grow. */
  static Map<String, String> texts(LotteryTicketBuilder set) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("iterations", String.valueOf(set.iterations));
    settings.put("rewindTo", String.valueOf(set.rewindTo));
    settings.put("pruneFraction", String.valueOf(set.pruneFraction));
    settings.put("criterion", String.valueOf(set.criterion));
    settings.put("allocation", String.valueOf(set.allocation));
    settings.put("pattern", String.valueOf(set.pattern));
    settings.put("selector", String.valueOf(set.selector));
    settings.put("mode", String.valueOf(set.mode));
    settings.put("updaterState", String.valueOf(set.updaterStart));
    settings.put("replayData", String.valueOf(set.replay));
    settings.put("seed", String.valueOf(set.seed));
    if (set.allocation.choosesAmount()) {
      settings.put("targetSparsity", String.valueOf(set.targetSparsity));
    }
    return settings;
  }
}
