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

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.lottery.Ticket;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.Snapshot;

/** The finished rounds of a federated training, and their files where it has a directory. */
final class Progress {
  private final FedTinyBuilder set;
  private final Checkpoints checkpoints;
  private final List<FederatedRound> rounds = new ArrayList<>();

  /**
   * Opens the directory, if there is one.
   *
   * @throws IllegalArgumentException if it holds another training
   */
  Progress(FedTinyBuilder settings, long[] examples) {
    this.set = settings;
    if (settings.directory == null) {
      this.checkpoints = null;
      return;
    }
    Map<String, String> all = new LinkedHashMap<>(FedTinyChecks.text(settings));
    all.put("examples", Arrays.toString(examples));
    this.checkpoints = Checkpoints.in(settings.directory, all);
    rounds.addAll(checkpoints.rounds(FederatedRound.class));
  }

  List<FederatedRound> rounds() {
    return rounds;
  }

  /** The number of the first round that is not finished. */
  int next() {
    return rounds.size();
  }

  /** Sets the server to the last finished round; false if there is none. */
  boolean resume(FederatedServer server) throws IOException {
    if (rounds.isEmpty()) {
      return false;
    }
    try (Ticket ticket = Ticket.load(checkpoints.file(file(rounds.size() - 1)))) {
      PrunableModel model = server.global().model();
      ticket.start().restoreValues(model);
      server.setMask(ticket.mask());
    }
    return true;
  }

  /** Writes the file of a round, then that it is finished; that of the round before goes. */
  void finish(FederatedServer server, FederatedRound round) throws IOException {
    if (checkpoints != null) {
      try (Ticket ticket =
          new Ticket(
              server.mask(),
              Snapshot.of(server.global().model()),
              new Ticket.Provenance(
                  "FedTiny",
                  set.seed,
                  round.round(),
                  sparsity(server.mask()),
                  0,
                  FedTinyChecks.text(set)))) {
        ticket.save(checkpoints.file(file(round.round())));
      }
      checkpoints.finish(round);
      if (!rounds.isEmpty()) {
        Files.deleteIfExists(checkpoints.file(file(round.round() - 1)));
      }
    }
    rounds.add(round);
  }

  private static double sparsity(PackedMasks mask) {
    long all = mask.lengths().values().stream().mapToLong(Long::longValue).sum();
    return 1 - (double) mask.kept() / all;
  }

  private static String file(int round) {
    return "round-%d.bin".formatted(round);
  }
}
