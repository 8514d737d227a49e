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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Decisions between rounds of steps that were made elsewhere. */
class RoundPruningTest {
  private final MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.FLOAT);

  private void round(RoundPruning rounds, long from, long to) {
    // Whoever trained did not know of the masks.
    INDArray noise = Nd4j.rand(DataType.FLOAT, network.params().length()).subi(0.5);
    network.params().addi(noise);
    rounds.model().setCounts(to, 0);
    rounds.roundDone(from, noise);
    noise.close();
  }

  private static List<Long> times(PruningListener listener) {
    return listener.report().trace().stream().map(PruningReport.Update::time).toList();
  }

  @Test
  void theLastUpdatesOfARoundAreMadeAtItsEnd() {
    PruningListener listener = Toys.granet().build();
    RoundPruning rounds = RoundPruning.of(listener, network);
    // Prunes at 3, 6 and 9, and regrows until 18.
    round(rounds, 0, 5);
    assertEquals(List.of(3L), times(listener));
    round(rounds, 5, 10);
    assertEquals(List.of(3L, 9L), times(listener));
    round(rounds, 10, 11);
    assertEquals(List.of(3L, 9L), times(listener));
    round(rounds, 11, 19);
    assertEquals(List.of(3L, 9L, 18L), times(listener));
    check(listener, 0.9);
  }

  @Test
  void anUpdateThatPrunesAndALaterOneThatRegrowsAreBothMade() {
    PruningListener listener = Toys.granet().build();
    RoundPruning rounds = RoundPruning.of(listener, network);
    round(rounds, 0, 14);
    assertEquals(List.of(9L, 12L), times(listener));
    check(listener, 0.9);
  }

  private void check(PruningListener listener, double sparsity) {
    PackedMasks masks = PackedMasks.of(listener.masks());
    long weights = listener.masks().layout().length();
    assertEquals(Math.round(sparsity * weights), weights - masks.kept());
    assertEquals(
        0, LongStream.of(SessionChecks.alive(listener.masks(), PrunableModel.of(network))).sum());
  }

  @Test
  void aGradientIsAskedForWhereAnUpdateLooksAtOne() {
    RoundPruning weights = RoundPruning.of(Toys.gradual().build(), network);
    assertFalse(weights.needsGradient(0, 9));
    RoundPruning gradients =
        RoundPruning.of(Toys.granet().build(), Toys.mlp(new Adam(1e-2), DataType.FLOAT));
    assertFalse(gradients.needsGradient(0, 2));
    assertTrue(gradients.needsGradient(0, 3));
    assertFalse(gradients.needsGradient(18, 30));
    gradients.model().setCounts(4, 0);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> gradients.roundDone(0, null));
    assertTrue(error.getMessage().contains("looks at a gradient"), error.getMessage());
    assertEquals(
        0,
        gradients.masks().layout().length()
            - gradients.masks().kept()[0]
            - gradients.masks().kept()[1]
            - gradients.masks().kept()[2]);
  }

  @Test
  void criteriaOfEveryStepAreRefused() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> RoundPruning.of(TrainedInParts.Method.MOVEMENT.listener(), network));
    assertTrue(error.getMessage().contains("every step"), error.getMessage());
  }
}
