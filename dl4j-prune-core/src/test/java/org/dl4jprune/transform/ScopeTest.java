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
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.structure.UnitImportance;
import org.junit.jupiter.api.Test;

class ScopeTest {

  private static String message(StructuredPruning pruning) {
    return assertThrows(IllegalArgumentException.class, pruning::plan).getMessage();
  }

  /** The later the unit in the model, the less it is worth. */
  private static final UnitImportance EARLY_IS_WORTH_MORE =
      (groups, batches, seed) ->
          groups.groups().stream()
              .flatMap(group -> group.units().stream())
              .collect(Collectors.toMap(unit -> unit, unit -> -(double) unit, (a, b) -> a));

  @Test
  void scopesSayWhoCompetes() {
    // c0 reads the input, c1 and c2 are of one make, c3 feeds the pool, d is dense.
    MultiLayerNetwork network = Nets.convolutional(10, 10, 10, 10);
    Map<PruningScope, List<Long>> expected =
        Map.of(
            PruningScope.LOCAL, List.of(5L, 5L, 5L, 5L, 6L, 2L),
            PruningScope.GLOBAL, List.of(10L, 10L, 4L, 1L, 1L, 2L),
            PruningScope.ISOMORPHIC, List.of(10L, 4L, 1L, 5L, 6L, 2L));
    expected.forEach(
        (scope, widths) ->
            assertEquals(
                widths,
                Nets.widths(
                    StructuredPruning.of(network)
                        .importance(EARLY_IS_WORTH_MORE)
                        .scope(scope)
                        .sparsity(0.5)
                        .prune()),
                scope.name()));
  }

  @Test
  void namedLayersHaveSparsitiesOfTheirOwn() {
    MultiLayerNetwork network = Nets.dense(4, 10, 20, 30, 2);
    StructuredPruning pruning =
        StructuredPruning.of(network).sparsity("l1", 0.75).sparsity("l2", 0).sparsity(0.5);
    Thinned thinned = pruning.prune();
    assertEquals(List.of(5L, 5L, 30L, 2L), Nets.widths(thinned));
    assertEquals(0.75, thinned.report().measure("units of l1").reached());
    assertEquals(0.5, thinned.report().measure("units").reached());
    assertEquals(10, thinned.report().measure("units").before());
    Thinned globs =
        StructuredPruning.of(network)
            .sparsity("l?", 0.2)
            .sparsity(0.5)
            .scope(PruningScope.GLOBAL)
            .prune();
    assertEquals(12, globs.plan().units().size());
  }

  @Test
  void aBudgetIsMetByTheOtherLayers() {
    Thinned thinned =
        StructuredPruning.of(Nets.dense(10, 20, 30, 40, 2))
            .sparsity("l0", 0.1)
            .parameters(0.5)
            .prune();
    assertEquals(18L, Nets.widths(thinned).get(0));
    double reached = thinned.report().measure("parameters").reached();
    assertTrue(reached >= 0.5 && reached < 0.56, thinned::toText);
  }

  @Test
  void badNamesAreErrorsThatListWhatThereIs() {
    MultiLayerNetwork network = Nets.dense(4, 10, 20, 2);
    for (StructuredPruning pruning :
        List.of(
            StructuredPruning.of(network).sparsity(0.5).protect("conv9"),
            StructuredPruning.of(network).sparsity(0.5).protectInputs("conv9"),
            StructuredPruning.of(network).sparsity(0.5).sparsity("conv9", 0.1))) {
      String message = message(pruning);
      assertTrue(message.contains("conv9") && message.contains("[l0, l1, out]"), message);
    }
    String output = message(StructuredPruning.of(network).sparsity(0.5).sparsity("out", 0.5));
    assertTrue(output.contains("\"out\" can be removed"), output);
    String guarded =
        message(StructuredPruning.of(network).sparsity(0.5).protect("l0").sparsity("l0", 0.5));
    assertTrue(guarded.contains("\"l0\" can be removed"), guarded);
    String empty = message(StructuredPruning.of(network).sparsity(0.5).sparsity("l0", 0.97));
    assertTrue(empty.contains("none of its 10 units"), empty);
    String both =
        message(
            StructuredPruning.of(network).sparsity(0.5).sparsity("l0", 0.5).sparsity("l*", 0.4));
    assertTrue(both.contains("two sparsities"), both);
    String outside = message(StructuredPruning.of(network).sparsity(0.5).sparsity("l0", 1.5));
    assertTrue(outside.contains("1.5"), outside);
    String all = message(StructuredPruning.of(network).sparsity(0.5).protect("l*"));
    assertTrue(all.contains("No channel"), all);
  }

  @Test
  void outputsAndInputsAreProtectedApart() {
    // All square, so that neither a width nor a place tells inputs from outputs.
    MultiLayerNetwork network = Nets.dense(10, 10, 10, 10, 2);
    assertEquals(
        List.of(5L, 10L, 5L, 2L),
        Nets.widths(StructuredPruning.of(network).sparsity(0.5).protect("l1").prune()));
    assertEquals(
        List.of(10L, 5L, 5L, 2L),
        Nets.widths(StructuredPruning.of(network).sparsity(0.5).protectInputs("l1").prune()));
    assertEquals(
        List.of(5L, 5L, 10L, 2L),
        Nets.widths(StructuredPruning.of(network).sparsity(0.5).protectInputs("out").prune()));
    assertEquals(
        List.of(5L, 8L, 6L, 2L),
        Nets.widths(
            StructuredPruning.of(Nets.convolutional(10, 8))
                .sparsity(0.5)
                .protectInputs("n1")
                .prune()));
  }
}
