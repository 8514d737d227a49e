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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.LotteryResult;
import org.dl4jprune.lottery.LotteryRound;
import org.dl4jprune.lottery.LotterySeeds;
import org.dl4jprune.lottery.LotteryTicket;
import org.dl4jprune.lottery.LotteryTicketBuilder;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** Several seeds of one lottery: means, deviations, and which tickets match. */
class LotterySeedsTest {
  @TempDir Path folder;

  private static LotteryResult result(double... scores) {
    List<LotteryRound> rounds =
        java.util.stream.IntStream.range(0, scores.length)
            .mapToObj(r -> new LotteryRound(r, 10 * r, 100, scores[r], true))
            .toList();
    return new LotteryResult(Path.of("x"), rounds, 0, scores.length < 4 ? "diverged" : null);
  }

  @Test
  void aTicketMatchesWithinOneDeviationOfTheDenseScores() {
    // Dense: mean 86, deviation 1. Round 1: 85.2, round 2: 84.8, round 3: one seed has none.
    LotterySeeds seeds =
        new LotterySeeds(
            List.of(
                result(85, 84.2, 84.8, 90), result(86, 85.2, 84.8, 90), result(87, 86.2, 84.8)));
    assertEquals(86, seeds.mean(0), 1e-12);
    assertEquals(1, seeds.deviation(0), 1e-12);
    assertTrue(seeds.matching(1));
    assertFalse(seeds.matching(2));
    assertEquals(Optional.of(1), seeds.lastMatching());
    String text = seeds.toText();
    assertTrue(text.contains("of 3 seeds") && text.contains("stopped in x: diverged"), text);
    assertEquals(5, text.lines().count(), text);
    LotterySeeds one = new LotterySeeds(List.of(result(85, 84.2, 84.8, 90)));
    assertEquals(0, one.deviation(0));
    assertEquals(Optional.of(3), one.lastMatching());
  }

  /** Any number that follows from all weights. */
  private static double score(Object model) {
    return PrunableModel.ofAny(model).blocks().stream()
        .mapToDouble(block -> block.values().norm2Number().doubleValue())
        .sum();
  }

  private LotteryTicketBuilder lottery(long seed) {
    return LotteryTicket.builder()
        .model(s -> Kind.NETWORK.make())
        .trainer(TrainerTest.trainer(DataType.FLOAT))
        .evaluate(LotterySeedsTest::score)
        .directory(folder.resolve("seed" + seed))
        .iterations(6)
        .rewindTo(0)
        .pruneFraction(0.5)
        .rounds(1)
        .seed(seed);
  }

  @Test
  void eachSeedIsItsOwnLotteryAndResumes() {
    LotterySeeds seeds = LotterySeeds.run(this::lottery, 1, 2);
    assertEquals(seeds.results().get(0).rounds(), lottery(1).build().run().rounds());
    assertEquals(seeds.results().get(1).rounds(), lottery(2).build().run().rounds());
    assertTrue(seeds.deviation(0) > 0);
    LotterySeeds more = LotterySeeds.run(this::lottery, 2, 3);
    assertEquals(seeds.results().get(1).rounds(), more.results().get(0).rounds());
  }

  @Test
  void badSeedsAreNamedBeforeAnyTraining() {
    refused("at least one seed");
    refused("distinct seeds", 1, 1);
    IllegalArgumentException other =
        assertThrows(IllegalArgumentException.class, () -> LotterySeeds.run(seed -> lottery(7), 1));
    assertTrue(other.getMessage().contains("has the seed 7"), other.getMessage());
    assertFalse(Files.exists(folder.resolve("seed1")));
  }

  private void refused(String why, long... seeds) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> LotterySeeds.run(this::lottery, seeds));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
