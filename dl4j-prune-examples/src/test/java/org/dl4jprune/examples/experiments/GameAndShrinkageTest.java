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
package org.dl4jprune.examples.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The studies of the pruning game and of soft shrinkage at a size that a test can wait for. */
class GameAndShrinkageTest {

  @Test
  void theGameIsPlayed() {
    List<Case> cases = new ParticipationStudy(FashionMnist.sample().limit(128)).cases(List.of(1L));
    assertEquals(6, cases.size());
    Map<String, Double> row = cases.get(0).measure().get();
    assertTrue(row.get("neurons 1") >= 1 && row.get("neurons 1") <= 256);
    assertTrue(row.get("L2") > 0 && row.get("L2") <= 100);
    assertTrue(row.get("same widths") > 0 && row.get("accuracy") > 0);
  }

  @Test
  void everyMethodOfSuperResolutionRuns() {
    List<Case> cases =
        new SuperResolution(FashionMnist.sample().limit(64), 30, 6, 3).cases(List.of(1L));
    assertEquals(2, cases.size());
    Map<String, Double> row = cases.get(0).measure().get();
    assertEquals(11, row.size());
    row.forEach((column, value) -> assertTrue(Double.isFinite(value), column));
    assertTrue(row.get("bicubic") > 17 && row.get("bicubic") < 22, row.toString());
  }

  @Test
  void aPerfectPredictionIsTheImageAndABlankOneHasNoError() {
    DataSetIterator batches = FashionMnist.sample().train(4, 1);
    INDArray images = batches.next(4).getFeatures().dup();
    DataSet pairs = new DataSet(images.dup(), images.dup());
    new Downscaled().preProcess(pairs);
    assertTrue(Downscaled.decibels(images, pairs.getLabels()) > 100);
    // Interpolation keeps a constant, borders included.
    INDArray grey = Nd4j.valueArrayOf(new long[] {2, 784}, 0.5f);
    DataSet flat = new DataSet(grey.dup(), grey.dup());
    new Downscaled().preProcess(flat);
    assertEquals(0, flat.getLabels().amaxNumber().doubleValue(), 1e-6);
    assertEquals(0.5, flat.getFeatures().meanNumber().doubleValue(), 1e-6);
  }

  @Test
  void theClassifierIsShrunk() {
    List<Case> cases =
        new SoftShrinkageInClassifier(FashionMnist.sample().limit(512)).cases(List.of(1L));
    assertEquals(2, cases.size());
    for (Case one : cases) {
      assertTrue(one.measure().get().get("95 % zeros") > 0);
    }
  }
}
