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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dl4jprune.training.Snapshot;

/**
 * What a lottery came to.
 *
 * @param directory holds the files of all rounds
 * @param rounds the dense training and the finished rounds, in order
 * @param tolerance how far a matching ticket may stay below the dense score
 * @param stopped why it ended before its last round, or null
 */
public record LotteryResult(
    Path directory, List<LotteryRound> rounds, double tolerance, String stopped) {

  /**
   * Copies its arguments.
   *
   * @param directory holds the files of all rounds
   * @param rounds the dense training and the finished rounds
   * @param tolerance how far a matching ticket may stay below the dense score
   * @param stopped why it ended before its last round, or null
   */
  public LotteryResult {
    rounds = List.copyOf(rounds);
  }

  /**
   * The dense training.
   *
   * @return round 0
   * @throws IllegalStateException if it diverged, as {@link #stopped} then says
   */
  public LotteryRound dense() {
    if (rounds.isEmpty()) {
      throw new IllegalStateException("There is no dense training: " + stopped);
    }
    return rounds.get(0);
  }

  /**
   * The highest sparsity whose ticket reaches the dense score less the tolerance.
   *
   * @return empty if no ticket does
   */
  public Optional<LotteryRound> lastMatching() {
    return rounds.stream()
        .skip(1)
        .filter(round -> round.score() >= dense().score() - tolerance)
        .max(Comparator.comparingInt(LotteryRound::round));
  }

  /**
   * The ticket of a round, from its file.
   *
   * @param round from 1
   * @return the ticket
   * @throws IOException if the file cannot be read
   */
  public Ticket ticket(int round) throws IOException {
    return Ticket.load(directory.resolve(ticketFile(round)));
  }

  /**
   * The state at the end of a round's training, from its file.
   *
   * @param round 0 is the dense training
   * @return the state
   * @throws IOException if the file cannot be read
   */
  public Snapshot trained(int round) throws IOException {
    return Snapshot.load(directory.resolve(trainedFile(round)));
  }

  static String ticketFile(int round) {
    return "ticket-%03d.bin".formatted(round);
  }

  static String trainedFile(int round) {
    return "trained-%03d.bin".formatted(round);
  }

  /**
   * A table for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add("%5s %12s %9s %10s".formatted("round", "zeros", "sparsity", "score"));
    for (LotteryRound round : rounds) {
      lines.add(
          "%5d %,12d %9.4f %10.4f%s"
              .formatted(
                  round.round(),
                  round.zeros(),
                  round.sparsity(),
                  round.score(),
                  round.trained() ? "" : "  (no further weight to take: not trained)"));
    }
    if (stopped != null) {
      lines.add("stopped: " + stopped);
    }
    return String.join(System.lineSeparator(), lines);
  }

  @Override
  public String toString() {
    return toText();
  }
}
