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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The same lottery with several seeds, and what they say together: a ticket matches if its mean
 * score is at most one standard deviation of the dense scores below their mean. Frankle et al.
 * 2019, <a href="https://arxiv.org/abs/1903.01611">arXiv 1903.01611</a>, section 2.
 *
 * <pre>{@code
 * LotterySeeds seeds = LotterySeeds.run(
 *     seed -> lottery().seed(seed).directory(files.resolve("seed" + seed)), 1, 2, 3);
 * System.out.println(seeds.toText());
 * }</pre>
 *
 * @param results one for each seed, in their order
 */
public record LotterySeeds(List<LotteryResult> results) {

  /**
   * Copies its argument.
   *
   * @param results one for each seed
   * @throws IllegalArgumentException if there is none
   */
  public LotterySeeds {
    results = List.copyOf(results);
    if (results.isEmpty()) {
      throw new IllegalArgumentException("There is no lottery; give at least one seed");
    }
  }

  /**
   * Runs one lottery after another; each resumes in its own directory.
   *
   * @param lottery the settings for a seed, with a directory of its own
   * @param seeds at least one, all distinct
   * @return all results
   * @throws IllegalArgumentException if seeds or directories are not distinct, or settings do not
   *     carry their seed; then nothing has been trained
   */
  public static LotterySeeds run(LongFunction<LotteryTicketBuilder> lottery, long... seeds) {
    List<LotteryTicket> all = new ArrayList<>();
    Set<Path> directories = new HashSet<>();
    for (long seed : seeds) {
      LotteryTicketBuilder settings = lottery.apply(seed);
      all.add(settings.build());
      if (settings.seed != seed) {
        throw new IllegalArgumentException(
            "The lottery of seed %d has the seed %d; call seed(seed)"
                .formatted(seed, settings.seed));
      }
      if (!directories.add(settings.directory.toAbsolutePath().normalize())) {
        throw new IllegalArgumentException(
            "Two lotteries have the directory %s; give distinct seeds, and each seed a directory of its own"
                .formatted(settings.directory));
      }
    }
    return new LotterySeeds(all.stream().map(LotteryTicket::run).toList());
  }

  /** How many rounds all seeds have finished, the dense one included. */
  private int rounds() {
    return results.stream().mapToInt(result -> result.rounds().size()).min().orElseThrow();
  }

  private double[] of(int round, ToDoubleFunction<LotteryRound> number) {
    return results.stream().mapToDouble(r -> number.applyAsDouble(r.rounds().get(round))).toArray();
  }

  /**
   * The mean score of a round.
   *
   * @param round 0 is the dense training
   * @return over the seeds
   */
  public double mean(int round) {
    return mean(of(round, LotteryRound::score));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /**
   * The standard deviation of a round's score.
   *
   * @param round 0 is the dense training
   * @return over the seeds, with their number less one as the divisor; 0 for one seed
   */
  public double deviation(int round) {
    double[] scores = of(round, LotteryRound::score);
    double mean = mean(scores);
    double squares = Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum();
    return scores.length == 1 ? 0 : Math.sqrt(squares / (scores.length - 1));
  }

  /**
   * Whether a round's tickets reach the dense score within its standard deviation.
   *
   * @param round from 1
   * @return true if they do in the mean
   */
  public boolean matching(int round) {
    return mean(round) >= mean(0) - deviation(0);
  }

  /**
   * The last round whose tickets match, that of the highest sparsity.
   *
   * @return its number; empty if there is none
   */
  public Optional<Integer> lastMatching() {
    return IntStream.range(1, rounds()).filter(this::matching).boxed().max(Integer::compare);
  }

  /**
   * A table for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%5s %9s %10s %10s  of %d seeds"
            .formatted("round", "sparsity", "score", "±", results.size()));
    for (int round = 0; round < rounds(); round++) {
      String verdict = round == 0 ? "dense" : matching(round) ? "matching" : "";
      lines.add(
          "%5d %9.4f %10.4f %10.4f  %s"
              .formatted(
                  round,
                  mean(of(round, LotteryRound::sparsity)),
                  mean(round),
                  deviation(round),
                  verdict));
    }
    results.stream()
        .filter(result -> result.stopped() != null)
        .forEach(r -> lines.add("stopped in %s: %s".formatted(r.directory(), r.stopped())));
    return String.join(System.lineSeparator(), lines);
  }

  @Override
  public String toString() {
    return toText();
  }
}
