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

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.host.HostBytes;
import org.dl4jprune.schedule.BlockOrder;
import org.dl4jprune.schedule.Cosine;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The layer of card fedtiny. */
class SparseGrowthTest {
  private static final INDArray MASK = Nd4j.createFromArray(1f, 0, 1, 0, 0, 1, 0, 1);
  private static final INDArray VALUES = Nd4j.createFromArray(.5f, 0, -.05f, 0, 0, .2f, 0, -.8f);
  private static final INDArray FIRST = Nd4j.createFromArray(9f, .30f, 9, -.28f, .27f, 9, .05f, 9);
  private static final INDArray SECOND = Nd4j.createFromArray(9f, -.20f, 9, .30f, .28f, 9, -.8f, 9);
  private static final double[] WEIGHTS = {.75, .25};

  private static List<SparseGradient> sent(long most) {
    return List.of(
        SparseTopGradient.of(FIRST, MASK, most), SparseTopGradient.of(SECOND, MASK, most));
  }

  private static float[] swapped(int... grown) {
    return HostBytes.floats(ExactSwap.swap(MASK, VALUES, grown));
  }

  @Test
  void fractionsOfTheCard() {
    Cosine fraction = new Cosine(0, 500, 0.3, 0);
    assertEquals(0.3, fraction.at(0));
    assertEquals(0.292658, fraction.at(50), 5e-7);
    assertEquals(0.15, fraction.at(250), 1e-15);
    assertEquals(0, fraction.at(500));
  }

  @Test
  void oneWeightOfTheCard() {
    List<SparseGradient> sent = sent(1);
    assertArrayEquals(new int[] {1}, sent.get(0).indices());
    assertArrayEquals(new int[] {6}, sent.get(1).indices());
    SortedMap<Integer, Double> average = SparseGradient.average(sent, WEIGHTS);
    assertEquals(0.225, average.get(1), 1e-7);
    assertEquals(-0.2, average.get(6), 1e-7);
    int[] grown = SparseGradient.largest(average, 1);
    assertArrayEquals(new int[] {1}, grown);
    assertArrayEquals(new float[] {1, 1, 0, 0, 0, 1, 0, 1}, swapped(grown));
  }

  @Test
  void twoWeightsOfTheCard() {
    SortedMap<Integer, Double> average = SparseGradient.average(sent(2), WEIGHTS);
    assertEquals(0.225, average.get(1), 1e-7);
    assertEquals(-0.135, average.get(3), 1e-7);
    assertEquals(-0.2, average.get(6), 1e-7);
    int[] grown = SparseGradient.largest(average, 2);
    assertArrayEquals(new int[] {1, 6}, grown);
    assertArrayEquals(new float[] {1, 1, 0, 0, 0, 0, 1, 1}, swapped(grown));
  }

  @Test
  void withAllPositionsItIsTheDenseAverage() {
    SortedMap<Integer, Double> average = SparseGradient.average(sent(100), WEIGHTS);
    INDArray dense = FIRST.mul(.75).addi(SECOND.mul(.25));
    assertEquals(java.util.Set.of(1, 3, 4, 6), average.keySet());
    average.forEach((index, value) -> assertEquals(dense.getDouble(index), value, 1e-7));
    assertArrayEquals(new int[] {4}, SparseGradient.largest(average, 1), "0.2725 is the largest");
  }

  @Test
  void tiesGoToTheLowerIndexAndNobodyGrowsUnsent() {
    INDArray equal = Nd4j.createFromArray(1f, 1, 1, -1, 1, 1, 1, 1);
    assertArrayEquals(new int[] {1, 3}, SparseTopGradient.of(equal, MASK, 2).indices());
    SortedMap<Integer, Double> average = new TreeMap<>(Map.of(5, -1.0, 2, 1.0, 7, 1.0));
    assertArrayEquals(new int[] {2, 5}, SparseGradient.largest(average, 2));
    assertArrayEquals(new int[] {2, 5, 7}, SparseGradient.largest(average, 9));
    INDArray same = Nd4j.createFromArray(.5f, 0, .5f, 0, 0, .5f, 0, .5f);
    assertArrayEquals(
        new float[] {1, 0, 1, 1, 0, 1, 0, 0},
        HostBytes.floats(ExactSwap.swap(MASK, same, new int[] {3})));
    assertEquals(0, SparseTopGradient.of(FIRST, MASK, 0).indices().length);
    assertEquals(0, SparseTopGradient.of(FIRST, MASK.dup().assign(1), 3).indices().length);
  }

  @Property(tries = 50)
  void piecesAndTheWholeKeepTheSame(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int most) {
    Nd4j.getRandom().setSeed(seed);
    INDArray mask = Nd4j.rand(100).gt(0.6).castTo(VALUES.dataType());
    INDArray gradient = Nd4j.rand(100).subi(0.5).muli(8);
    Nd4j.exec(new org.nd4j.linalg.api.ops.impl.transforms.same.Round(gradient, gradient));
    SparseGradient whole = SparseTopGradient.of(gradient, mask, most);
    SparseTopGradient running = new SparseTopGradient(most);
    for (int from = 0; from < 100; from += 30) {
      int to = Math.min(100, from + 30);
      running.offer(
          from,
          gradient.get(NDArrayIndex.interval(from, to)),
          mask.get(NDArrayIndex.interval(from, to)));
    }
    assertArrayEquals(whole.indices(), running.largest().indices());
    assertArrayEquals(whole.values(), running.largest().values());
    BitSet kept = BitSet.valueOf(HostBits.pack(mask));
    assertEquals(Math.min(most, 100 - kept.cardinality()), whole.indices().length);
    for (int index : whole.indices()) {
      assertTrue(!kept.get(index));
    }
  }

  @Test
  void badListsAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new SparseGradient(new int[] {1}, new float[2]));
    assertThrows(
        IllegalArgumentException.class, () -> new SparseGradient(new int[] {3, 3}, new float[2]));
    assertThrows(IllegalArgumentException.class, () -> ExactSwap.swap(MASK, VALUES, new int[] {0}));
    assertThrows(
        IllegalArgumentException.class,
        () -> ExactSwap.swap(MASK, VALUES, new int[] {0, 1, 2, 3, 4}));
  }

  @Test
  void blocksTakeTurns() {
    int[] backward = {2, 1, 0, 2};
    int[] forward = {0, 1, 2, 0};
    for (int turn = 0; turn < 4; turn++) {
      assertEquals(backward[turn], BlockOrder.BACKWARD.block(turn, 3));
      assertEquals(forward[turn], BlockOrder.FORWARD.block(turn, 3));
    }
  }
}
