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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.Checkpoints;
import org.dl4jprune.training.Snapshot;

/** The files of a lottery's rounds; a round is finished when its last file is written. */
final class LotteryFiles {
  private static final String START = "start.bin";

  private final LotteryTicketBuilder set;
  private final Checkpoints checkpoints;
  private final List<LotteryRound> rounds;

  LotteryFiles(LotteryTicketBuilder set) {
    this.set = set;
    this.checkpoints = Checkpoints.in(set.directory, LotteryChecks.texts(set));
    this.rounds = new ArrayList<>(checkpoints.rounds(LotteryRound.class));
  }

  /** The finished rounds, live. */
  List<LotteryRound> rounds() {
    return rounds;
  }

  LotteryRound last() {
    return rounds.get(rounds.size() - 1);
  }

  void saveStart(PrunableModel model) throws IOException {
    try (Snapshot start = Snapshot.of(model)) {
      start.save(checkpoints.file(START));
    }
  }

  Snapshot start() throws IOException {
    return Snapshot.load(checkpoints.file(START));
  }

  Snapshot trained(int round) throws IOException {
    return Snapshot.load(checkpoints.file(LotteryResult.trainedFile(round)));
  }

  Ticket ticket(int round) throws IOException {
    return Ticket.load(checkpoints.file(LotteryResult.ticketFile(round)));
  }

  void saveTicket(PackedMasks mask, PrunableModel model, int round, double sparsity)
      throws IOException {
    try (Ticket ticket =
        new Ticket(
            mask,
            Snapshot.of(model),
            new Ticket.Provenance(
                "LotteryTicket",
                set.seed,
                round,
                sparsity,
                set.rewindTo,
                LotteryChecks.texts(set)))) {
      ticket.save(checkpoints.file(LotteryResult.ticketFile(round)));
    }
  }

  /** Ends the round of a trained model. */
  void finish(PrunableModel model, int round, long zeros, long weights) throws IOException {
    try (Snapshot trained = Snapshot.of(model)) {
      trained.save(checkpoints.file(LotteryResult.trainedFile(round)));
    }
    double score = set.evaluation.applyAsDouble(model.unwrap());
    finish(new LotteryRound(round, zeros, weights, score, true));
  }

  /** Ends a round that was not trained, as it is the round before. */
  void repeatLast(long weights) throws IOException {
    LotteryRound before = last();
    int round = before.round() + 1;
    Files.copy(
        checkpoints.file(LotteryResult.trainedFile(round - 1)),
        checkpoints.file(LotteryResult.trainedFile(round)),
        StandardCopyOption.REPLACE_EXISTING);
    finish(new LotteryRound(round, before.zeros(), weights, before.score(), false));
  }

  private void finish(LotteryRound done) {
    checkpoints.finish(done);
    rounds.add(done);
  }
}
