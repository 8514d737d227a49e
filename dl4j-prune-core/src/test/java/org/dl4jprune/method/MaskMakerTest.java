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
package org.dl4jprune.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.RescaledThreshold;
import org.dl4jprune.allocation.Shapes;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.model.Layout;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.Block;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.pattern.Pooling;
import org.dl4jprune.pattern.Unstructured;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The worked examples of the cards global-mp and granet, and the rules for ties. */
class MaskMakerTest {
  private static final double DEAD = Double.NEGATIVE_INFINITY;

  private static MaskMaker maker(long[]... shapes) {
    return new MaskMaker(new Layout(Shapes.parameters(shapes)), new Unstructured());
  }

  private static double[] mask(
      MaskMaker maker, double[] scores, Allocation allocation, double sparsity) {
    INDArray before = Nd4j.createFromArray(scores);
    double[] mask = maker.make(before, allocation, sparsity).mask().toDoubleVector();
    assertArrayEquals(scores, before.toDoubleVector(), "the scores stay the caller's");
    return mask;
  }

  private static double[] exchange(
      MaskMaker maker, double[] mask, double[] scores, double[] growth, double rate) {
    INDArray changed = Nd4j.createFromArray(mask);
    maker.exchange(changed, Nd4j.createFromArray(scores), Nd4j.createFromArray(growth), rate);
    return changed.toDoubleVector();
  }

  private static final long[] TWO_BY_THREE = {2, 3};

  @Test
  void withoutAFloorTheSmallLayerCollapses() {
    MaskMaker maker = maker(TWO_BY_THREE, new long[] {1, 2});
    double[] scores = {.10, .20, .05, .15, .02, .30, .01, .03};
    assertArrayEquals(
        new double[] {1, 1, 0, 1, 0, 1, 0, 0}, mask(maker, scores, new Global(), 0.5));
    assertArrayEquals(
        new double[] {0, 1, 0, 1, 0, 1, 0, 1},
        mask(maker, scores, new Global(Floor.count(1)), 0.5));
  }

  @Test
  void exactAndRescaledFloorsDiffer() {
    MaskMaker maker = maker(TWO_BY_THREE, new long[] {1, 4}, new long[] {1, 6});
    double[] scores = {
      .10, .20, .05, .15, .02, .30, .01, .03, .02, .04, .11, .12, .13, .60, .70, .80
    };
    assertArrayEquals(
        new double[] {0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1},
        mask(maker, scores, new Global(), 0.5));
    assertArrayEquals(
        new double[] {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1},
        mask(maker, scores, new Global(Floor.count(2)), 0.5));
    assertArrayEquals(
        new double[] {0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1},
        mask(maker, scores, new RescaledThreshold(Floor.count(2)), 0.5));
  }

  @Test
  void equalMagnitudesAreKeptFromTheFront() {
    MaskMaker maker = maker(TWO_BY_THREE);
    double[] scores = {.2, .2, .2, .2, .1, .2};
    assertArrayEquals(new double[] {1, 1, 1, 0, 0, 0}, mask(maker, scores, new Global(), 0.5));
  }

  @Test
  void floorsRankNegativeScoresAsTheyAre() {
    MaskMaker maker = maker(new long[] {1, 2}, new long[] {1, 4});
    double[] scores = {-9, -8, -4, -1, -3, -2};
    assertArrayEquals(
        new double[] {0, 1, 0, 1, 0, 1}, mask(maker, scores, new Global(Floor.count(1)), 0.5));
  }

  @Test
  void floorsProtectOnlyWhatIsAlive() {
    MaskMaker maker = maker(new long[] {1, 3}, new long[] {1, 5});
    double[] scores = {DEAD, DEAD, .1, DEAD, .2, 0, .4, 0};
    // Four stay: of the first layer the only one left, of the second the best, the tie from the
    // front.
    assertArrayEquals(
        new double[] {0, 0, 1, 0, 1, 1, 1, 0},
        mask(maker, scores, new Global(Floor.count(3)), 0.5));
  }

  @Test
  void layersThatAreTooSparseAlreadyStayAsTheyAre() {
    MaskMaker maker = maker(new long[] {1, 4}, new long[] {1, 4});
    double[] scores = {DEAD, DEAD, DEAD, .1, .2, .3, .4, .5};
    assertArrayEquals(
        new double[] {0, 0, 0, 1, 0, 0, 1, 1}, mask(maker, scores, new Uniform(), 0.5));
    // Asked for less than is dead: nothing comes back.
    assertArrayEquals(
        new double[] {0, 0, 0, 1, 1, 1, 1, 1}, mask(maker, scores, new Global(), 0.25));
  }

  @Test
  void infeasibleFloorsNameTheLargestFeasibleOne() {
    MaskMaker maker = maker(TWO_BY_THREE, new long[] {1, 2});
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> mask(maker, new double[8], new Global(Floor.count(6)), 0.5));
    assertTrue(refused.getMessage().contains("largest feasible floor is 2"), refused.getMessage());
    assertArrayEquals(
        new double[] {1, 1, 1, 1, 1, 1, 1, 1},
        mask(maker, new double[8], new Global(Floor.count(6)), 0));
  }

  @Test
  void regenerationOfTheCardsWorkedExample() {
    MaskMaker maker = maker(TWO_BY_THREE, new long[] {1, 4});
    double[] scores = {.9, .1, .3, .5, .2, .7, .05, .6, .4, .15};
    double[] gradients = {.01, .30, .20, .25, .05, .02, .10, .02, .50, .30};
    double[] pruned = mask(maker, scores, new Global(), 0.525);
    assertArrayEquals(new double[] {1, 0, 0, 1, 0, 1, 0, 1, 1, 0}, pruned);
    assertArrayEquals(
        new double[] {1, 1, 0, 0, 0, 1, 0, 1, 1, 0},
        exchange(maker, pruned, scores, gradients, 0.2525));
  }

  @Test
  void withoutAnyGradientTheLowestIndexGrows() {
    MaskMaker maker = maker(new long[] {1, 6});
    assertArrayEquals(
        new double[] {1, 1, 0, 0, 1, 0},
        exchange(
            maker,
            new double[] {0, 0, 1, 0, 1, 1},
            new double[] {0, 0, 1, 0, 9, 1},
            new double[6],
            0.5));
  }

  @Test
  void ofEqualWeightsTheLastIsKilledAndMayReturn() {
    MaskMaker maker = maker(new long[] {1, 4});
    double[] all = {1, 1, 1, 1};
    assertArrayEquals(all, exchange(maker, all, all, new double[4], 0.5));
    assertArrayEquals(
        new double[] {1, 0, 1, 0},
        exchange(maker, new double[] {1, 1, 0, 0}, all, new double[] {0, 1, 2, 1}, 0.5));
  }

  @Test
  void aLayerWithoutWeightsStaysWithoutThem() {
    MaskMaker maker = maker(new long[] {1, 3}, new long[] {1, 3});
    assertArrayEquals(
        new double[] {0, 0, 0, 0, 1, 0},
        exchange(
            maker,
            new double[] {0, 0, 0, 1, 0, 0},
            new double[] {0, 0, 0, 1, 0, 0},
            new double[] {9, 9, 9, 1, 2, 1},
            0.9));
  }

  @Test
  void aPatternThatPrescribesItsZerosHasNoneBeforeItsTime() {
    MaskMaker maker =
        new MaskMaker(new Layout(Shapes.parameters(new long[] {2, 4})), new NOfM(2, 4, Axis.INPUT));
    double[] scores = {1, 2, 3, 4, 4, 3, 2, 1};
    assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, mask(maker, scores, new Global(), 0));
    assertArrayEquals(
        new double[] {0, 0, 1, 1, 1, 1, 0, 0}, mask(maker, scores, new Global(), 0.5));
  }

  @Test
  void wholeBlocksAreExchanged() {
    MaskMaker maker =
        new MaskMaker(
            new Layout(Shapes.parameters(new long[] {2, 6})), new Block(2, 2, Pooling.MEAN));
    double[] mask = {1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1};
    double[] scores = {5, 5, 0, 0, 1, 1, 5, 5, 0, 0, 1, 1};
    assertArrayEquals(
        new double[] {1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0},
        exchange(maker, mask, scores, new double[] {0, 0, 7, 7, 1, 1, 0, 0, 7, 7, 1, 1}, 0.5));
    assertEquals(3, maker.units()[0]);
  }
}
