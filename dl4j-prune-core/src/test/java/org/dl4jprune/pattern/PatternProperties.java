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

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Each pattern against a loop over a Java array. */
class PatternProperties {

  /** Few distinct values, both zeros among them, so that ties are common. */
  private static double[] scores(Geometry geometry, long seed) {
    Random random = new Random(seed);
    return random.doubles(geometry.size()).map(x -> Math.rint(6 * x - 3) * 0.5).toArray();
  }

  private static int index(Geometry geometry, int output, int input, int position) {
    return (int) ((output * geometry.inputs() + input) * geometry.positions() + position);
  }

  @Property(tries = 300)
  void nOfMKeepsTheBestOfEveryGroup(
      @ForAll Axis axis,
      @ForAll @IntRange(min = 1, max = 5) int group,
      @ForAll @IntRange(min = 1, max = 4) int groups,
      @ForAll @IntRange(min = 1, max = 5) int others,
      @ForAll @IntRange(min = 1, max = 4) int positions,
      @ForAll @IntRange(min = 1, max = 5) int kept,
      @ForAll long seed) {
    int n = Math.min(kept, group);
    int along = group * groups;
    Geometry geometry =
        axis == Axis.OUTPUT
            ? new Geometry(along, others, positions)
            : new Geometry(others, along, positions);
    NOfM pattern = new NOfM(n, group, axis);
    pattern.check("w", geometry);
    double[] scores = scores(geometry, seed);
    double[] mask = pattern.select(Nd4j.createFromArray(scores), geometry).toDoubleVector();
    for (int other = 0; other < others; other++) {
      for (int position = 0; position < positions; position++) {
        for (int start = 0; start < along; start += group) {
          int[] members = new int[group];
          for (int i = 0; i < group; i++) {
            members[i] =
                axis == Axis.OUTPUT
                    ? index(geometry, start + i, other, position)
                    : index(geometry, other, start + i, position);
          }
          int[] best =
              IntStream.range(0, group)
                  .boxed()
                  .sorted(
                      (a, b) -> Double.compare(scores[members[b]] + 0.0, scores[members[a]] + 0.0))
                  .limit(n)
                  .mapToInt(i -> members[i])
                  .toArray();
          for (int member : members) {
            double expected = Arrays.stream(best).anyMatch(b -> b == member) ? 1 : 0;
            assertEquals(expected, mask[member], "index " + member);
          }
        }
      }
    }
  }

  @Property(tries = 100)
  void nOfMRefusesAnAxisThatItDoesNotDivide(
      @ForAll Axis axis,
      @ForAll @IntRange(min = 2, max = 6) int group,
      @ForAll @IntRange(min = 1, max = 20) int along) {
    Geometry geometry = axis == Axis.OUTPUT ? new Geometry(along, 7, 1) : new Geometry(7, along, 1);
    NOfM pattern = new NOfM(1, group, axis);
    if (along % group == 0) {
      pattern.check("dense_1_W", geometry);
    } else {
      String message =
          assertThrows(IllegalArgumentException.class, () -> pattern.check("dense_1_W", geometry))
              .getMessage();
      assertTrue(message.contains("dense_1_W") && message.contains(Integer.toString(along)));
    }
  }

  @Property(tries = 300)
  void blocksPoolTheirOwnValuesOnly(
      @ForAll Pooling pooling,
      @ForAll @IntRange(min = 1, max = 7) int outputs,
      @ForAll @IntRange(min = 1, max = 5) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int positions,
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @IntRange(min = 1, max = 6) int width,
      @ForAll long seed) {
    Geometry geometry = new Geometry(outputs, inputs, positions);
    Block pattern = new Block(height, width, pooling);
    double[] scores = scores(geometry, seed);
    double[] pooled = pattern.pool(Nd4j.createFromArray(scores), geometry).toDoubleVector();
    assertEquals(pattern.units(geometry), pooled.length);
    int columns = inputs * positions;
    int bands = (columns + width - 1) / width;
    assertEquals((outputs + height - 1) / height * bands, pooled.length);
    for (int unit = 0; unit < pooled.length; unit++) {
      int block = unit;
      double[] members =
          IntStream.range(0, scores.length)
              .filter(i -> i / columns / height * bands + i % columns / width == block)
              .mapToDouble(i -> scores[i])
              .toArray();
      double expected =
          pooling == Pooling.MAX
              ? Arrays.stream(members).max().orElseThrow()
              : Arrays.stream(members).average().orElseThrow();
      assertEquals(expected, pooled[unit], 1e-12);
    }
  }

  @Property(tries = 300)
  void masksAreConstantOnUnitsAndSurviveExpandingAndPooling(
      @ForAll Pooling pooling,
      @ForAll @IntRange(max = 2) int kind,
      @ForAll @IntRange(min = 1, max = 7) int outputs,
      @ForAll @IntRange(min = 1, max = 5) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int positions,
      @ForAll @IntRange(min = 1, max = 5) int size,
      @ForAll long seed) {
    Geometry geometry = new Geometry(outputs, inputs, positions);
    Pattern pattern =
        switch (kind) {
          case 0 -> new Block(size, 6 - size, pooling);
          case 1 -> new Channels(Axis.OUTPUT, pooling);
          default -> new Channels(Axis.INPUT, pooling);
        };
    Random random = new Random(seed);
    double[] units =
        IntStream.range(0, (int) pattern.units(geometry))
            .mapToDouble(i -> random.nextInt(2))
            .toArray();
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      double[] back =
          pattern
              .pool(pattern.expand(Nd4j.createFromArray(units).castTo(type), geometry), geometry)
              .toDoubleVector();
      assertArrayEquals(units, back);
    }
  }

  @Property(tries = 200)
  void channelsPoolOneOutputOrOneInput(
      @ForAll Axis axis,
      @ForAll Pooling pooling,
      @ForAll @IntRange(min = 1, max = 5) int outputs,
      @ForAll @IntRange(min = 1, max = 5) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int positions,
      @ForAll long seed) {
    Geometry geometry = new Geometry(outputs, inputs, positions);
    Channels pattern = new Channels(axis, pooling);
    double[] scores = scores(geometry, seed);
    double[] pooled = pattern.pool(Nd4j.createFromArray(scores), geometry).toDoubleVector();
    assertEquals(axis == Axis.OUTPUT ? outputs : inputs, pooled.length);
    for (int unit = 0; unit < pooled.length; unit++) {
      int slice = unit;
      double[] members =
          IntStream.range(0, scores.length)
              .filter(
                  i ->
                      slice
                          == (axis == Axis.OUTPUT
                              ? i / (inputs * positions)
                              : i / positions % inputs))
              .mapToDouble(i -> scores[i])
              .toArray();
      assertEquals(
          pooling == Pooling.MAX
              ? Arrays.stream(members).max().orElseThrow()
              : Arrays.stream(members).average().orElseThrow(),
          pooled[unit],
          1e-12);
    }
  }

  @Example
  void impossibleSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new NOfM(0, 4, Axis.INPUT));
    assertThrows(IllegalArgumentException.class, () -> new NOfM(5, 4, Axis.INPUT));
    assertThrows(IllegalArgumentException.class, () -> new Block(0, 4, Pooling.MAX));
    assertThrows(IllegalArgumentException.class, () -> new Channels(null, Pooling.MAX));
  }
}
