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
import java.util.function.ToLongFunction;
import org.dl4jprune.model.Parameter;

/**
 * The split of a total over parameters that costs least by their curves. Each weight has a price,
 * which is 1 where weights are counted.
 */
final class DistortionSplit {
  /** Totals are counted in that many buckets at most. */
  private static final long BUCKETS = 20_000;

  private final DistortionCurve[] curve;
  private final long[] dead;
  private final long[] price;
  private final long all;

  private DistortionSplit(DistortionCurve[] curve, long[] dead, long[] price) {
    this.curve = curve;
    this.dead = dead;
    this.price = price;
    long sum = 0;
    for (int i = 0; i < curve.length; i++) {
      sum += price[i] * curve[i].units();
    }
    this.all = sum;
  }

  static DistortionSplit of(List<DistortionCurve> curves, Request request) {
    return of(curves, request, parameter -> 1);
  }

  /**
   * Finds the curve of each parameter.
   *
   * @throws IllegalArgumentException if one has no curve, or that of another model
   */
  static DistortionSplit of(
      List<DistortionCurve> curves, Request request, ToLongFunction<Parameter> price) {
    DistortionCurve[] curve = curvesOf(curves, request);
    long[] dead = new long[curve.length];
    Arrays.setAll(dead, i -> request.units()[i] - request.alive()[i]);
    for (int i = 0; i < curve.length; i++) {
      if (dead[i] > highest(curve[i])) {
        throw new IllegalArgumentException(
            "%s has %d dead weights, but its curve ends at %d; measure it on this model"
                .formatted(curve[i].parameter(), dead[i], highest(curve[i])));
      }
    }
    return new DistortionSplit(
        curve, dead, request.parameters().stream().mapToLong(price).toArray());
  }

  private static DistortionCurve[] curvesOf(List<DistortionCurve> curves, Request request) {
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

  private static long highest(DistortionCurve curve) {
    return curve.zeros().get(curve.levels() - 1);
  }

  /** How many weights are dead already. */
  long deadUnits() {
    return Arrays.stream(dead).sum();
  }

  /** The price of all weights. */
  long all() {
    return all;
  }

  /** The price of what can go. */
  long most() {
    long sum = 0;
    for (int i = 0; i < curve.length; i++) {
      sum += price[i] * highest(curve[i]);
    }
    return sum;
  }

  /** Keeps what is not in the numbers of zeros. */
  List<Scope> scopes(Request request, long[] zeros) {
    long[] kept = new long[zeros.length];
    Arrays.setAll(kept, i -> request.units()[i] - zeros[i]);
    return Scopes.keeping(request, kept, new long[zeros.length]);
  }

  /**
   * How many weights of each parameter go.
   *
   * @param total the price of what goes, at most {@link #most}
   * @return worth the total, and less than the price of one weight more
   */
  long[] zeros(long total) {
    long bucket = Math.max(1, all / BUCKETS);
    int[] levels = levels(bucket, total);
    long[] zeros = new long[curve.length];
    Arrays.setAll(zeros, i -> Math.max(dead[i], curve[i].zeros().get(levels[i])));
    settle(levels, zeros, total);
    return zeros;
  }

  private int[] levels(long bucket, long total) {
    int[][] sizes = new int[curve.length][];
    double[][] losses = new double[curve.length][];
    for (int i = 0; i < curve.length; i++) {
      DistortionCurve here = curve[i];
      long floor = dead[i];
      long one = price[i];
      sizes[i] =
          here.zeros().stream()
              .mapToInt(z -> z < floor ? -1 : Math.toIntExact((z * one + bucket / 2) / bucket))
              .toArray();
      losses[i] = here.distortions().stream().mapToDouble(d -> d).toArray();
    }
    LevelChoice choice = new LevelChoice(sizes, losses);
    return choice.trace(choice.best(Math.toIntExact((total + bucket - 1) / bucket)));
  }

  /** Moves single weights until the total is met. */
  private void settle(int[] levels, long[] zeros, long total) {
    long surplus = -total;
    for (int i = 0; i < zeros.length; i++) {
      surplus += price[i] * zeros[i];
    }
    int layer = steepest(levels, zeros, surplus);
    while (layer >= 0) {
      long below = Math.max(dead[layer], curve[layer].zeros().get(--levels[layer]));
      long given = Math.min(surplus / price[layer], zeros[layer] - below);
      zeros[layer] -= given;
      surplus -= given * price[layer];
      layer = steepest(levels, zeros, surplus);
    }
    while (surplus < 0) {
      layer = flattest(levels);
      long above = curve[layer].zeros().get(++levels[layer]);
      long missing = (price[layer] - 1 - surplus) / price[layer];
      long taken = Math.min(missing, above - zeros[layer]);
      zeros[layer] += taken;
      surplus += taken * price[layer];
    }
  }

  /** The layer that gives back at the largest gain, of those that have a weight to give back. */
  private int steepest(int[] levels, long[] zeros, long surplus) {
    int best = -1;
    double slope = 0;
    for (int i = 0; i < curve.length; i++) {
      if (levels[i] > 0 && zeros[i] > dead[i] && price[i] <= surplus) {
        double here = curve[i].slopeAbove(levels[i] - 1) / price[i];
        if (best < 0 || here > slope) {
          best = i;
          slope = here;
        }
      }
    }
    return best;
  }

  private int flattest(int[] levels) {
    int best = -1;
    double slope = 0;
    for (int i = 0; i < curve.length; i++) {
      if (levels[i] < curve[i].levels() - 1) {
        double here = curve[i].slopeAbove(levels[i]) / price[i];
        if (best < 0 || here < slope) {
          best = i;
          slope = here;
        }
      }
    }
    return best;
  }
}
