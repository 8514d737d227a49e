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

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;

/**
 * The split of the zeros that distorts the outputs least, if the distortions of single parameters
 * add up: a level for each parameter by dynamic programming, then an exact total. Card {@code
 * layer-adaptive-rd}; Xu et al., ICCV 2023, <a href="https://arxiv.org/abs/2308.10438">arXiv
 * 2308.10438</a>, equations 4 to 8.
 *
 * <p>Totals are counted in buckets of max(1, N / 20,000) of all N weights; the levels that are
 * found then give back, or take on, what the buckets rounded, where the curves are steepest or
 * flattest. Time: levels times 20,000 for each parameter.
 *
 * @param curves one for each parameter to prune, in any order
 */
public record RateDistortion(List<DistortionCurve> curves) implements Allocation {
  private static final long BUCKETS = 20_000;

  /**
   * Copies its argument.
   *
   * @param curves one for each parameter to prune
   */
  public RateDistortion {
    curves = List.copyOf(curves);
  }

  @Override
  public List<Scope> allocate(Request request) {
    DistortionCurve[] curve = curvesOf(request);
    long[] dead = new long[curve.length];
    Arrays.setAll(dead, i -> request.units()[i] - request.alive()[i]);
    long most = 0;
    for (int i = 0; i < curve.length; i++) {
      long highest = curve[i].zeros().get(curve[i].levels() - 1);
      if (dead[i] > highest) {
        throw new IllegalArgumentException(
            "%s has %d dead weights, but its curve ends at %d; measure it on this model"
                .formatted(curve[i].parameter(), dead[i], highest));
      }
      most += highest;
    }
    long all = Arrays.stream(dead).sum();
    if (Counts.zeros(request.sparsity(), request.total()) < all) {
      throw new IllegalArgumentException(
          "Sparsity %s of %d weights is less than the %d that are dead already; ask for more"
              .formatted(request.sparsity(), request.total(), all));
    }
    if (request.zeros() > most) {
      throw new IllegalArgumentException(
          "The curves end at %d zeros of %d weights, which is less than %d; measure them up to a smaller minimum kept, or ask for less"
              .formatted(most, request.total(), request.zeros()));
    }
    long bucket = Math.max(1, request.total() / BUCKETS);
    int[] levels = levels(curve, dead, bucket, request.zeros());
    long[] zeros = new long[curve.length];
    Arrays.setAll(zeros, i -> curve[i].zeros().get(levels[i]));
    settle(curve, dead, levels, zeros, request.zeros());
    long[] kept = new long[curve.length];
    Arrays.setAll(kept, i -> request.units()[i] - zeros[i]);
    return Scopes.keeping(request, kept, new long[curve.length]);
  }

  private DistortionCurve[] curvesOf(Request request) {
    Map<String, DistortionCurve> named = new HashMap<>();
    curves.forEach(curve -> named.put(curve.parameter(), curve));
    List<Parameter> parameters = request.parameters();
    DistortionCurve[] found = new DistortionCurve[parameters.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = named.get(parameters.get(i).name());
      if (found[i] == null || found[i].units() != request.units()[i]) {
        throw new IllegalArgumentException(
            "There is no distortion curve of %s with %d weights; curves were measured of %s"
                .formatted(parameters.get(i).name(), request.units()[i], named.keySet()));
      }
    }
    return found;
  }

  private static int[] levels(DistortionCurve[] curve, long[] dead, long bucket, long total) {
    int[][] sizes = new int[curve.length][];
    double[][] losses = new double[curve.length][];
    for (int i = 0; i < curve.length; i++) {
      DistortionCurve here = curve[i];
      long floor = dead[i];
      sizes[i] =
          here.zeros().stream()
              .mapToInt(z -> z < floor ? -1 : Math.toIntExact((z + bucket / 2) / bucket))
              .toArray();
      losses[i] = here.distortions().stream().mapToDouble(d -> d).toArray();
    }
    LevelChoice choice = new LevelChoice(sizes, losses);
    return choice.trace(choice.best(Math.toIntExact((total + bucket - 1) / bucket)));
  }

  /** Moves single weights until the total is exact. */
  private static void settle(
      DistortionCurve[] curve, long[] dead, int[] levels, long[] zeros, long total) {
    long surplus = Arrays.stream(zeros).sum() - total;
    while (surplus > 0) {
      int layer = steepest(curve, dead, levels, zeros);
      long below = Math.max(dead[layer], curve[layer].zeros().get(--levels[layer]));
      long given = Math.min(surplus, zeros[layer] - below);
      zeros[layer] -= given;
      surplus -= given;
    }
    while (surplus < 0) {
      int layer = flattest(curve, levels);
      long above = curve[layer].zeros().get(++levels[layer]);
      long taken = Math.min(-surplus, above - zeros[layer]);
      zeros[layer] += taken;
      surplus += taken;
    }
  }

  private static int steepest(DistortionCurve[] curve, long[] dead, int[] levels, long[] zeros) {
    int best = -1;
    double slope = 0;
    for (int i = 0; i < curve.length; i++) {
      if (levels[i] > 0 && zeros[i] > dead[i]) {
        double here = curve[i].slopeAbove(levels[i] - 1);
        if (best < 0 || here > slope) {
          best = i;
          slope = here;
        }
      }
    }
    return best;
  }

  private static int flattest(DistortionCurve[] curve, int[] levels) {
    int best = -1;
    double slope = 0;
    for (int i = 0; i < curve.length; i++) {
      if (levels[i] < curve[i].levels() - 1) {
        double here = curve[i].slopeAbove(levels[i]);
        if (best < 0 || here < slope) {
          best = i;
          slope = here;
        }
      }
    }
    return best;
  }
}
