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
package org.dl4jprune.reconstruction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The card's numbers, and what holds of any problem. */
class LeastSquaresTest {
  private static final double DAMPING = 0.01;
  private static final double PRINTED = 6e-7;

  private static final double[][] X = {{1, 1, 0}, {1, 0, 1}, {0, 1, 1}, {1, 1, 1}, {2, 1, 0}};
  private static final double[][] B = {{1, 0}, {1, 1}, {0.5, -1}};

  private static INDArray products(INDArray x) {
    return x.transpose().mmul(x);
  }

  private static LeastSquares card() {
    return LeastSquares.of(products(Nd4j.createFromArray(X)), DAMPING, "card");
  }

  @Test
  void scoresOfTheCard() {
    try (LeastSquares problem = card()) {
      assertArrayEquals(
          new double[] {1.546268, 1.474468, 1.286267},
          problem.scores(Nd4j.createFromArray(B)),
          PRINTED);
    }
  }

  @Test
  void oneChannelOfTheCardIsCut() {
    try (LeastSquares problem = card()) {
      double[][] cut = problem.without(Nd4j.createFromArray(B), 2).toDoubleMatrix();
      assertArrayEquals(new double[] {1.003729, -0.007457}, cut[0], PRINTED);
      assertArrayEquals(new double[] {1.243431, 0.513137}, cut[1], PRINTED);
      assertArrayEquals(new double[2], cut[2], 0);
    }
  }

  @Test
  void twoChannelsOfTheCardAreCutByStaticScores() {
    INDArray b = Nd4j.createFromArray(B);
    try (LeastSquares problem = card()) {
      INDArray first = problem.without(b, 1, 2);
      assertArrayEquals(new double[] {1.709555, 0.283822}, first.toDoubleMatrix()[0], PRINTED);
      assertEquals(2.893123, loss(first), PRINTED);
      // What scoring anew after the first cut would have found.
      assertEquals(2.844304, loss(problem.without(b, 0, 2)), PRINTED);
      assertEquals(0, problem.relativeError(b, b), 0);
      assertTrue(
          problem.relativeError(b, first)
              < problem.relativeError(
                  b, b.mulColumnVector(LeastSquares.kept(new int[] {1, 2}, 3))));
      assertEquals(0, problem.without(b, 0, 1, 2).amaxNumber().doubleValue());
    }
  }

  /** Half of the squared change of the outputs, damping included. */
  private static double loss(INDArray cut) {
    INDArray change = cut.sub(Nd4j.createFromArray(B));
    return hessian(Nd4j.createFromArray(X)).mmul(change).mul(change).sumNumber().doubleValue() / 2;
  }

  private static INDArray hessian(INDArray x) {
    INDArray products = products(x);
    double level = Nd4j.diag(products).meanNumber().doubleValue();
    return products.add(Nd4j.eye(products.rows()).castTo(DataType.DOUBLE).mul(DAMPING * level));
  }

  @Property(tries = 40)
  void normalEquationsHold(
      @ForAll @IntRange(min = 2, max = 150) int rows,
      @ForAll @IntRange(min = 1, max = 6) int outputs,
      @ForAll long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray x = Nd4j.randn(DataType.DOUBLE, 1 + Math.abs(seed % 60), rows);
    INDArray b = Nd4j.randn(DataType.DOUBLE, rows, outputs);
    Random random = new Random(seed);
    int[] gone = IntStream.range(0, rows).filter(i -> random.nextBoolean()).toArray();
    if (gone.length == rows) {
      return;
    }
    int[] kept =
        IntStream.range(0, rows).filter(i -> IntStream.of(gone).noneMatch(g -> g == i)).toArray();
    try (LeastSquares problem = LeastSquares.of(products(x), DAMPING, "random")) {
      INDArray cut = problem.without(b, gone);
      if (gone.length == 0) {
        assertEquals(0, cut.sub(b).amaxNumber().doubleValue());
        return;
      }
      INDArray h = hessian(x);
      // H_KK·B_K = (H·B)_K, as the rows P are zero.
      INDArray left = h.mmul(cut).getRows(kept);
      INDArray right = h.mmul(b).getRows(kept);
      double scale = Math.max(1, right.amaxNumber().doubleValue());
      assertEquals(0, left.sub(right).amaxNumber().doubleValue(), 1e-8 * scale);
      assertEquals(0, cut.getRows(gone).amaxNumber().doubleValue());
    }
  }

  @Property(tries = 20)
  void orthogonalInputsLeavePlainRemoval(
      @ForAll @IntRange(min = 2, max = 20) int rows, @ForAll long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray b = Nd4j.randn(DataType.DOUBLE, rows, 3);
    INDArray sizes = Nd4j.rand(DataType.DOUBLE, rows).addi(0.5);
    try (LeastSquares problem = LeastSquares.of(Nd4j.diag(sizes), DAMPING, "diagonal")) {
      int[] gone = {rows / 2};
      INDArray plain = b.mulColumnVector(LeastSquares.kept(gone, rows));
      assertEquals(0, problem.without(b, gone).sub(plain).amaxNumber().doubleValue(), 1e-12);
    }
  }

  @Test
  void whatIsNoCorrelationIsRefused() {
    INDArray products = Nd4j.createFromArray(new double[][] {{1, 2}, {2, 1}});
    assertTrue(
        assertThrows(IllegalStateException.class, () -> LeastSquares.of(products, DAMPING, "fc2_W"))
            .getMessage()
            .contains("raise the damping"));
  }

  @Test
  void deadInputsAreRefused() {
    for (double value : new double[] {0, Double.NaN}) {
      INDArray products = Nd4j.createFromArray(new double[][] {{value, 0}, {0, value}});
      assertTrue(
          assertThrows(
                  IllegalStateException.class, () -> LeastSquares.of(products, DAMPING, "fc2_W"))
              .getMessage()
              .contains("fc2_W"));
    }
  }
}
