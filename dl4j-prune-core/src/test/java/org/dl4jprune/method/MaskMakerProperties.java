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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.Lamp;
import org.dl4jprune.allocation.RescaledThreshold;
import org.dl4jprune.allocation.Shapes;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.pattern.Unstructured;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Counts are exact, floors are optimal, and exchanging moves weights within their layer. */
class MaskMakerProperties {

  enum Values {
    DISTINCT,
    TIED,
    EQUAL,
    SIGNED_ZEROS
  }

  private static double[] draw(Values values, int length, Random random) {
    return IntStream.range(0, length)
        .mapToDouble(
            i ->
                switch (values) {
                  case DISTINCT -> Math.abs(random.nextGaussian());
                  case TIED -> random.nextInt(3);
                  case EQUAL -> 0.7;
                  case SIGNED_ZEROS -> random.nextBoolean() ? 0.0 : -0.0;
                })
        .toArray();
  }

  private static Layout layout(List<Integer> widths) {
    return new Layout(
        Shapes.parameters(
            widths.stream().map(width -> new long[] {2, width}).toArray(long[][]::new)));
  }

  private static long sum(long[] counts) {
    return Arrays.stream(counts).sum();
  }

  @Property(tries = 200)
  void zerosAreRoundHalfUpOfTheSparsity(
      @ForAll Values values,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 40) Integer> widths,
      @ForAll @DoubleRange(max = 0.99) double sparsity,
      @ForAll @IntRange(max = 4) int kind,
      @ForAll long seed) {
    Layout layout = layout(widths);
    Allocation allocation =
        switch (kind) {
          case 0 -> new Global();
          case 1 -> new ErdosRenyi(true);
          case 2 -> new Lamp();
          case 3 -> new RescaledThreshold(Floor.none());
          default -> new Global(Floor.percentOfAll((1 - sparsity) * 100 / widths.size() / 2));
        };
    double[] scores = draw(values, (int) layout.length(), new Random(seed));
    INDArray mask =
        new MaskMaker(layout, new Unstructured())
            .make(Nd4j.createFromArray(scores), allocation, sparsity)
            .mask();
    long zeros = layout.length() - sum(Masks.kept(mask, layout));
    assertEquals(Counts.zeros(sparsity, layout.length()), zeros);
  }

  @Property(tries = 100)
  void zerosStayExactWherePartIsDeadAlready(
      @ForAll Values values,
      @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 2, max = 20) Integer> widths,
      @ForAll @DoubleRange(max = 0.9) double dead,
      @ForAll @DoubleRange(max = 0.95) double sparsity,
      @ForAll @IntRange(max = 3) int kind,
      @ForAll long seed) {
    Layout layout = layout(widths);
    Random random = new Random(seed);
    double[] scores = draw(values, (int) layout.length(), random);
    IntStream.range(0, scores.length)
        .filter(i -> random.nextDouble() < dead)
        .forEach(i -> scores[i] = Double.NEGATIVE_INFINITY);
    long already = Arrays.stream(scores).filter(Double::isInfinite).count();
    Allocation allocation =
        switch (kind) {
          case 0 -> new Global();
          case 1 -> new ErdosRenyi(false);
          case 2 -> new Lamp();
          default -> new RescaledThreshold(Floor.none());
        };
    double[] mask =
        new MaskMaker(layout, new Unstructured())
            .make(Nd4j.createFromArray(scores), allocation, sparsity)
            .mask()
            .toDoubleVector();
    long zeros = Arrays.stream(mask).filter(kept -> kept == 0).count();
    assertEquals(Math.max(already, Counts.zeros(sparsity, layout.length())), zeros);
    assertTrue(
        IntStream.range(0, mask.length)
            .noneMatch(i -> mask[i] == 1 && Double.isInfinite(scores[i])));
  }

  @Property(tries = 25)
  void floorsKeepTheLargestSumOfAllAdmissibleMasks(
      @ForAll Values values,
      @ForAll @Size(3) List<@IntRange(min = 3, max = 5) Integer> sizes,
      @ForAll @IntRange(max = 2) int floor,
      @ForAll long seed) {
    Layout layout =
        new Layout(
            Shapes.parameters(sizes.stream().map(n -> new long[] {1, n}).toArray(long[][]::new)));
    int total = (int) layout.length();
    double[] scores = draw(values, total, new Random(seed));
    double[] best = new double[total + 1];
    Arrays.fill(best, -1);
    for (int subset = 0; subset < 1 << total; subset++) {
      if (admissible(subset, sizes, floor)) {
        int kept = Integer.bitCount(subset);
        best[kept] = Math.max(best[kept], value(subset, scores));
      }
    }
    MaskMaker maker = new MaskMaker(layout, new Unstructured());
    for (int kept = Math.max(1, 3 * floor); kept <= total; kept++) {
      double sparsity = (double) (total - kept) / total;
      double[] mask =
          maker
              .make(Nd4j.createFromArray(scores), new Global(Floor.count(floor)), sparsity)
              .mask()
              .toDoubleVector();
      int subset = IntStream.range(0, total).filter(i -> mask[i] == 1).map(i -> 1 << i).sum();
      assertEquals(kept, Integer.bitCount(subset));
      assertTrue(admissible(subset, sizes, floor));
      assertEquals(best[kept], value(subset, scores), 1e-9);
    }
  }

  private static boolean admissible(int subset, List<Integer> sizes, int floor) {
    int start = 0;
    for (int size : sizes) {
      if (Integer.bitCount(subset >> start & (1 << size) - 1) < floor) {
        return false;
      }
      start += size;
    }
    return true;
  }

  private static double value(int subset, double[] scores) {
    return IntStream.range(0, scores.length)
        .filter(i -> (subset >> i & 1) == 1)
        .mapToDouble(i -> scores[i])
        .sum();
  }

  @Property(tries = 100)
  void onlyTheScaleOfSingleLayersMattersToAGlobalRanking(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 2, max = 9) Integer> widths,
      @ForAll @DoubleRange(max = 0.99) double sparsity,
      @ForAll long seed) {
    Layout layout = layout(widths);
    MaskMaker maker = new MaskMaker(layout, new Unstructured());
    INDArray scores =
        Nd4j.createFromArray(draw(Values.DISTINCT, (int) layout.length(), new Random(seed)));
    INDArray mask = maker.make(scores, new Global(), sparsity).mask();
    assertEquals(mask, maker.make(scores.mul(8), new Global(), sparsity).mask());
    assertEquals(mask, maker.make(scores, new Global(Floor.none()), sparsity).mask());
    INDArray first = layout.flat(scores, layout.parameters().get(0)).muli(1e6);
    long zeros = Counts.zeros(sparsity, layout.length());
    INDArray scaled = maker.make(scores, new Global(), sparsity).mask();
    long lostFirst = first.length() - Masks.kept(scaled, layout)[0];
    // All others go first.
    assertEquals(Math.max(0, zeros - (layout.length() - first.length())), lostFirst);
  }

  @Property(tries = 200)
  void exchangeKillsTheLowestAndGrowsTheHighestInactive(
      @ForAll Values values,
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 15) Integer> widths,
      @ForAll @DoubleRange(max = 0.99) double rate,
      @ForAll long seed) {
    Layout layout = layout(widths);
    Random random = new Random(seed);
    int total = (int) layout.length();
    double[] scores = draw(values, total, random);
    double[] growth = draw(values, total, random);
    double[] mask = IntStream.range(0, total).mapToDouble(i -> random.nextInt(2)).toArray();
    INDArray changed = Nd4j.createFromArray(mask);
    long exchanged =
        new MaskMaker(layout, new Unstructured())
            .exchange(changed, Nd4j.createFromArray(scores), Nd4j.createFromArray(growth), rate);
    double[] expected = mask.clone();
    long killed = 0;
    int start = 0;
    for (int width : widths) {
      killed += exchange(expected, scores, growth, rate, start, start + 2 * width);
      start += 2 * width;
    }
    assertEquals(killed, exchanged);
    assertEquals(Arrays.toString(expected), Arrays.toString(changed.toDoubleVector()));
  }

  private static long exchange(
      double[] mask, double[] scores, double[] growth, double rate, int start, int end) {
    List<Integer> active = IntStream.range(start, end).filter(i -> mask[i] == 1).boxed().toList();
    int count = (int) Math.ceil(rate * active.size());
    // Streams sort stably, so of equals the front stays: reversed, the back goes first.
    active.stream()
        .sorted((a, b) -> Double.compare(scores[b] + 0.0, scores[a] + 0.0))
        .skip(active.size() - count)
        .forEach(i -> mask[i] = 0);
    IntStream.range(start, end)
        .filter(i -> mask[i] == 0)
        .boxed()
        .sorted((a, b) -> Double.compare(growth[b] + 0.0, growth[a] + 0.0))
        .limit(count)
        .forEach(i -> mask[i] = 1);
    return count;
  }
}
