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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

/** Totals are exact and floors hold, whatever the shapes. */
class AllocationProperties {

  @Provide
  Arbitrary<long[]> shape() {
    Arbitrary<Long> channels = Arbitraries.longs().between(1, 600);
    Arbitrary<Long> kernel = Arbitraries.longs().between(1, 7);
    return Arbitraries.oneOf(
        channels.list().ofSize(2).map(AllocationProperties::toArray),
        channels
            .list()
            .ofSize(2)
            .flatMap(io -> kernel.map(k -> new long[] {io.get(0), io.get(1), k, k})));
  }

  private static long[] toArray(List<Long> list) {
    return list.stream().mapToLong(n -> n).toArray();
  }

  @Property(tries = 1000)
  void quotaTotalsAreExact(
      @ForAll @Size(min = 1, max = 12) List<@From("shape") long[]> shapes,
      @ForAll @Scale(3) @DoubleRange(max = 0.999) double sparsity,
      @ForAll @IntRange(max = 50) int floor) {
    Request request = Shapes.request(sparsity, shapes.toArray(long[][]::new));
    long[] least = Arrays.stream(request.units()).map(n -> Math.min(n, floor)).toArray();
    Assume.that(Arrays.stream(least).sum() <= request.kept());
    for (boolean kernel : new boolean[] {false, true}) {
      long[] kept = Shapes.kept(new ErdosRenyi(kernel, Floor.count(floor)), request);
      checkBounds(request, least, kept);
      assertEquals(request.kept(), Arrays.stream(kept).sum());
    }
    try {
      long[] kept = Shapes.kept(new UniformPlus(Floor.count(floor)), request);
      checkBounds(request, least, kept);
      assertEquals(request.kept(), Arrays.stream(kept).sum());
    } catch (IllegalArgumentException infeasible) {
      assertTrue(infeasible.getMessage().contains("largest feasible sparsity"));
    }
    checkBounds(request, least, Shapes.kept(new Uniform(Floor.count(floor)), request));
  }

  private static void checkBounds(Request request, long[] least, long[] kept) {
    for (int i = 0; i < kept.length; i++) {
      assertTrue(kept[i] >= least[i] && kept[i] <= request.units()[i]);
    }
  }

  /** The dense set solved as the card words it. */
  @Property(tries = 1000)
  void erdosRenyiEqualsMakingLayersDenseOneAfterTheOther(
      @ForAll @Size(min = 1, max = 8) List<@From("shape") long[]> shapes,
      @ForAll @Scale(3) @DoubleRange(max = 0.999) double sparsity) {
    Request request = Shapes.request(sparsity, shapes.toArray(long[][]::new));
    Assume.that(request.kept() > 0);
    double[] raw = new double[shapes.size()];
    Arrays.setAll(
        raw,
        i ->
            (double) Arrays.stream(shapes.get(i)).sum()
                / Arrays.stream(shapes.get(i)).reduce(1, (a, b) -> a * b));
    boolean[] dense = new boolean[raw.length];
    double epsilon = 0;
    boolean changed = true;
    while (changed) {
      double budget = request.kept();
      double weight = 0;
      for (int i = 0; i < raw.length; i++) {
        budget -= dense[i] ? request.units()[i] : 0;
        weight += dense[i] ? 0 : raw[i] * request.units()[i];
      }
      epsilon = weight == 0 ? 0 : budget / weight;
      changed = false;
      for (int i = 0; i < raw.length; i++) {
        if (!dense[i] && epsilon * raw[i] > 1 + 1e-12) {
          dense[i] = true;
          changed = true;
        }
      }
    }
    double[] weights = new double[raw.length];
    Arrays.setAll(weights, i -> raw[i] * request.units()[i]);
    double[] shares = Quotas.shares(weights, new long[raw.length], request.units(), request.kept());
    for (int i = 0; i < raw.length; i++) {
      double expected = request.units()[i] * (dense[i] ? 1 : epsilon * raw[i]);
      assertEquals(expected, shares[i], 1e-6 * Math.max(1, expected));
    }
  }

  @Property(tries = 300)
  void rankedTotalsAreExactAndLampIsItsDefinition(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 40) Integer> sizes,
      @ForAll @Scale(3) @DoubleRange(max = 0.999) double sparsity,
      @ForAll @IntRange(max = 10) int floor,
      @ForAll long seed) {
    Random random = new Random(seed);
    // A coarse grid gives ties and zeros.
    double[][] magnitudes =
        sizes.stream()
            .map(n -> IntStream.range(0, n).mapToDouble(i -> random.nextInt(9) / 4.0).toArray())
            .toArray(double[][]::new);
    Request request = Shapes.scored(sparsity, magnitudes);
    assertArrayEquals(lamp(magnitudes, request.kept()), Shapes.kept(new Lamp(), request));
    long[] least = Arrays.stream(request.units()).map(n -> Math.min(n, floor)).toArray();
    Assume.that(Arrays.stream(least).sum() <= request.kept());
    for (Allocation allocation :
        List.of(new Lamp(Floor.count(floor)), new RescaledThreshold(Floor.count(floor)))) {
      long[] kept = Shapes.kept(allocation, request);
      checkBounds(request, least, kept);
      assertEquals(request.kept(), Arrays.stream(kept).sum());
    }
  }

  private record Scored(int layer, int rank, double score) {}

  private static long[] lamp(double[][] magnitudes, long keep) {
    Stream<Scored> all = Stream.empty();
    for (int l = 0; l < magnitudes.length; l++) {
      int layer = l;
      double[] sorted = Arrays.stream(magnitudes[l]).sorted().toArray();
      double[] sums = new double[sorted.length + 1];
      for (int i = sorted.length - 1; i >= 0; i--) {
        sums[i] = sums[i + 1] + sorted[i] * sorted[i];
      }
      all =
          Stream.concat(
              all,
              IntStream.range(0, sorted.length)
                  .mapToObj(
                      i ->
                          new Scored(
                              layer, i, sums[i] == 0 ? 0 : sorted[i] * sorted[i] / sums[i])));
    }
    long[] kept = new long[magnitudes.length];
    all.sorted(
            Comparator.comparingDouble(Scored::score)
                .reversed()
                .thenComparingInt(Scored::layer)
                .thenComparingInt(Scored::rank))
        .limit(keep)
        .forEach(scored -> kept[scored.layer]++);
    return kept;
  }

  @Property(tries = 200)
  void sharesAreProportionalBetweenTheBounds(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 1, max = 1000) Integer> sizes,
      @ForAll long seed) {
    Random random = new Random(seed);
    long[] most = sizes.stream().mapToLong(n -> n).toArray();
    long[] least = Arrays.stream(most).map(n -> random.nextInt((int) n + 1)).toArray();
    double[] weights = Arrays.stream(most).mapToDouble(n -> 0.01 + random.nextDouble()).toArray();
    long from = Arrays.stream(least).sum();
    long total = from + (long) (random.nextDouble() * (Arrays.stream(most).sum() - from + 1));
    double[] shares = Quotas.shares(weights, least, most, total);
    assertEquals(total, Arrays.stream(shares).sum(), 1e-6);
    double[] factors =
        IntStream.range(0, most.length)
            .filter(i -> shares[i] > least[i] + 1e-9 && shares[i] < most[i] - 1e-9)
            .mapToDouble(i -> shares[i] / weights[i])
            .toArray();
    for (double factor : factors) {
      assertEquals(factors[0], factor, 1e-6 * factor);
    }
    assertEquals(total, Arrays.stream(Quotas.counts(weights, least, most, total)).sum());
  }
}
