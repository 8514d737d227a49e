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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.method.Regrowth;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RigL, SET and sparse momentum train at one sparsity and move their weights about. */
class DynamicSparseTrainingTest {

  static Stream<Arguments> methods() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                        RigL.builder().sparsity(0.75).end(19).every(4).seed(7).configuration(),
                        SparseEvolutionaryTraining.builder()
                            .sparsity(0.75)
                            .end(19)
                            .every(4)
                            .seed(7)
                            .configuration(),
                        momentum())
                    .map(method -> Arguments.of(kind, method)));
  }

  private static Pruning momentum() {
    Pruning rigl = RigL.builder().sparsity(0.75).end(19).every(4).configuration();
    return Pruning.builder("SparseMomentum")
        .initial(0.75, rigl.initialAllocation(), rigl.initialCriterion())
        .regrowth(
            Regrowth.byMomentum(0.9, Schedule.constant(0.3), UpdateWindow.iterations(0, 19, 4)))
        .build();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void eachLayerKeepsItsCountWhileItsMaskChanges(Kind kind, Pruning method) {
    Object model = kind.make();
    PruningListener listener = PruningListener.of(method).attach(model);
    Set<List<Long>> counts = new HashSet<>();
    List<List<Long>> masks = new ArrayList<>();
    Object watcher =
        Training.eachStep(
            model,
            step -> {
              counts.add(Arrays.stream(listener.masks().kept()).boxed().toList());
              masks.add(Training.bits(listener.masks().gather()));
            });
    Training.fit(model, 4, listener, watcher);
    assertEquals(1, counts.size());
    long weights = listener.report().weights();
    assertEquals(Counts.zeros(0.75, weights), listener.report().zeros());
    for (int step = 1; step < masks.size(); step++) {
      boolean due = (step + 1) % 4 == 0 && step < 19;
      assertEquals(!due, masks.get(step).equals(masks.get(step - 1)), "step " + (step + 1));
    }
    assertEquals(0.75, listener.report().askedSparsity());
    assertEquals(0.75, listener.report().trace().get(0).askedSparsity());
  }

  @Test
  void theSeedDecidesTheRandomStart() {
    Object model = Kind.NETWORK.make();
    PruningListener first = RigL.builder().sparsity(0.5).end(100).seed(1).build().attach(model);
    PruningListener second =
        RigL.builder().sparsity(0.5).end(100).seed(2).build().attach(Kind.NETWORK.make());
    assertNotEquals(Training.bits(first.masks().gather()), Training.bits(second.masks().gather()));
    assertTrue(first.report().layers().get(2).sparsity() < 0.5, "the smallest layer is densest");
  }
}
