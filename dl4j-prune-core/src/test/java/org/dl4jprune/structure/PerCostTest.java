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
package org.dl4jprune.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

class PerCostTest {
  private final ChannelGroups groups = ChannelGroups.of(network());

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(7).nOut(4).build())
                .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    network.init();
    return network;
  }

  private UnitImportance equal(double score) {
    return (scored, batches, seed) -> {
      Map<Integer, Double> scores = new HashMap<>();
      scored.groups().forEach(group -> group.units().forEach(unit -> scores.put(unit, score)));
      return scores;
    };
  }

  @Test
  void scoresAreDividedByWhatOneUnitSaves() {
    Map<Integer, Double> scores =
        new PerCost(equal(6), Cost::parameters).score(groups, List.of(), 0);
    // A unit of the first layer has 7 inputs, a bias and 3 consumers; one of the second 4, 1 and 2.
    for (int unit : groups.groups().get(0).units()) {
      assertEquals(6.0 / 11, scores.get(unit), 1e-15);
    }
    for (int unit : groups.groups().get(1).units()) {
      assertEquals(6.0 / 7, scores.get(unit), 1e-15);
    }
  }

  @Test
  void negativeScoresAreRefused() {
    PerCost perCost = new PerCost(equal(-1), Cost::parameters);
    assertThrows(IllegalStateException.class, () -> perCost.score(groups, List.of(), 0));
  }
}
