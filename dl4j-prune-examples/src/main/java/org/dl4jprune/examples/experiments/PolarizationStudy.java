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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.run.ConsensusRun;
import org.dl4jprune.gates.GateCost;
import org.dl4jprune.gates.Granularity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** Checks 3 and 4 of the card consensus-polarization: gated against extracted, and a control. */
final class PolarizationStudy implements Study {
  private static final int BATCH = 128;

  private final String name;
  private final String net;
  private final FashionMnist data;
  private final int epochs;
  private final int batch;
  private final Granularity granularity;
  private final LongFunction<ComputationGraph> network;

  private PolarizationStudy(
      String name,
      String net,
      FashionMnist data,
      int epochs,
      int batch,
      Granularity granularity,
      LongFunction<ComputationGraph> network) {
    this.name = name;
    this.net = net;
    this.data = data;
    this.epochs = epochs;
    this.batch = batch;
    this.granularity = granularity;
    this.network = network;
  }

  private static FashionMnist atMost(FashionMnist data, int images) {
    return data.limit(Math.min(images, data.trainCount()));
  }

  static PolarizationStudy perceptron(FashionMnist data) {
    return new PolarizationStudy(
        "polarization",
        "MLP 784-256-256-256-10, channel gates",
        atMost(data, 20_000),
        9,
        BATCH,
        Granularity.CHANNEL,
        seed -> Networks.perceptron(seed, new Adam(1e-3), DataType.FLOAT, 256, 256, 256));
  }

  static PolarizationStudy lenet5(FashionMnist data) {
    return new PolarizationStudy(
        "polarization-lenet5",
        "LeNet-5, channel gates",
        atMost(data, 10_000),
        9,
        BATCH,
        Granularity.CHANNEL,
        seed ->
            seeded(
                Networks.lenet5(seed, new Adam(1e-3), DataType.FLOAT).toComputationGraph(), seed));
  }

  static PolarizationStudy residual(FashionMnist data) {
    return residual(data, BATCH);
  }

  static PolarizationStudy residual(FashionMnist data, int batch) {
    return new PolarizationStudy(
        "polarization-resnet",
        "3-block residual network, block gates",
        atMost(data, 10_000),
        4,
        batch,
        Granularity.LAYER,
        seed -> Networks.resnet(seed, new Adam(1e-3), DataType.FLOAT));
  }

  /** DL4J's conversion takes the clock for a seed. */
  private static ComputationGraph seeded(ComputationGraph graph, long seed) {
    graph.getConfiguration().getDefaultConfiguration().setSeed(seed);
    return graph;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return "One training to a static network by polarised gates: " + net;
  }

  @Override
  public String setting() {
    return ("%s, %,d training images, %d epochs of batch %d, Adam 1e-3; half of the gates' cost"
            + " is to go, every gate costs the same unless operations are counted; polarisation 0 for 30 %% of the steps, then in a"
            + " straight line to 50; accuracy on %,d test images in percent. \"operations\": all"
            + " multiply-accumulates that are left, in percent; times of a batch of %d.")
        .formatted(net, data.trainCount(), epochs, batch, data.testCount(), batch);
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("ramp to 50", seed, () -> gated(seed, 50, false, GateCost.UNIFORM)));
      cases.add(
          new Case(
              "ramp to 50, half of the operations",
              seed,
              () -> gated(seed, 50, false, GateCost.MULTIPLY_ACCUMULATES)));
      cases.add(
          new Case(
              "ramp to 50, from above only", seed, () -> gated(seed, 50, true, GateCost.UNIFORM)));
      cases.add(new Case("no polarisation", seed, () -> gated(seed, 0, false, GateCost.UNIFORM)));
      cases.add(new Case("dense", seed, () -> dense(seed)));
    }
    return cases;
  }

  private Map<String, Double> gated(long seed, double weight, boolean oneSided, GateCost cost) {
    ConsensusRun run = run(seed, weight, oneSided, cost);
    ConsensusRun.Result result = run.run(network.apply(seed));
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("gated", 100 * result.gated());
    row.put("extracted", 100 * result.extracted());
    row.put("agreement, %", 100 * result.consensus().agreement());
    row.put("kept of the gates' cost, %", 100 * result.consensus().keptCost());
    row.put("operations, %", 100 * result.consensus().keptOperations());
    row.put("ms gated", result.gatedMilliseconds());
    row.put("ms extracted", result.milliseconds());
    ComputationGraph plain = new ComputationGraph(result.network().getConfiguration().clone());
    plain.init();
    plain.fit(data.train(batch, seed), epochs);
    row.put("plain, same widths", 100 * run.accuracy(plain));
    return row;
  }

  private Map<String, Double> dense(long seed) {
    ComputationGraph dense = network.apply(seed);
    dense.fit(data.train(batch, seed), epochs);
    return Map.of("extracted", 100 * run(seed, 0, false, GateCost.UNIFORM).accuracy(dense));
  }

  private ConsensusRun run(long seed, double weight, boolean oneSided, GateCost cost) {
    return new ConsensusRun(data, epochs, batch, seed, 0.5, weight, oneSided, granularity, cost);
  }
}
