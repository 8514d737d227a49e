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
package org.dl4jprune.federated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class DirichletPartitionTest {
  private static final double[] CLASSES = IntStream.range(0, 200).mapToDouble(i -> i % 4).toArray();

  @Property(tries = 50)
  void everyRowGoesToOneClient(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int clients) {
    int[][] parts = DirichletPartition.split(CLASSES, 4, clients, 0.5, seed);
    int[] all = Arrays.stream(parts).flatMapToInt(Arrays::stream).sorted().toArray();
    assertArrayEquals(IntStream.range(0, 200).toArray(), all);
    assertTrue(Arrays.stream(parts).allMatch(part -> part.length > 0));
    assertTrue(Arrays.deepEquals(parts, DirichletPartition.split(CLASSES, 4, clients, 0.5, seed)));
  }

  /** The mean over clients of the share of their most frequent class. */
  private static double concentration(double alpha) {
    int[][] parts = DirichletPartition.split(CLASSES, 4, 5, alpha, 8);
    return Arrays.stream(parts)
        .mapToDouble(
            part ->
                (double)
                        IntStream.range(0, 4)
                            .map(c -> (int) Arrays.stream(part).filter(i -> i % 4 == c).count())
                            .max()
                            .getAsInt()
                    / part.length)
        .average()
        .getAsDouble();
  }

  @Test
  void aSmallAlphaSeparatesClasses() {
    assertTrue(concentration(0.1) > 0.6, "%s".formatted(concentration(0.1)));
    assertEquals(0.25, concentration(10_000), 0.03);
  }

  @Test
  void passesHaveOrdersOfTheirOwn() {
    DataSet images = new DataSet(Nd4j.rand(30, 2, 3, 3), Federation.data(30, 4, 1).getLabels());
    List<OrderedData> parts = DirichletPartition.of(images, 2, 5, 4, 1);
    OrderedData one = parts.get(0);
    INDArray first = one.next().getFeatures();
    assertArrayEquals(new long[] {4, 2, 3, 3}, first.shape());
    INDArray second = one.next().getFeatures();
    one.begin(0);
    assertEquals(first, one.next().getFeatures());
    one.reset();
    assertFalse(first.equals(one.next().getFeatures()));
    one.begin(0);
    one.reset();
    assertEquals(first, one.next().getFeatures(), "a pass of which nothing was drawn stays");
    assertEquals(second, one.next().getFeatures());
    long rows = 0;
    for (OrderedData part : parts) {
      part.begin(3);
      while (part.hasNext()) {
        rows += part.next().numExamples();
      }
    }
    assertEquals(30, rows);
    List<OrderedData> again = DirichletPartition.of(parts.get(0), 1, 1, 1);
    assertEquals(4, again.get(0).batch());
  }

  @Test
  void badNumbersAreRefused() {
    DataSet data = Federation.data(9, 4, 1);
    for (Runnable bad :
        List.<Runnable>of(
            () -> DirichletPartition.of(data, 0, 1, 4, 1),
            () -> DirichletPartition.of(data, 10, 1, 4, 1),
            () -> DirichletPartition.of(data, 2, 0, 4, 1),
            () -> DirichletPartition.of(data, 2, Double.NaN, 4, 1),
            () -> DirichletPartition.of(data, 2, 1, 0, 1),
            () -> DirichletPartition.of(data, 9, 1e-3, 4, 1),
            () -> DirichletPartition.of(new DataSet(data.getFeatures(), null), 2, 1, 4, 1))) {
      assertThrows(IllegalArgumentException.class, bad::run);
    }
  }
}
