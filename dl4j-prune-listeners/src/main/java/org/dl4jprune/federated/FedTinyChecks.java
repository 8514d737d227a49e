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
package org.dl4jprune.federated;

import static org.dl4jprune.training.Settings.check;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;

/** What is wrong with a configuration, or does not fit devices and models. */
final class FedTinyChecks {
  private FedTinyChecks() {}

  static void settings(FedTinyBuilder set) {
    check(
        set.mask != null || set.density > 0 && set.density <= 1,
        "density %s lies outside (0, 1]; give the fraction of weights that is kept",
        set.density);
    check(
        set.mask == null || Double.isNaN(set.density),
        "density %s and a mask are both given; leave one out",
        set.density);
    check(set.candidates >= 1, "%s candidates are no choice; give at least 1", set.candidates);
    check(set.localEpochs >= 1, "localEpochs %s is no training; give 1 or more", set.localEpochs);
    check(set.rounds >= 1, "rounds %s is no training; give at least 1", set.rounds);
    check(set.every >= 1, "adjustEvery %s is below 1; give rounds between changes", set.every);
    check(
        set.last >= 0 && set.last <= set.rounds,
        "stopAdjusting %s lies outside 0 to the %s rounds",
        set.last,
        set.rounds);
    check(
        set.perRound == null || set.perRound >= 1,
        "clientsPerRound %s is below 1; give how many take part in a round",
        set.perRound);
    check(set.order != null && set.selector != null, "order and selector must not be null");
    check(
        set.granularity != null && (set.granularity == Granularity.BLOCK) == !set.blocks.isEmpty(),
        "granularity %s does not go with the blocks %s; blocks(...) and BLOCK need each other",
        set.granularity,
        set.blocks);
    check(
        set.directory == null || !set.keepState,
        "keepClientState cannot go on from a directory, as state stays on devices; leave one out");
    check(
        set.directory == null || !Files.exists(set.directory) || Files.isDirectory(set.directory),
        "directory %s is a file; give another",
        set.directory);
  }

  static void clients(FedTinyBuilder set, Clients clients) {
    long[] examples = clients.examples();
    check(examples.length > 0, "There are no clients; give at least one");
    for (int i = 0; i < examples.length; i++) {
      check(examples[i] > 0, "Client %s has no examples; leave it out", i);
    }
    check(
        set.perRound == null || set.perRound <= examples.length,
        "clientsPerRound %s is more than the %s clients",
        set.perRound,
        examples.length);
    check(
        !set.keepState || clients.remember(),
        "keepClientState needs clients that remember; these begin anew each round");
  }

  static void mask(PackedMasks mask, Layout layout) {
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (Parameter parameter : layout.parameters()) {
      lengths.put(parameter.name(), parameter.length());
    }
    check(
        mask.lengths().equals(lengths),
        "The mask is of %s, and %s are pruned; give a mask of exactly these",
        mask.lengths(),
        lengths);
  }

  /** All that the result depends on, but the model and the data. */
  static Map<String, String> text(FedTinyBuilder set) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("density", String.valueOf(set.density));
    text.put("candidates", String.valueOf(set.candidates));
    text.put("pooled", String.valueOf(set.pooled));
    text.put("mask", set.mask == null ? "chosen" : String.valueOf(set.mask.hashCode()));
    text.put("localEpochs", String.valueOf(set.localEpochs));
    text.put("rounds", String.valueOf(set.rounds));
    text.put("adjustEvery", String.valueOf(set.every));
    text.put("stopAdjusting", String.valueOf(set.last));
    text.put("clientsPerRound", String.valueOf(set.perRound));
    text.put("order", String.valueOf(set.order));
    text.put("blocks", "%s %s".formatted(set.granularity, set.blocks));
    text.put("selector", String.valueOf(set.selector));
    text.put("seed", String.valueOf(set.seed));
    return text;
  }
}
