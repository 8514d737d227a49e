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
import java.util.Set;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.criterion.Snip;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.depth.BlockCriterion;
import org.dl4jprune.structure.depth.BlockSum;
import org.dl4jprune.structure.depth.RandomBlocks;
import org.dl4jprune.transform.BlockReport;
import org.dl4jprune.transform.LayerLottery;
import org.dl4jprune.transform.StructuredPruning;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Residual blocks removed before training, beside filters removed to equal cost. */
final class DepthBeforeTraining implements Study {
  private static final int[] CHANNELS = {8, 16, 32};
  private static final int BLOCKS = 3;
  private static final int REMOVED = 2;
  private static final int EPOCHS = 3;
  private static final int BATCH = 64;
  private static final int SCORED = 128;

  private final GreyImages images;

  DepthBeforeTraining(FashionMnist data) {
    this.images = new GreyImages(data, 2);
  }

  @Override
  public String name() {
    return "depth";
  }

  @Override
  public String title() {
    return "Residual blocks removed before training";
  }

  @Override
  public String setting() {
    return ("Residual network 8-16-32, 3 blocks a stage, %,d training images mean-pooled to 14×14,"
            + " %d epochs with Adam; 2 of the 7 removable blocks (or filters of equal cost) removed"
            + " at initialisation, scored on one batch of %d; accuracy on %,d test images and"
            + " multiply-accumulates left, in percent.")
        .formatted(images.data().trainCount(), EPOCHS, SCORED, images.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      add(cases, "dense", seed, (graph, batch) -> graph);
      add(cases, "GraSP", seed, (g, batch) -> cut(g, batch, new BlockSum(new Grasp(1)), seed));
      add(cases, "SNIP", seed, (g, batch) -> cut(g, batch, new BlockSum(new Snip()), seed));
      add(cases, "random", seed, (g, batch) -> cut(g, batch, new RandomBlocks(), seed));
      add(cases, "filters by SNIP", seed, (g, batch) -> thin(g, batch, seed));
    }
    return cases;
  }

  private static LayerLottery lottery(
      ComputationGraph graph, MultiDataSet batch, BlockCriterion criterion, long seed) {
    return LayerLottery.atInitialization(graph)
        .criterion(criterion)
        .data(List.of(batch))
        .blocks(REMOVED)
        .seed(seed);
  }

  private static ComputationGraph cut(
      ComputationGraph graph, MultiDataSet batch, BlockCriterion criterion, long seed) {
    return (ComputationGraph) lottery(graph, batch, criterion, seed).run().model().unwrap();
  }

  /** Any two blocks with identity shortcuts cost the same. */
  private static ComputationGraph thin(ComputationGraph graph, MultiDataSet batch, long seed) {
    BlockReport depth = lottery(graph, batch, new RandomBlocks(), seed).run().report();
    double fraction = 1 - (double) depth.operationsAfter() / depth.operationsBefore();
    return (ComputationGraph)
        StructuredPruning.of(graph)
            .importance(new GroupImportance(new Snip(), Aggregation.SUM, Normalisation.NONE))
            .data(List.of(batch))
            .multiplyAccumulates(fraction, batch)
            .prune()
            .model()
            .unwrap();
  }

  private void add(
      List<Case> cases,
      String group,
      long seed,
      BiFunction<ComputationGraph, MultiDataSet, ComputationGraph> prune) {
    cases.add(
        new Case(
            group,
            seed,
            () -> {
              ComputationGraph dense =
                  Networks.residual(seed, new Adam(2e-3), images.side(), BLOCKS, CHANNELS);
              MultiDataSet batch = images.train(SCORED, seed).next().toMultiDataSet();
              ComputationGraph graph = prune.apply(dense, batch);
              graph.fit(images.train(BATCH, seed), EPOCHS);
              Map<String, Double> row = new LinkedHashMap<>();
              row.put("accuracy", images.accuracy(graph));
              row.put("operations left", 100.0 * cost(graph, batch) / cost(dense, batch));
              return row;
            }));
  }

  private static long cost(ComputationGraph graph, MultiDataSet batch) {
    return Cost.multiplyAccumulates(ChannelGroups.of(graph), batch).after(Set.of());
  }
}
