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
package org.dl4jprune.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.report.RemovalReport;
import org.dl4jprune.structure.LatencyTable;
import org.dl4jprune.structure.LayerTimer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.MultiDataSet;

class LatencyBudgetTest {
  private static final MultiDataSet EXAMPLE = Nets.batch(1, 8, 2);

  /** As a machine that computes eight outputs at a time, and a half of eight slowly. */
  private static final LayerTimer EIGHTS =
      (shape, run) -> 100 * ((shape.outputs() + 7) / 8) + (shape.outputs() % 8 == 4 ? 900 : 0);

  private static LatencyTable table(MultiLayerNetwork network, LayerTimer timer, int points) {
    return LatencyTable.measure(network, EXAMPLE, timer, points);
  }

  @Test
  void latencyIsABudgetLikeAnyOther() {
    MultiLayerNetwork network = Nets.dense(8, 20, 30, 2);
    LatencyTable table = table(network, (shape, run) -> shape.inputs() * shape.outputs(), 10);
    for (PruningScope scope : PruningScope.values()) {
      Thinned thinned =
          StructuredPruning.of(network)
              .scope(scope)
              .budget(Budget.latency(0.5, table, EXAMPLE))
              .prune();
      RemovalReport.Measure time = thinned.report().measure("nanoseconds");
      assertEquals(8 * 20 + 20 * 30 + 30 * 2, time.before());
      List<Long> widths = Nets.widths(thinned);
      // Interpolation between products of widths is exact.
      assertEquals(
          8 * widths.get(0) + widths.get(0) * widths.get(1) + widths.get(1) * 2, time.after(), 1);
      assertTrue(time.reached() >= 0.5 && time.reached() < 0.56, thinned::toText);
    }
    Thinned steps =
        StructuredPruning.of(network)
            .budget(Budget.latency(0.5, table, EXAMPLE))
            .steps(5, (smaller, step) -> {})
            .prune();
    assertEquals(
        Nets.widths(
            StructuredPruning.of(network).budget(Budget.latency(0.5, table, EXAMPLE)).prune()),
        Nets.widths(steps));
  }

  @Test
  void whereNarrowIsSlowerNoMoreGoesThanIsAsked() {
    MultiLayerNetwork network = Nets.dense(8, 32, 2);
    // From 32 units on 30 are the fastest, 29 to 9 are slow, and 8 are fast again.
    LatencyTable table =
        table(
            network,
            (shape, run) ->
                shape.outputs() == 2
                    ? 1
                    : shape.outputs() > 29 || shape.outputs() < 9 ? 10 * shape.outputs() : 10_000,
            32);
    Thinned nothing =
        StructuredPruning.of(network).budget(Budget.latency(0, table, EXAMPLE)).prune();
    assertTrue(nothing.isUnchanged(), nothing::toText);
    Thinned little =
        StructuredPruning.of(network).budget(Budget.latency(0.05, table, EXAMPLE)).prune();
    assertEquals(30L, Nets.widths(little).get(0));
    Thinned much =
        StructuredPruning.of(network).budget(Budget.latency(0.5, table, EXAMPLE)).prune();
    assertEquals(8L, Nets.widths(much).get(0));
  }

  @Test
  void widthsThatPayAreTheNearestThatAreFasterThanAllWiderOnes() {
    MultiLayerNetwork network = Nets.dense(8, 32, 2);
    LatencyTable table = table(network, EIGHTS, 32);
    // Of widths that take equally long only the widest pays.
    assertEquals(16L, width(network, table, 0.5));
    assertEquals(24L, width(network, table, 0.34));
    assertEquals(8L, width(network, table, 0.8));
    assertEquals(32L, width(network, table, 0.1));
  }

  private static long width(MultiLayerNetwork network, LatencyTable table, double sparsity) {
    return Nets.widths(
            StructuredPruning.of(network)
                .sparsity(sparsity)
                .latencies(table, EXAMPLE)
                .widthsThatPay()
                .prune())
        .get(0);
  }

  @Test
  void aSlowerPrunedWidthIsWarnedOf() {
    MultiLayerNetwork network = Nets.dense(8, 32, 2);
    LatencyTable table = table(network, EIGHTS, 32);
    Thinned slow = StructuredPruning.of(network).sparsity(0.375).latencies(table, EXAMPLE).prune();
    assertEquals(20L, Nets.widths(slow).get(0));
    assertTrue(slow.toText().contains("20 units are slower than 21"), slow::toText);
    Thinned fast =
        StructuredPruning.of(network)
            .sparsity(0.5)
            .latencies(table, EXAMPLE)
            .widthsThatPay()
            .prune();
    assertTrue(!fast.toText().contains("slower"), fast::toText);
  }

  @Test
  void widthsThatPayMeetABudgetToo() {
    MultiLayerNetwork network = Nets.dense(8, 32, 64, 2);
    LatencyTable table = table(network, EIGHTS, 16);
    Thinned thinned =
        StructuredPruning.of(network)
            .parameters(0.5)
            .latencies(table, EXAMPLE)
            .widthsThatPay()
            .prune();
    assertTrue(thinned.report().measure("parameters").reached() >= 0.5, thinned::toText);
    assertTrue(!thinned.toText().contains("slower"), thinned::toText);
  }

  @Test
  void aTableOfAnotherModelIsRefused() {
    LatencyTable table = table(Nets.dense(8, 4, 2), EIGHTS, 4);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    StructuredPruning.of(Nets.dense(8, 32, 2))
                        .budget(Budget.latency(0.5, table, EXAMPLE))
                        .plan())
            .getMessage();
    assertTrue(message.contains("DenseLayer 8 -> 32"), message);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    StructuredPruning.of(Nets.dense(8, 4, 2))
                        .sparsity(0.5)
                        .roundTo(2)
                        .latencies(table, EXAMPLE)
                        .widthsThatPay()
                        .plan())
            .getMessage()
            .contains("roundTo"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    StructuredPruning.of(Nets.dense(8, 4, 2)).sparsity(0.5).widthsThatPay().plan())
            .getMessage()
            .contains("latencies(table, example)"));
  }
}
