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
package org.dl4jprune.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rows that are selected by themselves, against the selection of one vector. */
class RowSelectionProperties {

  @Property(tries = 200)
  void everyRowIsSelectedAsAVectorWouldBe(@ForAll Random random) {
    int rows = 1 + random.nextInt(6);
    int columns = 1 + random.nextInt(9);
    DataType type = random.nextBoolean() ? DataType.FLOAT : DataType.DOUBLE;
    // Few values, so that ties are common; dead ones among them.
    double[] values =
        random
            .doubles((long) rows * columns)
            .map(x -> x < 0.2 ? Double.NEGATIVE_INFINITY : Math.floor(5 * x) / 5)
            .toArray();
    INDArray scores = Nd4j.createFromArray(values).castTo(type);
    INDArray before = scores.dup();
    List<Long> zeros = new ArrayList<>();
    INDArray expected = scores.ulike();
    for (int row = 0; row < rows; row++) {
      zeros.add((long) random.nextInt(columns + 1));
      var place = NDArrayIndex.interval((long) row * columns, (row + 1L) * columns);
      expected
          .get(place)
          .assign(ExactSelection.keepLargest(scores.get(place).dup(), columns - zeros.get(row)));
    }
    INDArray mask = RowSelection.withoutSmallest(scores, zeros);
    assertEquals(type, mask.dataType());
    assertEquals(List.of(doubles(expected)), List.of(doubles(mask)));
    assertEquals(List.of(doubles(before)), List.of(doubles(scores)));
  }

  private static String doubles(INDArray array) {
    return java.util.Arrays.toString(array.toDoubleVector());
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    INDArray scores = Nd4j.ones(6);
    assertThrows(
        IllegalArgumentException.class,
        () -> RowSelection.withoutSmallest(scores, List.of(1L, 1L, 1L, 1L)));
    assertThrows(
        IllegalArgumentException.class,
        () -> RowSelection.withoutSmallest(scores, List.of(1L, 4L)));
    assertThrows(
        IllegalArgumentException.class, () -> RowSelection.withoutSmallest(scores, List.of()));
  }
}
