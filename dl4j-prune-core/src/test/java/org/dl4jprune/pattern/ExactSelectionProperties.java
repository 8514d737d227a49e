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

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExactSelectionProperties {

  enum Values {
    GAUSSIAN {
      @Override
      double next(Random random) {
        return random.nextGaussian();
      }
    },
    MAGNITUDE {
      @Override
      double next(Random random) {
        return Math.abs(random.nextGaussian());
      }
    },
    HEAVY_TAILED {
      @Override
      double next(Random random) {
        return Math.pow(10, random.nextDouble(-38, 38)) * (random.nextBoolean() ? 1 : -1);
      }
    },
    DENORMAL {
      @Override
      double next(Random random) {
        return random.nextInt(-9, 10) * (double) Float.MIN_VALUE;
      }
    },
    TIED {
      @Override
      double next(Random random) {
        return random.nextInt(4) - 2;
      }
    },
    MOSTLY_ZERO {
      @Override
      double next(Random random) {
        return random.nextInt(3) > 0 ? 0.0 * random.nextInt(-1, 2) : random.nextGaussian();
      }
    },
    WITH_INFINITIES {
      @Override
      double next(Random random) {
        double finite = random.nextInt(-4, 5);
        return random.nextInt(3) == 0 ? Math.copySign(Double.POSITIVE_INFINITY, finite) : finite;
      }
    },
    NEIGHBOURS {
      @Override
      double next(Random random) {
        return Float.intBitsToFloat(Float.floatToIntBits(0.7f) + random.nextInt(50));
      }
    },
    ALL_EQUAL {
      @Override
      double next(Random random) {
        return -0.25;
      }
    };

    abstract double next(Random random);
  }

  @Property(tries = 1500)
  void agreesWithSorting(
      @ForAll Values values,
      @ForAll @IntRange(max = 5000) int length,
      @ForAll @DoubleRange(max = 1) double kept,
      @ForAll boolean wide,
      @ForAll boolean fewBins,
      @ForAll long seed) {
    Random random = new Random(seed);
    DataType type = wide ? DataType.DOUBLE : DataType.FLOAT;
    double[] drawn = IntStream.range(0, length).mapToDouble(i -> values.next(random)).toArray();
    double[] host = wide ? drawn : asFloats(drawn);
    int keep = (int) Math.round(kept * length);
    INDArray scores = arrayOf(host, type);

    ExactSelection.Selection selection =
        ExactSelection.select(scores, keep, fewBins ? 8_192 : 65_536);

    double[] expected = reference(host, keep);
    assertEquals(type, selection.mask().dataType());
    assertArrayEquals(new long[] {length}, selection.mask().shape());
    assertEquals(0, Arrays.mismatch(expected, vectorOf(selection.mask())) + 1);
    assertEquals(ties(host, expected, keep), selection.ties());
    assertEquals(0, Arrays.mismatch(host, vectorOf(scores)) + 1);
  }

  /** Sorts on the host: by score, descending, and then by index. */
  static double[] reference(double[] scores, int keep) {
    double[] mask = new double[scores.length];
    IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -(scores[i] + 0.0) + 0.0))
        .limit(keep)
        .forEach(i -> mask[i] = 1);
    return mask;
  }

  private static long ties(double[] scores, double[] mask, int keep) {
    if (keep == 0 || keep == scores.length) {
      return 0;
    }
    double threshold =
        IntStream.range(0, scores.length)
            .filter(i -> mask[i] == 1)
            .mapToDouble(i -> scores[i])
            .min()
            .orElseThrow();
    return Arrays.stream(scores).filter(score -> score == threshold).count();
  }

  private static double[] asFloats(double[] values) {
    return Arrays.stream(values).map(value -> (float) value).toArray();
  }

  private static INDArray arrayOf(double[] values, DataType type) {
    if (values.length == 0) {
      return Nd4j.create(type, 0);
    }
    if (type == DataType.DOUBLE) {
      return Nd4j.createFromArray(values);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return Nd4j.createFromArray(floats);
  }

  private static double[] vectorOf(INDArray array) {
    return array.length() == 0 ? new double[0] : array.toDoubleVector();
  }
}
