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
package org.dl4jprune.examples.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.structure.depth.RandomBlocks;
import org.dl4jprune.transform.BlockReport;
import org.dl4jprune.transform.LayerLottery;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The arithmetic of the card layer-lottery on a network of the depth of ResNet-32. */
class ResidualDepthTest {

  @Test
  void oneBlockIsSevenPercentOfTheOperations() {
    ComputationGraph graph = Networks.residual(1, new Sgd(0.1), 28, 5, 16, 32, 64);
    MultiDataSet example = new MultiDataSet(Nd4j.zeros(1, 1, 28, 28), Nd4j.zeros(1, 10));
    LayerLottery lottery =
        LayerLottery.atInitialization(graph).criterion(new RandomBlocks()).data(List.of(example));
    assertEquals(13, lottery.blocks(0).run().report().rows().size());
    assertEquals(6.8, saved(lottery.blocks(1).run().report()), 0.2);
    assertEquals(34, saved(lottery.blocks(5).run().report()), 0.6);
    assertEquals(5, lottery.untilMacs(0.66).run().report().removed().size());
  }

  private static double saved(BlockReport report) {
    return 100 - 100.0 * report.operationsAfter() / report.operationsBefore();
  }
}
