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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.listeners.CarbonMeter;
import org.dl4jprune.listeners.Energy;
import org.dl4jprune.listeners.EnergySaving;
import org.dl4jprune.structure.depth.BlockSum;
import org.dl4jprune.transform.LayerLottery;
import org.dl4jprune.transform.Ticket;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** What removed blocks save of the time of training. */
final class DepthCost implements Study {
  private static final int[] CHANNELS = {16, 32, 64};
  private static final int BLOCKS = 5;
  private static final int RUNS = 3;
  private static final int BATCH = 50;

  private final GreyImages images;

  DepthCost(FashionMnist data) {
    this.images = new GreyImages(data, 1);
  }

  @Override
  public String name() {
    return "depth-cost";
  }

  @Override
  public String title() {
    return "The cost of training without some residual blocks";
  }

  @Override
  public String setting() {
    return ("Residual network 16-32-64, 5 blocks a stage, one epoch of %,d images of 28×28 in"
            + " batches of %d, median of %d runs after one of each that is not counted;"
            + " multiply-accumulates and time saved, in percent, and the estimate of CO2 at 65 W.")
        .formatted(images.data().trainCount(), BATCH, RUNS);
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      for (int blocks : new int[] {1, 5}) {
        cases.add(new Case(blocks + " blocks removed", seed, () -> measure(blocks, seed)));
      }
    }
    return cases;
  }

  private Map<String, Double> measure(int blocks, long seed) {
    ComputationGraph dense =
        Networks.residual(seed, new Adam(1e-3), images.side(), BLOCKS, CHANNELS);
    MultiDataSet batch = images.train(BATCH, seed).next().toMultiDataSet();
    Ticket ticket =
        LayerLottery.atInitialization(dense)
            .criterion(new BlockSum(new Grasp(1)))
            .data(List.of(batch))
            .blocks(blocks)
            .run();
    ComputationGraph smaller = (ComputationGraph) ticket.model().unwrap();
    Energy[] ofDense = new Energy[RUNS + 1];
    Energy[] ofSmaller = new Energy[RUNS + 1];
    // In turns, so that both see the same machine.
    for (int run = 0; run <= RUNS; run++) {
      ofDense[run] = train(dense, seed);
      ofSmaller[run] = train(smaller, seed);
    }
    EnergySaving saving = new EnergySaving(median(ofSmaller), median(ofDense));
    System.out.println(ticket.report().with(saving));
    Map<String, Double> row = new LinkedHashMap<>();
    row.put(
        "operations saved",
        100 - 100.0 * ticket.report().operationsAfter() / ticket.report().operationsBefore());
    row.put("time saved", 100 * saving.share());
    row.put("dense, s", saving.dense().seconds());
    row.put("smaller, s", saving.smaller().seconds());
    row.put("dense, mg CO2e", 1e6 * saving.dense().kilograms());
    row.put("smaller, mg CO2e", 1e6 * saving.smaller().kilograms());
    return row;
  }

  private Energy train(ComputationGraph graph, long seed) {
    CarbonMeter meter = CarbonMeter.cpu();
    graph.setListeners(meter);
    graph.fit(images.train(BATCH, seed), 1);
    graph.setListeners();
    return meter.energy();
  }

  /** The median of all runs but the first. */
  private static Energy median(Energy[] runs) {
    Energy[] counted = Arrays.copyOfRange(runs, 1, runs.length);
    Arrays.sort(counted, java.util.Comparator.comparingDouble(Energy::seconds));
    return counted[counted.length / 2];
  }
}
