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
package org.dl4jprune.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The numbers of the card sap-pqi, its theorem by enumeration, and what is refused. */
class SparsityInformedTest {
  private static final double PRINTED = 6e-7;
  private static final PqIndex HALF = new PqIndex(0.5, 1);
  private static final PqIndex ONE = new PqIndex(1, 2);
  private static final INDArray W = Nd4j.createFromArray(4., -3, 2, 1);
  private static final INDArray V = Nd4j.createFromArray(.9, -.05, .04, .6, .03, -.02, .3, .01);

  private static long amount(PqIndex index, double eta, double gamma, INDArray weights) {
    INDArray magnitudes = org.nd4j.linalg.ops.transforms.Transforms.abs(weights, true);
    return new SparsityInformed(index, eta, gamma, 0.9, AmountScope.GLOBAL)
        .amount(List.of(magnitudes), weights.length());
  }

  @Test
  void indicesOfTheCard() {
    assertEquals(0.055586, HALF.of(W), PRINTED);
    assertEquals(0.087129, ONE.of(W), PRINTED);
    assertEquals(0.380298, HALF.of(V), PRINTED);
    assertEquals(0.387144, ONE.of(V), PRINTED);
    assertEquals(0, HALF.of(Nd4j.createFromArray(1., -1, 1, 1)), 1e-15);
    assertEquals(0.75, HALF.of(Nd4j.createFromArray(0., 0, 3, 0)), 1e-15);
    assertEquals(0.380298, HALF.of(V.mul(7)), PRINTED);
    assertEquals(0.380298, HALF.of(Nd4j.concat(0, V, V)), PRINTED);
    assertEquals(0.044916, HALF.of(Nd4j.createFromArray(.9, .6, .3)), PRINTED);
    assertEquals(0.641844, HALF.of(Nd4j.createFromArray(.9, 0, 0, .6, 0, 0, .3, 0)), PRINTED);
  }

  @Test
  void deadWeightsAreNotCounted() {
    double dead = Double.NEGATIVE_INFINITY;
    INDArray scores = Nd4j.createFromArray(.9, dead, dead, .6, dead, dead, .3, dead);
    assertEquals(0.044916, HALF.ofAlive(List.of(scores), 3), PRINTED);
  }

  @Test
  void amountsOfTheCard() {
    assertEquals(3.777657, HALF.leastKept(HALF.of(W), 4, 0), PRINTED);
    assertEquals(3.333333, ONE.leastKept(ONE.of(W), 4, 0), PRINTED);
    assertEquals(4.957614, HALF.leastKept(HALF.of(V), 8, 0), PRINTED);
    assertEquals(3.004741, ONE.leastKept(ONE.of(V), 8, 0), PRINTED);
    assertEquals(2.483257, ONE.leastKept(ONE.of(V), 8, 0.1), PRINTED);
    assertEquals(4.097202, HALF.leastKept(HALF.of(V), 8, 0.1), PRINTED);
    assertEquals(0, amount(HALF, 0, 1, W));
    assertEquals(0, amount(ONE, 0, 1, W));
    assertEquals(3, amount(HALF, 0, 1, V));
    assertEquals(4, amount(ONE, 0, 1, V));
    assertEquals(5, amount(ONE, 0, 1.2, V));
    assertEquals(5, amount(ONE, 0.1, 1, V));
    assertEquals(3, amount(HALF, 0.1, 1, V));
    INDArray magnitudes = org.nd4j.linalg.ops.transforms.Transforms.abs(V, true);
    SparsityInformed code = new SparsityInformed(ONE, 0, 1, 0.9, AmountScope.GLOBAL, true);
    assertEquals(4, code.amount(List.of(magnitudes), 8));
    // Rounded up, 4.96 becomes 5 of 8, and 8·(1 − 3.78/4) stays below 1 for w.
    SparsityInformed half = new SparsityInformed(HALF, 0, 1, 0.9, AmountScope.GLOBAL, true);
    assertEquals(3, half.amount(List.of(magnitudes), 8));
    // Where the bound is just below a whole number, rounding it up takes one weight from the
    // amount.
    INDArray steep = Nd4j.createFromArray(1., 1, 1, 0.55, 0.01);
    long real = new SparsityInformed(ONE, 0, 1.8, 0.9, null).amount(List.of(steep), 5);
    long rounded = new SparsityInformed(ONE, 0, 1.8, 0.9, null, true).amount(List.of(steep), 5);
    assertEquals(1, real - rounded);
  }

  @Test
  void gammaGoesFromNothingToTheMost() {
    assertEquals(0, amount(HALF, 0, 0, V));
    assertEquals((long) (0.9 * 8), amount(HALF, 0, 1e9, V));
    assertEquals(0, amount(HALF, 0, 1e3, Nd4j.ones(8)));
  }

  @Test
  void theBoundHoldsForEverySplitAndIsTight() {
    Random random = new Random(11);
    double tightest = 0;
    for (int round = 0; round < 2_000; round++) {
      double[] weights = heavyTailed(random);
      INDArray vector = Nd4j.createFromArray(weights);
      Double[] sorted = Arrays.stream(weights).boxed().toArray(Double[]::new);
      Arrays.sort(sorted, Comparator.reverseOrder());
      for (PqIndex index : List.of(HALF, ONE, new PqIndex(0.2, 1.5))) {
        double value = index.of(vector);
        double most = 1 - Math.pow(weights.length, 1 / index.q() - 1 / index.p());
        assertTrue(value >= 0 && value <= most + 1e-12);
        double all = Arrays.stream(sorted).mapToDouble(w -> Math.pow(w, index.p())).sum();
        double top = 0;
        for (int r = 1; r <= weights.length; r++) {
          top += Math.pow(sorted[r - 1], index.p());
          double rest = Math.max(0, all - top);
          double bound = index.leastKept(value, weights.length, rest / top);
          assertTrue(bound <= r + 1e-7);
          tightest = Math.max(tightest, bound / r);
        }
      }
    }
    assertEquals(1.0000, tightest, 5e-5);
  }

  /** 2 to 40 magnitudes; now and then all are equal, where the bound is met. */
  private static double[] heavyTailed(Random random) {
    int length = 2 + random.nextInt(39);
    double power = random.nextInt(20) == 0 ? 0 : 1.5;
    return random.doubles(length).map(x -> Math.pow(1 / (x + 1e-3), power)).toArray();
  }

  @Property(tries = 100)
  void scaleSignOrderAndCopiesDoNotMatter(@ForAll Random random) {
    double[] weights = heavyTailed(random);
    INDArray vector = Nd4j.createFromArray(weights);
    double[] signed = Arrays.stream(weights).map(w -> random.nextBoolean() ? w : -w).toArray();
    Integer[] order =
        java.util.stream.IntStream.range(0, weights.length).boxed().toArray(Integer[]::new);
    java.util.Collections.shuffle(Arrays.asList(order), random);
    double[] shuffled = Arrays.stream(order).mapToDouble(i -> signed[i]).toArray();
    for (PqIndex index : List.of(HALF, ONE, new PqIndex(0.2, 1.5))) {
      double value = index.of(vector);
      assertEquals(value, index.of(vector.mul(1e-7)), 1e-12);
      assertEquals(value, index.of(vector.mul(7e5)), 1e-12);
      assertEquals(value, index.of(Nd4j.createFromArray(shuffled)), 1e-12);
      assertEquals(value, index.of(Nd4j.concat(0, vector, vector)), 1e-12);
    }
  }

  @Test
  void smallExponentsAndShortTypesStayInRange() {
    PqIndex small = new PqIndex(0.1, 1);
    Nd4j.getRandom().setSeed(3);
    INDArray weights = Nd4j.randn(DataType.DOUBLE, 200_000);
    double value = small.of(weights);
    // Σ|w|^0.1 to the power of 10 is far beyond what a float can hold.
    assertEquals(value, small.of(weights.castTo(DataType.FLOAT)), 1e-6);
    assertEquals(value, small.of(weights.castTo(DataType.FLOAT16)), 1e-3);
    assertEquals(value, small.of(weights.mul(1e-30).castTo(DataType.FLOAT)), 1e-6);
  }

  @Test
  void gaussianWeightsGiveTheKnownIndices() {
    Nd4j.getRandom().setSeed(5);
    INDArray gaussian = Nd4j.randn(DataType.DOUBLE, 400_000);
    assertEquals(0.153, HALF.of(gaussian), 2e-3);
    assertEquals(0.202, ONE.of(gaussian), 2e-3);
    // Of (1, 2) the first round takes 36 %.
    assertEquals(0.36, 1 - ONE.leastKept(ONE.of(gaussian), 1, 0), 5e-3);
  }

  @Test
  void theAskedSparsityIsTheMost() {
    INDArray scores = org.nd4j.linalg.ops.transforms.Transforms.abs(V, true);
    long[][] shape = {{1, 8}};
    SparsityInformed all = new SparsityInformed(AmountScope.GLOBAL);
    SparsityInformed each = new SparsityInformed(AmountScope.LAYER);
    for (SparsityInformed allocation : List.of(all, each)) {
      for (double sparsity : new double[] {0, 0.125, 0.25, 0.375, 0.9}) {
        Request request =
            new Request(Shapes.parameters(shape), new long[] {8}, sparsity, i -> scores);
        assertEquals(
            Math.min(3, Math.round(8 * sparsity)), allocation.allocate(request).get(0).zeros());
      }
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PqIndex(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new PqIndex(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new PqIndex(1, Double.POSITIVE_INFINITY));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparsityInformed(HALF, -1, 1, 0.9, AmountScope.GLOBAL));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparsityInformed(HALF, 0, -1, 0.9, AmountScope.GLOBAL));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparsityInformed(HALF, 0, 1, 1, AmountScope.GLOBAL));
    assertThrows(
        IllegalArgumentException.class, () -> HALF.of(Nd4j.createFromArray(1., Double.NaN)));
  }
}
