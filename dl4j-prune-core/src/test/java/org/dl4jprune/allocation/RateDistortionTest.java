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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** The numbers of the card layer-adaptive-rd, and brute force. */
class RateDistortionTest {
  private static final DistortionCurve FIRST =
      new DistortionCurve("0", 4, List.of(0L, 1L, 2L, 3L, 4L), List.of(0., .02, .10, .40, 1.));
  private static final DistortionCurve SECOND =
      new DistortionCurve("1", 8, List.of(0L, 2L, 4L, 6L, 8L), List.of(0., .01, .03, .06, .90));

  private static long[] zeros(List<DistortionCurve> curves, long[] dead, long total) {
    long[][] shapes = new long[curves.size()][];
    long[] units = new long[shapes.length];
    long[] alive = new long[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      units[i] = curves.get(i).units();
      shapes[i] = new long[] {1, units[i]};
      alive[i] = units[i] - dead[i];
    }
    double sparsity = (double) total / Arrays.stream(units).sum();
    Request request = new Request(Shapes.parameters(shapes), units, alive, sparsity, i -> null);
    assertEquals(Math.max(total, Arrays.stream(dead).sum()), request.zeros());
    List<DistortionCurve> named = new ArrayList<>();
    for (int i = 0; i < shapes.length; i++) {
      named.add(
          new DistortionCurve(
              request.parameters().get(i).name(),
              units[i],
              curves.get(i).zeros(),
              curves.get(i).distortions()));
    }
    return new RateDistortion(named).allocate(request).stream().mapToLong(Scope::zeros).toArray();
  }

  private static long[] zeros(long total) {
    return zeros(List.of(FIRST, SECOND), new long[2], total);
  }

  @Test
  void theTableOfTheCard() {
    LevelChoice choice =
        new LevelChoice(
            new int[][] {{0, 1, 2, 3, 4}, {0, 2, 4, 6, 8}},
            new double[][] {{0, .02, .10, .40, 1}, {0, .01, .03, .06, .90}});
    assertArrayEquals(
        new double[] {0, .02, .01, .03, .03, .05, .06, .08, .16, .46, 1.0, 1.3, 1.9},
        IntStream.rangeClosed(0, 12).mapToDouble(choice::least).toArray(),
        1e-12);
  }

  @Test
  void theSplitsOfTheCard() {
    assertArrayEquals(new long[] {1, 4}, zeros(5));
    assertArrayEquals(new long[] {0, 6}, zeros(6));
    assertArrayEquals(new long[] {1, 6}, zeros(7));
    assertArrayEquals(new long[] {0, 1}, zeros(1));
    assertArrayEquals(new long[] {2, 8}, zeros(10));
    assertArrayEquals(new long[] {0, 0}, zeros(0));
  }

  @Test
  void whatIsDeadStaysDead() {
    assertArrayEquals(new long[] {2, 5}, zeros(List.of(FIRST, SECOND), new long[] {2, 2}, 7));
  }

  /** Every choice of levels, weights included that the total gives back. */
  private static double leastByBruteForce(DistortionCurve[] curves, long[] dead, long total) {
    double least = Double.POSITIVE_INFINITY;
    int levels = curves[0].levels();
    for (int code = 0; code < levels * levels * levels; code++) {
      int[] level = {code % levels, code / levels % levels, code / levels / levels};
      long zeros = 0;
      double loss = 0;
      boolean allowed = true;
      for (int i = 0; i < 3; i++) {
        zeros += curves[i].zeros().get(level[i]);
        loss += curves[i].distortions().get(level[i]);
        allowed &= curves[i].zeros().get(level[i]) >= dead[i];
      }
      if (allowed && zeros == total) {
        least = Math.min(least, loss);
      }
    }
    return least;
  }

  @Property(tries = 200)
  void theChoiceIsTheBestOfAll(@ForAll Random random, @ForAll boolean withDead) {
    DistortionCurve[] curves = new DistortionCurve[3];
    long[] dead = new long[3];
    for (int i = 0; i < 3; i++) {
      List<Long> zeros = new ArrayList<>(List.of(0L));
      List<Double> distortions = new ArrayList<>(List.of(0.));
      for (int k = 1; k < 7; k++) {
        zeros.add(zeros.get(k - 1) + 1 + random.nextInt(3));
        distortions.add(random.nextDouble());
      }
      curves[i] = new DistortionCurve(String.valueOf(i), zeros.get(6), zeros, distortions);
      dead[i] = withDead ? zeros.get(random.nextInt(3)) : 0;
    }
    long most = Arrays.stream(curves).mapToLong(DistortionCurve::units).sum();
    for (long total = Arrays.stream(dead).sum(); total < most; total++) {
      long[] chosen = zeros(List.of(curves), dead, total);
      assertEquals(total, Arrays.stream(chosen).sum());
      double loss = 0;
      boolean onLevels = true;
      for (int i = 0; i < 3; i++) {
        assertTrue(chosen[i] >= dead[i]);
        int level = curves[i].zeros().indexOf(chosen[i]);
        onLevels &= level >= 0;
        loss += level >= 0 ? curves[i].distortions().get(level) : 0;
      }
      double least = leastByBruteForce(curves, dead, total);
      // A larger total may cost less and give its surplus back; else nothing is better than this.
      double beyond = Double.POSITIVE_INFINITY;
      for (long more = total + 1; more <= most; more++) {
        beyond = Math.min(beyond, leastByBruteForce(curves, dead, more));
      }
      if (onLevels && least <= beyond) {
        assertEquals(least, loss, 1e-12);
      }
      assertTrue(least > beyond || onLevels, () -> Arrays.toString(chosen));
    }
  }

  /** The table itself against every choice, for one to four layers and sizes that repeat. */
  @Property(tries = 300)
  void theTableHoldsTheLeastOfAllChoices(@ForAll Random random) {
    int layers = 1 + random.nextInt(4);
    int[][] sizes = new int[layers][];
    double[][] losses = new double[layers][];
    for (int i = 0; i < layers; i++) {
      int levels = 1 + random.nextInt(5);
      // Negative ones are not allowed, as below what is dead already.
      sizes[i] = random.ints(levels, -2, 6).toArray();
      sizes[i][random.nextInt(levels)] = random.nextInt(6);
      losses[i] = random.doubles(levels).map(loss -> Math.round(4 * loss) / 4.0).toArray();
    }
    double[] least = new double[6 * layers];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    enumerate(sizes, losses, 0, 0, 0, least);
    LevelChoice choice = new LevelChoice(sizes, losses);
    for (int total = 0; total < least.length; total++) {
      assertEquals(least[total], choice.least(total));
      if (Double.isFinite(least[total])) {
        int[] levels = choice.trace(total);
        int size = IntStream.range(0, layers).map(i -> sizes[i][levels[i]]).sum();
        double loss = IntStream.range(0, layers).mapToDouble(i -> losses[i][levels[i]]).sum();
        assertEquals(total, size);
        assertEquals(least[total], loss, 1e-12);
      }
      int from = total;
      IntStream reachable = IntStream.range(0, least.length).filter(t -> Double.isFinite(least[t]));
      int best = choice.best(from);
      if (best >= from) {
        assertEquals(
            reachable.filter(t -> t >= from).mapToDouble(t -> least[t]).min().getAsDouble(),
            least[best]);
      } else {
        assertEquals(reachable.max().getAsInt(), best, "nothing from there on");
      }
    }
  }

  private static void enumerate(
      int[][] sizes, double[][] losses, int layer, int total, double loss, double[] least) {
    if (layer == sizes.length) {
      least[total] = Math.min(least[total], loss);
      return;
    }
    for (int level = 0; level < sizes[layer].length; level++) {
      if (sizes[layer][level] >= 0) {
        enumerate(
            sizes,
            losses,
            layer + 1,
            total + sizes[layer][level],
            loss + losses[layer][level],
            least);
      }
    }
  }

  @Test
  void equalSlopesCostTheSameWhereverTheZerosAre() {
    List<Long> zeros = List.of(0L, 1L, 2L, 3L, 4L);
    DistortionCurve linear = new DistortionCurve("0", 4, zeros, List.of(0., 1., 2., 3., 4.));
    for (long total = 0; total <= 8; total++) {
      long[] split = zeros(List.of(linear, linear, linear), new long[3], total);
      assertEquals(total, Arrays.stream(split).sum(), "the distortion is the number of zeros");
    }
    // Of equal ones the lowest level is taken in the last layer that can wait.
    assertArrayEquals(new long[] {4, 1, 0}, zeros(List.of(linear, linear, linear), new long[3], 5));
  }

  @Test
  void aLayerWithoutEffectGoesFirst() {
    DistortionCurve idle =
        new DistortionCurve("0", 4, List.of(0L, 1L, 2L, 3L), List.of(0., 0., 0., 0.));
    assertArrayEquals(new long[] {0, 3}, zeros(List.of(FIRST, idle), new long[2], 3));
  }

  @Test
  void curvesAreWrittenAndRead() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    Allocation given = new RateDistortion(List.of(FIRST, SECOND));
    assertEquals(given, mapper.readValue(mapper.writeValueAsString(given), Allocation.class));
  }

  @Property(tries = 50)
  void oneLayerGetsItsCount(@ForAll @DoubleRange(min = 0, max = 0.99) double sparsity) {
    DistortionCurve only =
        new DistortionCurve("0", 1000, List.of(0L, 400L, 999L), List.of(0., 1., 2.));
    long total = Counts.zeros(sparsity, 1000);
    assertArrayEquals(new long[] {total}, zeros(List.of(only), new long[1], total));
  }

  @Test
  void manyWeightsAreCountedInBucketsAndStillExactly() {
    List<DistortionCurve> curves = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 3; i++) {
      List<Long> zeros = new ArrayList<>();
      List<Double> distortions = new ArrayList<>();
      for (int k = 0; k <= 100; k++) {
        zeros.add(7_919L * k);
        distortions.add(k * k * (1 + random.nextDouble()));
      }
      curves.add(new DistortionCurve(String.valueOf(i), 791_900, zeros, distortions));
    }
    for (long total : new long[] {0, 1, 1_000_003, 2_375_699}) {
      assertEquals(total, Arrays.stream(zeros(curves, new long[3], total)).sum());
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new DistortionCurve("w", 4, List.of(0L, 2L), List.of(0., Double.NaN)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DistortionCurve("w", 4, List.of(0L, 5L), List.of(0., 1.)));
    DistortionCurve kept = new DistortionCurve("0", 4, List.of(0L, 3L), List.of(0., 1.));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new RateDistortion(List.of(kept))
                        .allocate(Shapes.request(0.5, new long[][] {{1, 8}})))
            .getMessage();
    assertTrue(message.contains("no distortion curve"), message);
    IllegalArgumentException less =
        assertThrows(
            IllegalArgumentException.class,
            () -> zeros(List.of(FIRST, SECOND), new long[] {2, 2}, 3));
    assertTrue(less.getMessage().contains("less than the 4 that are dead"), less.getMessage());
    DistortionCurve short3 = new DistortionCurve("0", 8, List.of(0L, 3L), List.of(0., 1.));
    assertThrows(IllegalArgumentException.class, () -> zeros(List.of(short3), new long[1], 4));
  }
}
