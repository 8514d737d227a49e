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
package org.dl4jprune.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The worked example of card lottery-rewinding, and what the measures must have in common. */
class StabilityTest {
  private static final INDArray MASK = Nd4j.create(new double[] {1, 0, 0, 1, 1, 0});
  private static final INDArray DENSE = Nd4j.create(new double[] {.9, -.3, .02, -.05, .4, .01});
  private static final INDArray TICKET = Nd4j.create(new double[] {.8, 0, 0, .1, .5, 0});
  private static final INDArray OTHER = Nd4j.create(new double[] {.9, 0, 0, .2, .3, 0});

  @Test
  void theNumbersOfTheCard() {
    Stability pruning = Stability.of(DENSE, TICKET, MASK);
    assertEquals(0.206155, pruning.distance(), 5e-7);
    assertEquals(12.030596, pruning.angle(), 5e-7);
    assertEquals(0.209050, pruning.relativeDistance(), 5e-7);
    Stability order = Stability.of(TICKET, OTHER, MASK);
    assertEquals(0.244949, order.distance(), 5e-7);
    assertEquals(14.620261, order.angle(), 5e-7);
    assertEquals(0.258199, order.relativeDistance(), 5e-7);
    assertEquals(0.364692, Stability.of(DENSE, TICKET, MASK.like().assign(1)).distance(), 5e-7);
  }

  @Test
  void equalRunsLieTogetherAndTheAngleKnowsNoScale() {
    assertEquals(new Stability(0, 0, 0), Stability.of(DENSE, DENSE, MASK));
    Stability there = Stability.of(DENSE, TICKET, MASK);
    Stability back = Stability.of(TICKET, DENSE, MASK);
    assertEquals(there.distance(), back.distance(), 1e-12);
    assertEquals(there.angle(), back.angle(), 1e-9);
    assertEquals(there.angle(), Stability.of(DENSE.mul(7), TICKET, MASK).angle(), 1e-9);
    assertEquals(180, Stability.of(DENSE, DENSE.neg(), MASK).angle(), 1e-6);
  }

  @Test
  void theAngleOfNothingIsUndefined() {
    Stability nothing = Stability.of(DENSE.mul(0), TICKET, MASK);
    assertTrue(Double.isNaN(nothing.angle()));
    assertTrue(Double.isNaN(nothing.relativeDistance()));
    assertTrue(nothing.toString().contains("angle undefined"), nothing.toString());
  }

  @Test
  void aBarrierRisesAboveTheMeanOfTheEnds() {
    assertEquals(3, new Interpolation(List.of(1.0, 5.0, 3.0)).barrier(), 1e-12);
    assertEquals(1, new Interpolation(List.of(1.0, 2.0, 3.0)).barrier(), 1e-12);
    assertEquals(0, new Interpolation(List.of(1.0, 1.0, 1.0)).barrier(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> new Interpolation(List.of(1.0, 1.0)));
  }
}
