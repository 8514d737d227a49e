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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jprune.host.HostReads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

class ExactSelectionTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
  void keepsTheLargestAndTheFirstOfEqualScores(DataType type) {
    INDArray scores = Nd4j.createFromArray(2.0, 1.0, 2.0, 3.0, 2.0, -1.0).castTo(type);

    ExactSelection.Selection selection = ExactSelection.select(scores, 3);

    assertEquals(type, selection.mask().dataType());
    assertEquals(3, selection.ties());
    assertArrayEquals(new double[] {1, 0, 1, 1, 0, 0}, selection.mask().toDoubleVector());
  }

  @Test
  void nothingAllAndEmpty() {
    INDArray scores = Nd4j.createFromArray(2f, 1f, Float.NaN);

    assertArrayEquals(new float[3], ExactSelection.keepLargest(scores, 0).toFloatVector());
    assertArrayEquals(new float[] {1, 1, 1}, ExactSelection.keepLargest(scores, 3).toFloatVector());
    assertEquals(0, ExactSelection.keepLargest(Nd4j.create(DataType.FLOAT, 0), 0).length());
  }

  @Test
  void countsOutOfRangeAreNamed() {
    INDArray scores = Nd4j.createFromArray(2f, 1f);

    Exception tooMany =
        assertThrows(IllegalArgumentException.class, () -> ExactSelection.keepLargest(scores, 3));
    assertEquals("cannot keep 3 of 2 scores", tooMany.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ExactSelection.keepLargest(scores, -1));
    INDArray integers = Nd4j.createFromArray(2, 1);
    assertThrows(IllegalArgumentException.class, () -> ExactSelection.keepLargest(integers, 1));
  }

  @Test
  void anAllNanThresholdIsAnErrorAndNotALoop() {
    INDArray scores = Nd4j.createFromArray(Float.NaN, Float.NaN, 1f);

    assertThrows(IllegalArgumentException.class, () -> ExactSelection.keepLargest(scores, 1));
  }

  @Test
  void viewsAreSelectedAlone() {
    INDArray all = Nd4j.createFromArray(9f, 9f, 1f, 4f, 3f, 2f, 9f, 9f);
    INDArray column = Nd4j.createFromArray(new float[][] {{1, 9}, {4, 9}, {3, 9}}).getColumn(0);

    assertArrayEquals(
        new float[] {0, 1, 1, 0},
        ExactSelection.keepLargest(all.get(NDArrayIndex.interval(2, 6)), 2).toFloatVector());
    assertArrayEquals(
        new float[] {0, 1, 0, 0},
        ExactSelection.keepLargest(
                Nd4j.createFromArray(1f, 4f, 3f, 2f, 9f).get(NDArrayIndex.interval(0, 4)), 1)
            .toFloatVector());
    assertArrayEquals(new float[] {0, 1, 1}, ExactSelection.keepLargest(column, 2).toFloatVector());
  }

  @Test
  void worksInsideAWorkspaceAndTheMaskOutlivesIt() {
    INDArray mask;
    WorkspaceConfiguration configuration =
        WorkspaceConfiguration.builder().initialSize(1 << 20).build();
    MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "selection");
    try {
      Nd4j.createFromArray(7f, 7f);
      INDArray scores = Nd4j.createFromArray(1f, 4f, -3f, 2f);
      assertTrue(scores.isAttached());
      mask = ExactSelection.keepLargest(scores, 2);
    } finally {
      workspace.close();
    }
    assertArrayEquals(new float[] {0, 1, 0, 1}, mask.toFloatVector());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void aMillionScoresAgreeWithSorting(DataType type) {
    int length = 1_000_003;
    INDArray scores = Transforms.abs(Nd4j.rand(type, length), false).muli(1000);
    // Ties over the whole range, so that the split falls far from the start.
    INDArray coarse = Transforms.floor(scores, true);

    for (INDArray each : new INDArray[] {scores, coarse, coarse.sub(500)}) {
      double[] host = each.toDoubleVector();
      int keep = length / 3;
      assertArrayEquals(
          ExactSelectionProperties.reference(host, keep),
          ExactSelection.keepLargest(each, keep).toDoubleVector());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void hostReadsDoNotGrowWithTheNumberOfScores(DataType type) {
    assertEquals(readsFor(type, 1_000, false), readsFor(type, 1_000_000, false));
    assertEquals(readsFor(type, 1_000, true), readsFor(type, 1_000_000, true));
  }

  private static long readsFor(DataType type, int length, boolean tied) {
    INDArray scores = Transforms.abs(Nd4j.randn(type, length), false);
    if (tied) {
      scores = Transforms.floor(scores, false);
    }
    long before = HostReads.count();
    ExactSelection.keepLargest(scores, length / 2);
    return HostReads.count() - before;
  }
}
