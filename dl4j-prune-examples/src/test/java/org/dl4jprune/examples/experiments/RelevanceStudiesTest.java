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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.calibration.Samples;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The studies on relevance at a size that a test can wait for. */
class RelevanceStudiesTest {

  private static Setup small() {
    return new Setup(FashionMnist.sample().limit(300), 1, 50, 0.05, 0);
  }

  @Test
  void everyCriterionRunsOnLeNet() {
    List<Case> cases = new RelevancePruning(small()).cases(List.of(1L));
    assertEquals(5, cases.size());
    Map<String, Double> row = cases.get(0).measure().get();
    assertEquals(List.of("dense", "30 % removed", "50 % removed"), List.copyOf(row.keySet()));
    assertTrue(row.values().stream().allMatch(accuracy -> accuracy > 0 && accuracy <= 100));
  }

  @Test
  void roundsEndAtTheAskedNumberOfUnits() {
    Setup setup = small();
    MultiLayerNetwork network = setup.lenet5(3);
    assertEquals(6 + 16 + 120 + 84, ChannelCriteria.units(network));
    List<MultiDataSet> samples = Samples.perClass(setup.data().train(100, 1), 2, 1);
    ChannelCriteria.all()
        .forEach(
            (name, importance) ->
                assertEquals(
                    226 - 27,
                    ChannelCriteria.units(
                        ChannelCriteria.removeInRounds(network, importance, samples, 0.12, 1)),
                    name));
  }

  @Test
  void moonsAreBalancedAndFollowTheSeed() {
    DataSet moons = RelevanceMoons.moons(5);
    assertEquals(500, moons.getLabels().sum(0).getDouble(0));
    assertEquals(moons.getFeatures(), RelevanceMoons.moons(5).getFeatures());
  }
}
