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
package org.dl4jprune.calibration.relevance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The numbers of the card lrp; weights of dense layers are [in, out] here. */
class LinearRulesTest {
  private static final double PRINTED = 6e-7;
  private static final LinearMap DENSE = new DenseMap();

  private static INDArray row(double... values) {
    return Nd4j.create(values, new long[] {1, values.length}, 'c');
  }

  private static INDArray weights(double[][] outputsByInputs) {
    return Nd4j.create(outputsByInputs).transpose().dup('c');
  }

  private static double[] host(INDArray array) {
    return array.dup('c').reshape(new long[] {array.length()}).toDoubleVector();
  }

  @Test
  void epsilonIsThatOfTheCard() {
    INDArray a = row(0.5, 1.5, 1.5);
    INDArray w = weights(new double[][] {{1, 2, -1}, {0.5, -1, 1}});
    INDArray b = Nd4j.create(new double[] {0.2, -0.1});
    assertArrayEquals(
        new double[] {0.227273, 1.363636, -0.681818},
        host(LinearRules.epsilon(DENSE, a, w, b, row(1, 0), 1e-6)),
        PRINTED);
    assertArrayEquals(
        new double[] {1.666656, -9.999933, 9.999933},
        host(LinearRules.epsilon(DENSE, a, w, b, row(0, 1), 1e-6)),
        PRINTED);
  }

  @Test
  void alphaOneBetaZeroIsThatOfTheCard() {
    INDArray a = row(1, 2);
    INDArray w = weights(new double[][] {{1, -0.5}, {0.5, 0.5}, {-1, 1.5}});
    assertArrayEquals(
        new double[] {0.681818, 0.227273},
        host(LinearRules.alphaBeta(DENSE, a, w, row(0.227273, 1.363636, -0.681818))),
        1.2e-6);
    assertArrayEquals(
        new double[] {-1.666656, 3.333311},
        host(LinearRules.alphaBeta(DENSE, a, w, row(1.666656, -9.999933, 9.999933))),
        1.2e-6);
    assertArrayEquals(
        new double[] {1.333333, 0.666667},
        host(
            LinearRules.alphaBeta(
                DENSE, row(1, -2), weights(new double[][] {{1, -1}, {2, 3}}), row(1, 1))),
        PRINTED);
  }

  @Test
  void theBoxRuleIsThatOfTheCard() {
    assertArrayEquals(
        new double[] {0.34, 0.66},
        host(
            LinearRules.box(
                DENSE,
                row(0.2, 0.9),
                weights(new double[][] {{1, -2}, {0.5, 1}}),
                row(0.6, 0.4),
                0,
                1)),
        PRINTED);
  }

  @Test
  void zeroDivisorsPassNothingAndMakeNoNaN() {
    INDArray a = row(0, 0);
    INDArray w = weights(new double[][] {{1, -1}, {2, 3}});
    assertArrayEquals(new double[2], host(LinearRules.alphaBeta(DENSE, a, w, row(1, 1))), 0);
    assertArrayEquals(
        new double[2], host(LinearRules.epsilon(DENSE, a, w, null, row(1, 1), 1e-6)), 0);
    assertArrayEquals(
        new double[2], host(LinearRules.box(DENSE, a, w.mul(0), row(1, 1), -1, 1)), 0);
    assertArrayEquals(
        new double[] {1.5, -2.5, 0.5}, host(LinearRules.stabilised(row(1, -2, 0), 0.5)), 0);
  }

  @ParameterizedTest
  @CsvSource({"0,1,0", "0,2,0", "0,1,1", "1,2,0", "1,1,1"})
  void aConvolutionAndItsTransposeAreAdjoint(int same, int stride, int channelsLast) {
    ConvolutionMap map =
        new ConvolutionMap(
            3,
            2,
            stride,
            stride,
            same == 1 ? 0 : 1,
            0,
            1,
            1,
            same,
            channelsLast,
            WeightsFormat.OIYX.ordinal());
    INDArray x =
        channelsLast == 1
            ? Nd4j.randn(DataType.DOUBLE, 2, 7, 6, 3)
            : Nd4j.randn(DataType.DOUBLE, 2, 3, 7, 6);
    INDArray w = Nd4j.randn(DataType.DOUBLE, 4, 3, 3, 2);
    INDArray y = map.apply(x, w);
    INDArray s = Nd4j.randn(DataType.DOUBLE, y.shape());
    double forward = y.mul(s).sumNumber().doubleValue();
    double backward = map.transposed(s, w, x.shape()).mul(x).sumNumber().doubleValue();
    assertEquals(forward, backward, 1e-9 * Math.max(1, Math.abs(forward)));
  }
}
