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
package org.dl4jprune.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Lrp;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.structure.ActivationImportance;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.structure.UnitImportance;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class OraclePruningTest {
  private static final List<MultiDataSet> BATCHES = List.of(batch(1), batch(2));

  private static MultiDataSet batch(int seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray features = Nd4j.randn(DataType.DOUBLE, 20, 5);
    INDArray positive = features.sum(true, 1).gt(0).castTo(DataType.DOUBLE);
    return new DataSet(features, Nd4j.concat(1, positive, positive.rsub(1))).toMultiDataSet();
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .dataType(DataType.DOUBLE)
                .activation(Activation.TANH)
                .updater(new Adam(0.05))
                .list()
                .layer(new DenseLayer.Builder().name("first").nIn(5).nOut(6).build())
                .layer(new DenseLayer.Builder().name("second").nIn(6).nOut(4).build())
                .layer(
                    new OutputLayer.Builder()
                        .name("out")
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    for (int i = 0; i < 30; i++) {
      network.fit(new DataSet(BATCHES.get(0).getFeatures(0), BATCHES.get(0).getLabels(0)));
    }
    return network;
  }

  @Test
  void waysAreCountedAndListedOnce() {
    assertEquals(
        BigInteger.valueOf(5040), new Combinations(new int[] {6, 10}, new int[] {3, 5}).count());
    assertEquals(252, new Combinations(new int[] {10}, new int[] {5}).all().size());
    Combinations ways = new Combinations(new int[] {5, 4}, new int[] {2, 3});
    List<List<List<Integer>>> all = ways.all();
    assertEquals(40, all.size());
    assertEquals(40, new HashSet<>(all).size());
    assertEquals(List.of(List.of(0, 1), List.of(0, 1, 2)), all.get(0));
    assertEquals(List.of(List.of(0, 1), List.of(0, 1, 3)), all.get(1));
    assertEquals(List.of(List.of(3, 4), List.of(1, 2, 3)), all.get(39));
    List<List<List<Integer>>> drawn = ways.random(12, 3);
    assertEquals(12, new HashSet<>(drawn).size());
    assertTrue(all.containsAll(drawn));
    assertEquals(drawn, ways.random(12, 3));
  }

  @Test
  void noCriterionBeatsTheOracle() {
    MultiLayerNetwork network = network();
    OraclePruning search = OraclePruning.of(network).layers("first", "second").data(BATCHES);
    OracleResult result = search.run();
    assertTrue(result.exhaustive());
    assertEquals(20 * 6, result.candidates().size());
    double least = result.candidates().get(result.oracle()).loss();
    ChannelGroups groups = ChannelGroups.of(network);
    assertEquals(least, result.best().loss());
    for (UnitImportance importance :
        List.of(
            summed(new Magnitude()),
            summed(new Taylor()),
            summed(new Random()),
            new ActivationImportance(new Lrp()))) {
      RemovalPlan plan = lowest(groups, importance);
      double loss = OraclePruning.loss(new Surgeon(groups).cut(plan), BATCHES);
      assertTrue(least <= loss, importance + " " + loss + " " + least);
      assertTrue(
          result.candidates().stream()
              .anyMatch(one -> one.plan().equals(plan) && one.loss() == loss));
    }
  }

  private static UnitImportance summed(Criterion criterion) {
    return new GroupImportance(criterion, Aggregation.SUM, Normalisation.NONE);
  }

  private static RemovalPlan lowest(ChannelGroups groups, UnitImportance importance) {
    Map<Integer, Double> scores = importance.score(groups, BATCHES, 5);
    List<Integer> gone = new java.util.ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      group.units().stream()
          .sorted(java.util.Comparator.comparing(scores::get))
          .limit(group.units().size() / 2)
          .forEach(gone::add);
    }
    return RemovalPlan.of(groups, gone);
  }

  @Test
  void removalAndMaskingCostTheSame() {
    MultiLayerNetwork network = network();
    ChannelGroups groups = ChannelGroups.of(network);
    OraclePruning search = OraclePruning.of(network).layers("second").data(BATCHES);
    for (OraclePruning.Candidate one : search.run().candidates()) {
      double masked = OraclePruning.loss(new Surgeon(groups).mask(one.plan()), BATCHES);
      assertEquals(masked, one.loss(), 1e-9 * masked);
    }
  }

  @Test
  void aSampleStandsForTooMany() {
    OraclePruning search =
        OraclePruning.of(network()).layers("first", "second").data(BATCHES).sample(7, 1);
    OracleResult result = search.run();
    assertFalse(result.exhaustive());
    assertEquals(7, result.candidates().size());
    assertEquals(
        120, OraclePruning.of(network()).layers("first", "second").sample(200, 1).plans().size());
    for (int asked : new int[] {6, 7}) {
      OracleResult all =
          OraclePruning.of(network()).layers("second").data(BATCHES).sample(asked, 1).run();
      assertEquals(6, all.candidates().size());
      assertTrue(all.exhaustive(), "a sample of as many as there are leaves none out");
    }
  }

  @Test
  void layersHaveRatiosOfTheirOwn() {
    OraclePruning search =
        OraclePruning.of(network()).layers("first").ratio(0.5).ratio("second", 0.25);
    List<RemovalPlan> plans = search.plans();
    assertEquals(20 * 4, plans.size());
    assertTrue(plans.stream().allMatch(plan -> plan.units().size() == 3 + 1));
  }

  @Test
  void lossesThatAreNotFiniteAreNoOracle() {
    MultiLayerNetwork network = network();
    RemovalPlan plan = OraclePruning.of(network).layers("first").plans().get(0);
    OraclePruning.Candidate broken = new OraclePruning.Candidate(plan, Double.NaN);
    OraclePruning.Candidate worse = new OraclePruning.Candidate(plan, 2);
    OraclePruning.Candidate better = new OraclePruning.Candidate(plan, 1);
    assertEquals(2, new OracleResult(List.of(broken, worse, better, better), true).oracle());
    IllegalStateException none =
        assertThrows(
            IllegalStateException.class, () -> new OracleResult(List.of(broken), true).best());
    assertTrue(none.getMessage().contains("None of the 1 sets"), none.getMessage());
  }

  @Test
  void whatCannotBeIsRefused() {
    MultiLayerNetwork network = network();
    INDArray before = network.params().dup();
    refused(
        OraclePruning.of(network).layers("none"),
        "Layer none does not exist",
        "those of [first, second] can");
    refused(OraclePruning.of(network).layers("out"), "Layer out does not exist");
    refused(
        OraclePruning.of(network).layers("first").ratio(0.01), "removes 0 of the 6 units", "0.01");
    refused(OraclePruning.of(network).layers("first").ratio(1), "removes 6 of the 6 units");
    refused(
        OraclePruning.of(network).ratio("first", Double.NaN), "The ratio NaN", "outside (0, 1)");
    refused(OraclePruning.of(network).ratio("first", -0.5), "The ratio -0.5");
    refused(
        OraclePruning.of(network).layers("first", "second").mostExhaustive(119),
        "There are 120 sets, more than the 119");
    refused(OraclePruning.of(network).layers("first").sample(2, 1), "at least 3 sets, not");
    refused(OraclePruning.of(network), "not 0 layers");
    IllegalArgumentException noData =
        assertThrows(
            IllegalArgumentException.class, () -> OraclePruning.of(network).layers("first").run());
    assertTrue(noData.getMessage().contains("data(...)"), noData.getMessage());
    assertEquals(before, network.params());
  }

  private static void refused(OraclePruning search, String... words) {
    String message = assertThrows(IllegalArgumentException.class, search::plans).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }
}
