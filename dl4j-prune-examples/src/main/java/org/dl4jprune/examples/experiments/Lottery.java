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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.report.LotteryPage;
import org.dl4jprune.lottery.LotteryControls;
import org.dl4jprune.lottery.LotteryControls.Control;
import org.dl4jprune.lottery.LotteryResult;
import org.dl4jprune.lottery.LotteryRound;
import org.dl4jprune.lottery.LotteryTicket;
import org.dl4jprune.lottery.LotteryTicketBuilder;
import org.dl4jprune.training.Trainer;

/**
 * Card {@code lottery-rewinding}: accuracy of tickets against sparsity for several rewind points.
 */
final class Lottery implements Study {
  private static final double PRUNE_FRACTION = 0.5;

  /** All but fine-tuning, as the cosine ends at a rate of zero. */
  private static final List<Control> CONTROLS =
      List.of(Control.RANDOM_REINITIALISATION, Control.RANDOM_MASK, Control.NO_REWINDING);

  private final String name;
  private final String title;
  private final String net;
  private final Setup setup;
  private final List<Double> shares;
  private final int rounds;
  private final boolean controls;
  private final LongFunction<MultiLayerNetwork> network;
  private final Path files;

  private Lottery(
      String name,
      String title,
      String net,
      Setup setup,
      List<Double> shares,
      int rounds,
      boolean controls,
      LongFunction<MultiLayerNetwork> network,
      Path files) {
    this.name = name;
    this.title = title;
    this.net = net;
    this.setup = setup;
    this.shares = shares;
    this.rounds = rounds;
    this.controls = controls;
    this.network = network;
    this.files = files;
  }

  static Lottery lenet(FashionMnist data, Path files) {
    return lenet(new Setup(limited(data), 6, 128, 0.1, 0), List.of(0.0, 0.02, 0.1), 5, files);
  }

  static Lottery lenet(Setup setup, List<Double> shares, int rounds, Path files) {
    return new Lottery(
        "lottery",
        "Lottery tickets: accuracy against sparsity by rewind point",
        "LeNet-300-100",
        setup,
        shares,
        rounds,
        true,
        setup::mlp,
        files);
  }

  static Lottery deep(FashionMnist data, Path files) {
    Setup setup = new Setup(limited(data), 6, 128, 0.1, 0);
    return new Lottery(
        "lottery-depth",
        "Does rewinding to 0 fall behind in a deeper network?",
        "Perceptron 784-300-100-100-100-100-10",
        setup,
        List.of(0.0, 0.05),
        4,
        false,
        seed -> setup.perceptron(seed, WeightInit.RELU, 300, 100, 100, 100, 100),
        files);
  }

  private static FashionMnist limited(FashionMnist data) {
    return data.limit(Math.min(20_000, data.trainCount()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String setting() {
    return ("%s, %,d training images, %d epochs of batch %d (T = %d steps), momentum 0.9, rate %s along"
            + " a cosine; each round takes half of what is left by global magnitude, the output layer"
            + " included, and shows the data in a new order; accuracy on %,d test images in percent."
            + " Distance and angle of the last round's ticket over its surviving weights: to pruning,"
            + " and between two orders of the data; the barrier is in points of accuracy.")
        .formatted(
            net,
            setup.data().trainCount(),
            setup.epochs(),
            setup.batch(),
            setup.iterations(),
            setup.rate(),
            setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      for (double share : shares) {
        cases.add(new Case(group(share), seed, () -> tickets(share, seed)));
      }
      if (controls) {
        for (Control control : CONTROLS) {
          cases.add(new Case(group(control), seed, () -> control(control, seed)));
        }
      }
    }
    return cases;
  }

  private static String group(double share) {
    return "tickets, k = %.0f %% of T".formatted(100 * share);
  }

  private static String group(Control control) {
    return control.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", k = 0";
  }

  @Override
  public Optional<String> page(Results results) {
    List<String> groups = new ArrayList<>();
    shares.forEach(share -> groups.add(group(share)));
    if (controls) {
      CONTROLS.forEach(control -> groups.add(group(control)));
    }
    List<LotteryPage.Row> rows = new ArrayList<>();
    for (String group : groups) {
      Map<Integer, Double> means = new LinkedHashMap<>();
      for (int round = 0; round <= rounds; round++) {
        int number = round;
        results.mean(group, column(round)).ifPresent(mean -> means.put(number, mean));
      }
      rows.add(new LotteryPage.Row(group, means));
    }
    List<Double> sparsities = IntStream.rangeClosed(0, rounds).mapToObj(Lottery::sparsity).toList();
    return Optional.of(LotteryPage.of(rows, sparsities, Map.of("setting", setting())));
  }

  private LotteryTicketBuilder lottery(double share, long seed) {
    return LotteryTicket.builder()
        .model(network)
        .trainer(Trainer.onDataSets(order -> setup.data().train(setup.batch(), order)))
        .evaluate(model -> setup.accuracy((MultiLayerNetwork) model))
        .iterations(setup.iterations())
        .rewindToShare(share)
        .pruneFraction(PRUNE_FRACTION)
        .rounds(rounds)
        .seed(seed)
        .directory(files.resolve("k%.0f-seed%d".formatted(1000 * share, seed)));
  }

  private Map<String, Double> tickets(double share, long seed) {
    LotteryTicketBuilder builder = lottery(share, seed);
    LotteryTicket lottery = builder.build();
    LotteryResult result = lottery.run();
    if (result.stopped() != null) {
      throw new IllegalStateException(result.stopped());
    }
    Map<String, Double> row = new LinkedHashMap<>();
    for (LotteryRound round : result.rounds()) {
      row.put(column(round.round()), round.score());
    }
    try {
      LotteryControls.TicketStability stability = lottery.controls().stability(rounds);
      row.put("distance to pruning", stability.toPruning().distance());
      row.put("angle to pruning", stability.toPruning().angle());
      row.put("distance to order", stability.toDataOrder().distance());
      row.put("angle to order", stability.toDataOrder().angle());
      row.put("barrier", stability.line().barrier());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return row;
  }

  private Map<String, Double> control(Control control, long seed) {
    LotteryTicket lottery = lottery(0, seed).build();
    lottery.run();
    Map<String, Double> row = new LinkedHashMap<>();
    try {
      row.put(column(rounds), lottery.controls().train(rounds, control));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return row;
  }

  private static String column(int round) {
    return round == 0 ? "dense" : "%.1f %% zeros".formatted(100 * sparsity(round));
  }

  private static double sparsity(int round) {
    return 1 - Math.pow(1 - PRUNE_FRACTION, round);
  }
}
