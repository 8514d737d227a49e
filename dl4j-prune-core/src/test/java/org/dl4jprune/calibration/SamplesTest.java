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
package org.dl4jprune.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class SamplesTest {

  /** Example i has the feature i and the class i mod 3; class 2 has one example fewer. */
  private static DataSet data(int count) {
    INDArray features = Nd4j.arange(count).castTo(DataType.DOUBLE).reshape(count, 1);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, count, 3);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(features, labels);
  }

  private static double[] features(List<MultiDataSet> sample) {
    INDArray features = sample.get(0).getFeatures(0);
    return features.reshape(new long[] {features.length()}).toDoubleVector();
  }

  @Test
  void everyClassGivesAsMany() {
    List<MultiDataSet> sample =
        Samples.perClass(new ListDataSetIterator<>(data(50).asList(), 7), 4, 9);
    double[] drawn = features(sample);
    assertEquals(12, Arrays.stream(drawn).distinct().count());
    INDArray labels = sample.get(0).getLabels(0);
    for (int i = 0; i < drawn.length; i++) {
      assertEquals(i / 4, (int) drawn[i] % 3);
      assertEquals(1, labels.getDouble(i, i / 4));
    }
    assertTrue(Arrays.stream(drawn).anyMatch(example -> example > 20));
  }

  @Test
  void theSeedDecides() {
    assertArrayEquals(
        features(Samples.perClass(data(50), 4, 9)), features(Samples.perClass(data(50), 4, 9)), 0);
    assertTrue(
        !Arrays.equals(
            features(Samples.perClass(data(50), 4, 9)),
            features(Samples.perClass(data(50), 4, 10))));
  }

  @Test
  void aClassThatIsTooSmallIsNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Samples.perClass(data(11), 4, 1))
            .getMessage();
    assertTrue(message.contains("Class 2 has 3 examples"), message);
    assertThrows(IllegalArgumentException.class, () -> Samples.perClass(data(11), 0, 1));
    DataSet unlabelled = new DataSet(Nd4j.rand(3, 2), null);
    assertThrows(IllegalArgumentException.class, () -> Samples.perClass(unlabelled, 1, 1));
  }
}
