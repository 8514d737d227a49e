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
package org.dl4jprune.examples.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.AmountScope;
import org.dl4jprune.allocation.PqIndex;
import org.dl4jprune.allocation.SparsityInformed;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.lottery.LotteryResult;
import org.dl4jprune.lottery.LotteryRound;
import org.dl4jprune.lottery.LotteryTicket;
import org.dl4jprune.lottery.LotteryTicketBuilder;
import org.dl4jprune.training.Trainer;

/** Checks 3 and 4 of the card sap-pqi: amounts from the PQ Index, and fixed ones beside them. */
final class SparsityInformedStudy implements Study {
  private static final PqIndex INDEX = new PqIndex(0.5, 1);
  private static final int FIXED_ROUNDS = 5;

  private final Setup setup;
  private final int rounds;
  private final Path files;

  /** What a row shows of each round. */
  private enum Number {
    ACCURACY,
    DENSITY,
    INDEX
  }

  SparsityInformedStudy(FashionMnist data, Path files) {
    this(new Setup(data.limit(Math.min(20_000, data.trainCount())), 5, 128, 0.1, 1e-4), 12, files);
  }

  SparsityInformedStudy(Setup setup, int rounds, Path files) {
    this.setup = setup;
    this.rounds = rounds;
    this.files = files;
  }

  @Override
  public String name() {
    return "sap";
  }

  @Override
  public String title() {
    return "Amounts from the PQ Index against fixed ones";
  }

  @Override
  public String setting() {
    return ("LeNet-300-100, %,d training images, %d epochs of batch %d a round, momentum 0.9, rate %s"
            + " along a cosine, L2 %s; rewound to the initial weights, all weights ranked together,"
            + " p = 0.5, q = 1; fixed amounts take a fifth of what is left. Accuracy on %,d test"
            + " images and density in percent, the index of the weights that are left in hundredths;"
            + " γ above 1 with one seed.")
        .formatted(
            setup.data().trainCount(),
            setup.epochs(),
            setup.batch(),
            setup.rate(),
            setup.l2(),
            setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      rows(cases, "γ = 1", seed, informed(1, seed));
      if (seed == seeds.get(0)) {
        rows(cases, "γ = 1.5", seed, informed(1.5, seed));
        rows(cases, "γ = 2", seed, informed(2, seed));
      }
      rows(
          cases,
          "fixed",
          seed,
          lottery(seed, "fixed").pruneFraction(0.2).rounds(Math.min(rounds, FIXED_ROUNDS)));
    }
    return cases;
  }

  private LotteryTicketBuilder informed(double gamma, long seed) {
    return lottery(seed, "gamma" + gamma)
        .allocation(new SparsityInformed(INDEX, 0, gamma, 0.9, AmountScope.GLOBAL))
        .rounds(rounds);
  }

  private LotteryTicketBuilder lottery(long seed, String name) {
    return LotteryTicket.builder()
        .model(setup::mlp)
        .trainer(Trainer.onDataSets(order -> setup.data().train(setup.batch(), order)))
        .evaluate(model -> setup.accuracy((MultiLayerNetwork) model))
        .iterations(setup.iterations())
        .rewindTo(0)
        .seed(seed)
        .directory(files.resolve("%s-seed%d".formatted(name, seed)));
  }

  /** Three rows of one lottery, which is run for the first and read for the others. */
  private static void rows(List<Case> cases, String name, long seed, LotteryTicketBuilder builder) {
    for (Number number : Number.values()) {
      String group = "%s, %s".formatted(name, number.name().toLowerCase(java.util.Locale.ROOT));
      cases.add(new Case(group, seed, () -> row(builder.build(), number)));
    }
  }

  private static Map<String, Double> row(LotteryTicket lottery, Number number) {
    LotteryResult result = lottery.run();
    List<Double> trace;
    try {
      trace = lottery.controls().pqIndex(INDEX);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Double> row = new LinkedHashMap<>();
    for (LotteryRound round : result.rounds()) {
      row.put(
          round.round() == 0 ? "dense" : "round " + round.round(),
          switch (number) {
            case ACCURACY -> round.score();
            case DENSITY -> 100 * (1 - round.sparsity());
            case INDEX -> 100 * trace.get(round.round());
          });
    }
    return row;
  }
}
