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
package org.dl4jprune.merge;

import static org.dl4jprune.training.Settings.check;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** What a soup must be told, and what its files are known by. */
final class SoupChecks {
  private SoupChecks() {}

  /**
   * Checks all settings.
   *
   * @throws IllegalArgumentException if something is missing or out of range
   */
  static void all(SparseModelSoupBuilder set) {
    check(set.trainer != null, "A soup needs trainer(...)");
    check(set.evaluation != null, "A soup needs evaluate(model -> ...)");
    check(set.directory != null, "A soup needs directory(...)");
    check(
        set.sparsity >= 0 && set.sparsity < 1,
        "sparsity %s lies outside [0, 1); give the fraction of zeros",
        set.sparsity);
    check(set.phases >= 1, "%s phases make no soup; give at least 1", set.phases);
    check(set.copies >= 1, "%s copies make no soup; give at least 1", set.copies);
    check(set.workers >= 1, "%s workers train nothing; give at least 1", set.workers);
    checkLengths(set);
    check(
        set.decays == null
            || set.decays.length == set.copies
                && DoubleStream.of(set.decays).allMatch(d -> d >= 0 && Double.isFinite(d)),
        "weightDecays %s are not one for each of %s copies, at least 0 and finite",
        Arrays.toString(set.decays),
        set.copies);
    CopySeeds seeds = set.seeds();
    check(
        seeds.fits(set.copies),
        "dataSeeds %s are not one for each of %s copies",
        seeds,
        set.copies);
    boolean other = set.prepare != null || set.lengths != null || set.decays != null;
    check(
        other || seeds.differ(),
        "dataSeeds %s are not distinct, so copies would be the same; give others or prepare(...)",
        seeds);
    check(
        !Files.exists(set.directory) || Files.isDirectory(set.directory),
        "directory %s is a file; give another",
        set.directory);
  }

  private static void checkLengths(SparseModelSoupBuilder set) {
    if (set.lengths == null) {
      check(set.iterations >= 1, "iterations %s is no training; give at least 1", set.iterations);
      return;
    }
    String lengths = Arrays.toString(set.lengths);
    check(
        set.lengths.length == set.copies,
        "iterationsOfCopies %s are not one for each of %s copies",
        lengths,
        set.copies);
    check(
        LongStream.of(set.lengths).allMatch(length -> length >= 1),
        "iterationsOfCopies %s are not all trainings; give at least 1 each",
        lengths);
  }

  /** All that the result depends on. */
  static Map<String, String> texts(SparseModelSoupBuilder set) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sparsity", String.valueOf(set.sparsity));
    settings.put("phases", String.valueOf(set.phases));
    settings.put("copies", String.valueOf(set.copies));
    settings.put("iterations", String.valueOf(set.iterations));
    settings.put("soup", set.soupName);
    settings.put("dataSeeds", set.seeds().toString());
    settings.put("allocation", String.valueOf(set.allocation));
    settings.put("selector", String.valueOf(set.selector));
    settings.put("seed", String.valueOf(set.seed));
    if (set.lengths != null) {
      settings.put("iterationsOfCopies", Arrays.toString(set.lengths));
    }
    if (set.decays != null) {
      settings.put("weightDecays", Arrays.toString(set.decays));
    }
    return settings;
  }
}
