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
package org.dl4jprune.examples.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class FashionMnistTest {

  private static FashionMnist data;

  @BeforeAll
  static void readOnce() {
    data = FashionMnist.sample();
  }

  @Test
  void theSampleIsBalanced() {
    assertEquals(10_000, data.trainCount());
    assertEquals(2_000, data.testCount());
    INDArray train = data.train(10_000, 1).next().getLabels().sum(0);
    INDArray test = data.test(2_000).next().getLabels().sum(0);
    assertArrayEquals(filled(1_000), train.toFloatVector());
    assertArrayEquals(filled(200), test.toFloatVector());
  }

  @Test
  void imagesAreFlatRowsBetweenZeroAndOne() {
    DataSet batch = data.test(2_000).next();
    assertArrayEquals(new long[] {2_000, 784}, batch.getFeatures().shape());
    assertArrayEquals(new long[] {2_000, 10}, batch.getLabels().shape());
    assertEquals(DataType.FLOAT, batch.getFeatures().dataType());
    assertEquals(0, batch.getFeatures().minNumber().floatValue());
    assertEquals(1, batch.getFeatures().maxNumber().floatValue());
    // The set's first test image is an ankle boot, its second a pullover.
    assertEquals(1, batch.getLabels().getFloat(0, 9));
    assertEquals(1, batch.getLabels().getFloat(1, 2));
  }

  @Test
  void everyEpochHoldsEveryImageOnceInAnotherOrder() {
    FashionMnist small = data.limit(100);
    DataSetIterator iterator = small.train(32, 7);
    List<DataSet> first = batches(iterator);
    assertFalse(iterator.hasNext());
    assertThrows(NoSuchElementException.class, iterator::next);
    iterator.reset();
    List<DataSet> second = batches(iterator);
    assertEquals(4, first.size());
    assertEquals(4, first.get(3).numExamples());
    assertNotEquals(first, second);
    double mass =
        DataSet.merge(first).getFeatures().castTo(DataType.DOUBLE).sumNumber().doubleValue();
    assertEquals(
        mass,
        DataSet.merge(second).getFeatures().castTo(DataType.DOUBLE).sumNumber().doubleValue(),
        1e-6);
  }

  @Test
  void oneSeedGivesTheSameBits() {
    FashionMnist small = data.limit(100);
    DataSetIterator one = small.train(32, 7);
    DataSetIterator other = small.train(32, 7);
    for (int epoch = 0; epoch < 3; epoch++) {
      float[] expected = values(one);
      assertArrayEquals(expected, values(other));
      assertArrayEquals(expected, values(small.train(32, 7, epoch)));
      assertFalse(Arrays.equals(expected, values(small.train(32, 8, epoch))));
      one.reset();
      other.reset();
    }
  }

  @Test
  void resettingBeforeTheFirstBatchChangesNothing() {
    FashionMnist small = data.limit(100);
    DataSetIterator untouched = small.train(32, 7);
    DataSetIterator reset = small.train(32, 7);
    reset.reset();
    assertArrayEquals(values(untouched), values(reset));
  }

  @Test
  void preprocessorsWorkOnCopies() {
    DataSetIterator iterator = data.test(10);
    iterator.setPreProcessor(batch -> batch.getFeatures().muli(0));
    assertEquals(0, iterator.next().getFeatures().sumNumber().doubleValue());
    assertTrue(data.test(10).next().getFeatures().sumNumber().doubleValue() > 0);
  }

  @Test
  void mistakesAreNamedWithTheirMend() {
    refuse(() -> data.train(0, 1), "batch size 0");
    refuse(() -> data.train(1, 1, -1), "epoch -1");
    refuse(() -> data.limit(10_001), "cannot keep 10001 of 10000 training images");
    refuse(() -> data.limit(0), "give a number from 1 to 10000");
  }

  private static List<DataSet> batches(DataSetIterator iterator) {
    List<DataSet> batches = new ArrayList<>();
    iterator.forEachRemaining(batches::add);
    return batches;
  }

  /** An epoch's features and labels as plain numbers: array equality would allow for rounding. */
  private static float[] values(DataSetIterator iterator) {
    DataSet all = DataSet.merge(batches(iterator));
    return Nd4j.hstack(all.getFeatures(), all.getLabels()).dup('c').data().asFloat();
  }

  private static float[] filled(float value) {
    float[] values = new float[10];
    Arrays.fill(values, value);
    return values;
  }

  private static void refuse(Runnable making, String message) {
    String said = assertThrows(IllegalArgumentException.class, making::run).getMessage();
    assertTrue(said.contains(message), said);
  }
}
