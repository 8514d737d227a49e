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

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a federated training came to, round by round.
 *
 * @param parameters the pruned parameters and how many weights each keeps
 * @param rounds round 0 and all others in order
 * @param batchNormalised whether the choice of the mask took statistics of batch normalisations;
 *     without any it compared losses alone
 */
public record FederatedReport(
    Map<String, Long> parameters, List<FederatedRound> rounds, boolean batchNormalised) {

  /**
   * Copies its arguments.
   *
   * @param parameters the pruned parameters and how many weights each keeps
   * @param rounds in order
   * @param batchNormalised whether statistics of batch normalisations were taken
   */
  public FederatedReport {
    parameters = new LinkedHashMap<>(parameters);
    rounds = List.copyOf(rounds);
  }

  /**
   * The candidate that training began with.
   *
   * @return its number from 0; −1 if the mask was given
   */
  public int chosen() {
    List<Double> losses = rounds.get(0).losses();
    return losses.isEmpty()
        ? -1
        : CandidateSelection.best(losses.stream().mapToDouble(loss -> loss).toArray());
  }

  /**
   * The score of the last round that has one.
   *
   * @return NaN without an evaluation
   */
  public double score() {
    return rounds.get(rounds.size() - 1).score();
  }

  /**
   * All that the server sent.
   *
   * @return in bytes
   */
  public long bytesDown() {
    return rounds.stream().mapToLong(FederatedRound::bytesDown).sum();
  }

  /**
   * All that devices sent.
   *
   * @return in bytes
   */
  public long bytesUp() {
    return rounds.stream().mapToLong(FederatedRound::bytesUp).sum();
  }

  /**
   * How many weights each parameter has exchanged.
   *
   * @return by parameter
   */
  public Map<String, Integer> changes() {
    Map<String, Integer> all = new LinkedHashMap<>();
    parameters.keySet().forEach(name -> all.put(name, 0));
    rounds.forEach(
        round -> round.changes().forEach((name, count) -> all.merge(name, count, Integer::sum)));
    return all;
  }

  /**
   * A table for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(
        chosen() < 0
            ? "FedTiny: the mask was given"
            : "FedTiny: candidate %d of %d%s"
                .formatted(
                    chosen(),
                    rounds.get(0).losses().size(),
                    batchNormalised ? "" : ", by its loss alone: no batch normalisation"));
    lines.add(
        "%5s %7s %9s %14s %14s  %s"
            .formatted("round", "clients", "score", "bytes down", "bytes up", "mask changes"));
    for (FederatedRound round : rounds) {
      lines.add(
          "%5d %7d %9s %,14d %,14d  %s"
              .formatted(
                  round.round(),
                  round.clients().size() - round.dropped().size(),
                  Double.isNaN(round.score()) ? "" : "%.4f".formatted(round.score()),
                  round.bytesDown(),
                  round.bytesUp(),
                  text(round)));
    }
    lines.add("%,d bytes down, %,d bytes up".formatted(bytesDown(), bytesUp()));
    changes()
        .forEach(
            (name, count) ->
                lines.add(
                    "%s keeps %,d weights and exchanged %,d"
                        .formatted(name, parameters.get(name), count)));
    return String.join(System.lineSeparator(), lines);
  }

  private static String text(FederatedRound round) {
    String changes = round.changes().isEmpty() ? "" : round.changes().toString();
    return round.dropped().isEmpty()
        ? changes
        : "%s dropped %s".formatted(changes, round.dropped()).strip();
  }

  /** Prints the table. */
  public void print() {
    print(System.out);
  }

  /**
   * Prints the table.
   *
   * @param out where to
   */
  public void print(PrintStream out) {
    out.println(toText());
  }

  @Override
  public String toString() {
    return toText();
  }
}
