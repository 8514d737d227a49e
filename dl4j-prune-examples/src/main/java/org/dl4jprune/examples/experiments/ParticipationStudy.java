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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.listeners.GameResult;
import org.dl4jprune.listeners.PruningGame;
import org.dl4jprune.search.Benefit;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** Check 4 of the card pruning-game: three benefits, and two plain ways to the same widths. */
final class ParticipationStudy implements Study {
  private static final int EPOCHS = 4;
  private static final int BATCH = 128;

  private final FashionMnist data;

  ParticipationStudy(FashionMnist data) {
    this.data = data;
  }

  @Override
  public String name() {
    return "pruning-game";
  }

  @Override
  public String title() {
    return "Neurons as players (pruning game)";
  }

  @Override
  public String setting() {
    return ("MLP 784-256-128-10, %,d training images, %d epochs of batch %d, Adam 1e-3, participation rate"
            + " 5e-3, threshold 0.01; costs (β, γ); accuracy on %,d test images in percent."
            + " \"same widths\": a plain network of the kept widths trained from scratch; \"L2\": a"
            + " dense one cut to these widths by the norm of its neurons, and one more epoch.")
        .formatted(data.trainCount(), EPOCHS, BATCH, data.testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("DESCENT (0.05, 0.05)", seed, () -> play(seed, descent(0.05, 0.05))));
      cases.add(
          new Case(
              "LITERAL (0.05, 0.05)",
              seed,
              () -> play(seed, descent(0.05, 0.05).benefit(Benefit.LITERAL))));
      cases.add(
          new Case(
              "costs only (0.05, 0.05)", seed, () -> play(seed, descent(0.05, 0.05).alpha(0))));
      cases.add(new Case("DESCENT (0.001, 0.1)", seed, () -> play(seed, descent(0.001, 0.1))));
      cases.add(new Case("DESCENT (0.5, 0)", seed, () -> play(seed, descent(0.5, 0))));
      cases.add(
          new Case(
              "dense", seed, () -> Map.of("accuracy", accuracy(trained(seed, EPOCHS, 256, 128)))));
    }
    return cases;
  }

  private static PruningGame.Builder descent(double l2Cost, double l1Cost) {
    return PruningGame.builder().l2Cost(l2Cost).l1Cost(l1Cost).participationRate(5e-3);
  }

  private Map<String, Double> play(long seed, PruningGame.Builder settings) {
    PruningGame game = settings.build();
    ComputationGraph network = network(seed, 256, 128);
    network.setListeners(game.listener());
    network.fit(data.train(BATCH, seed), EPOCHS);
    network.setListeners();
    GameResult result = game.prune(network);
    int[] kept = result.layers().stream().mapToInt(GameResult.Layer::kept).toArray();
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("accuracy", accuracy((ComputationGraph) result.model().unwrap()));
    row.put("neurons 1", (double) kept[0]);
    row.put("neurons 2", (double) kept[1]);
    row.put("same widths", accuracy(trained(seed, EPOCHS, kept)));
    row.put("L2", byNorm(seed, kept));
    game.listener().close();
    return row;
  }

  private double byNorm(long seed, int[] kept) {
    ChannelGroups groups = ChannelGroups.of(trained(seed, EPOCHS, 256, 128));
    List<Integer> gone = new ArrayList<>();
    for (int layer = 0; layer < kept.length; layer++) {
      ChannelGroup group = groups.groups().get(layer);
      var weights = group.slots().get(0).parameter();
      double[] norms = weights.asMatrix(groups.model().values(weights)).norm2(1).toDoubleVector();
      IntStream.range(0, norms.length)
          .boxed()
          .sorted(Comparator.comparingDouble(unit -> norms[unit]))
          .limit(norms.length - kept[layer])
          .forEach(unit -> gone.add(group.units().get(unit)));
    }
    ComputationGraph smaller =
        (ComputationGraph) new Surgeon(groups).cut(RemovalPlan.of(groups, gone)).unwrap();
    smaller.fit(data.train(BATCH, seed, EPOCHS), 1);
    return accuracy(smaller);
  }

  private ComputationGraph trained(long seed, int epochs, int... hidden) {
    ComputationGraph network = network(seed, hidden);
    network.fit(data.train(BATCH, seed), epochs);
    return network;
  }

  private static ComputationGraph network(long seed, int... hidden) {
    return Networks.perceptron(seed, new Adam(1e-3), DataType.FLOAT, hidden);
  }

  private double accuracy(ComputationGraph network) {
    org.nd4j.evaluation.classification.Evaluation evaluation = network.evaluate(data.test(1000));
    return 100 * evaluation.accuracy();
  }
}
