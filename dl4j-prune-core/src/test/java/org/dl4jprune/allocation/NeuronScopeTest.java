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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.Channels;
import org.dl4jprune.pattern.Pooling;
import org.dl4jprune.pattern.Unstructured;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Amounts for each neuron: the card's vectors as rows of one weight. */
class NeuronScopeTest {
  private static final double DEAD = Double.NEGATIVE_INFINITY;
  private static final SparsityInformed NEURONS = new SparsityInformed(AmountScope.NEURON);

  /** v of the card, 7·v, equal magnitudes, and v of which only weights 0, 3 and 6 are active. */
  private static final double[] ROWS = {
    .9, .05, .04, .6, .03, .02, .3, .01, 6.3, .35, .28, 4.2, .21, .14, 2.1, .07, 1, 1, 1, 1, 1, 1,
    1, 1, .9, DEAD, DEAD, .6, DEAD, DEAD, .3, DEAD
  };

  private static final List<Parameter> FOUR = Shapes.parameters(new long[] {4, 8});

  private static INDArray make(List<Parameter> parameters, double sparsity, double... scores) {
    return new MaskMaker(new Layout(parameters), new Unstructured())
        .make(Nd4j.createFromArray(scores), NEURONS, sparsity)
        .mask();
  }

  @Test
  void indicesOfTheCardRowByRow() {
    PqIndex.Rows rows = new PqIndex(0.5, 1).ofRows(Nd4j.createFromArray(ROWS).reshape('c', 4, 8));
    assertArrayEquals(new double[] {0.380298, 0.380298, 0, 0.044916}, rows.values(), 6e-7);
    assertArrayEquals(new long[] {8, 8, 8, 3}, rows.alive());
    PqIndex.Rows one = new PqIndex(1, 2).ofRows(Nd4j.createFromArray(ROWS).reshape('c', 4, 8));
    assertEquals(0.387144, one.values()[0], 6e-7);
  }

  @Test
  void aRowOfZerosADeadRowAndASingleWeightHaveIndexZero() {
    INDArray rows = Nd4j.createFromArray(new double[][] {{0, 0}, {DEAD, DEAD}, {3, DEAD}});
    PqIndex.Rows indices = new PqIndex(0.5, 1).ofRows(rows);
    assertArrayEquals(new double[3], indices.values());
    assertArrayEquals(new long[] {2, 0, 1}, indices.alive());
    INDArray column = Nd4j.createFromArray(new double[][] {{2}, {5}});
    assertArrayEquals(new double[2], new PqIndex(0.5, 1).ofRows(column).values(), 1e-15);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new PqIndex(0.5, 1)
                .ofRows(Nd4j.createFromArray(new double[][] {{1, Double.NaN}, {1, 1}})));
  }

  @Test
  void everyRowLosesItsOwnAmount() {
    // c = 3 of the card for the first two, 0 for equal magnitudes and for 3·0.0449.
    assertArrayEquals(
        new double[] {
          1, 1, 1, 1, 0, 0, 1, 0,
          1, 1, 1, 1, 0, 0, 1, 0,
          1, 1, 1, 1, 1, 1, 1, 1,
          1, 0, 0, 1, 0, 0, 1, 0
        },
        make(FOUR, 0.9, ROWS).toDoubleVector());
  }

  @Test
  void aTargetSharesWhatIsLeftOfTheAmounts() {
    // 5 are dead, so 8 zeros leave 3 to take from amounts of 3 and 3.
    double[] mask = make(FOUR, 8.0 / 32, ROWS).toDoubleVector();
    assertEquals(24, java.util.Arrays.stream(mask).sum());
    for (int i = 16; i < 32; i++) {
      assertEquals(ROWS[i] == DEAD ? 0 : 1, mask[i]);
    }
  }

  @Test
  void rowsOfSeveralParametersAreCountedOneAfterAnother() {
    List<Parameter> two = Shapes.parameters(new long[] {1, 8}, new long[] {2, 2, 2, 2});
    double[] scores = new double[24];
    System.arraycopy(ROWS, 16, scores, 0, 8);
    System.arraycopy(ROWS, 0, scores, 8, 16);
    double[] mask = make(two, 0.9, scores).toDoubleVector();
    assertArrayEquals(
        new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0},
        mask);
    MaskMaker.Choice choice =
        new MaskMaker(new Layout(two), new Unstructured())
            .make(Nd4j.createFromArray(scores), NEURONS, 0.9);
    assertEquals(Map.of(two.get(0), 0.0, two.get(1), 6.0 / 16), choice.asked());
  }

  @Test
  void aPatternOfLargerUnitsIsRefused() {
    MaskMaker channels = new MaskMaker(new Layout(FOUR), new Channels(Axis.OUTPUT, Pooling.MEAN));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> channels.make(Nd4j.createFromArray(ROWS), NEURONS, 0.5))
            .getMessage();
    assertTrue(message.contains("layer0_W") && message.contains("unstructured"), message);
  }

  @Test
  void scopesOfRowsAreCheckedAndAllocationsAreWritten() throws Exception {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Scope(FOUR, 3, List.of(0L), List.of(1L, 1L, 1L, 1L)));
    assertThrows(
        IllegalArgumentException.class, () -> new Scope(FOUR, 3, List.of(0L), List.of(3L)));
    ObjectMapper mapper = new ObjectMapper();
    Allocation given =
        new SparsityInformed(new PqIndex(1, 2), 0.1, 2, 0.5, AmountScope.NEURON, true);
    assertEquals(given, mapper.readValue(mapper.writeValueAsString(given), Allocation.class));
  }
}
