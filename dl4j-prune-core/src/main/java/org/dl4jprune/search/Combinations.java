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
package org.dl4jprune.search;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The ways to take units from several groups: of group l, {@code taken[l]} of {@code units[l]}. A
 * way is one ascending list of numbers for each group.
 */
final class Combinations {
  private final int[] units;
  private final int[] taken;

  Combinations(int[] units, int[] taken) {
    this.units = units.clone();
    this.taken = taken.clone();
  }

  /** How many ways there are. */
  BigInteger count() {
    BigInteger product = BigInteger.ONE;
    for (int group = 0; group < units.length; group++) {
      for (int i = 0; i < taken[group]; i++) {
        product =
            product
                .multiply(BigInteger.valueOf(units[group] - i))
                .divide(BigInteger.valueOf(i + 1L));
      }
    }
    return product;
  }

  /** All ways, in lexicographic order of the groups one after the other. */
  List<List<List<Integer>>> all() {
    List<List<List<Integer>>> ways = List.of(List.of());
    for (int group = 0; group < units.length; group++) {
      List<List<Integer>> subsets = new ArrayList<>();
      subsets(group, 0, new ArrayList<>(), subsets);
      List<List<List<Integer>>> longer = new ArrayList<>();
      for (List<List<Integer>> way : ways) {
        for (List<Integer> subset : subsets) {
          List<List<Integer>> extended = new ArrayList<>(way);
          extended.add(subset);
          longer.add(extended);
        }
      }
      ways = longer;
    }
    return ways;
  }

  private void subsets(int group, int from, List<Integer> begun, List<List<Integer>> found) {
    int missing = taken[group] - begun.size();
    if (missing == 0) {
      found.add(List.copyOf(begun));
      return;
    }
    for (int next = from; next <= units[group] - missing; next++) {
      begun.add(next);
      subsets(group, next + 1, begun, found);
      begun.remove(begun.size() - 1);
    }
  }

  /** Distinct ways drawn uniformly; the same seed draws the same ones. */
  List<List<List<Integer>>> random(int number, long seed) {
    Random random = new Random(seed);
    Set<List<List<Integer>>> ways = new LinkedHashSet<>();
    while (ways.size() < number) {
      List<List<Integer>> way = new ArrayList<>();
      for (int group = 0; group < units.length; group++) {
        way.add(draw(random, units[group], taken[group]));
      }
      ways.add(way);
    }
    return List.copyOf(ways);
  }

  private static List<Integer> draw(Random random, int of, int number) {
    int[] order = IntStream.range(0, of).toArray();
    for (int i = 0; i < number; i++) {
      int other = i + random.nextInt(of - i);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return Arrays.stream(order, 0, number).sorted().boxed().toList();
  }
}
