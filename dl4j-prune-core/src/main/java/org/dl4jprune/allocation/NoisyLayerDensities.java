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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Densities near the asked one, different in each layer: layer l gets d·(1 + e_l), clipped to 1 and
 * rescaled until Σ d_l·N_l = d·ΣN_l, in whole weights by largest remainder. With several draws of e
 * these are candidates to choose from. Card {@code fedtiny}, step A; arXiv 2212.01977.
 *
 * @param noise e_l of each parameter in order, above −1; zeros give the same density everywhere
 */
public record NoisyLayerDensities(List<Double> noise) implements Allocation {
  private static final Floor FLOOR = Floor.count(1);

  /**
   * Copies its argument.
   *
   * @param noise one number for each parameter
   * @throws IllegalArgumentException if one of them is not above −1
   */
  public NoisyLayerDensities {
    noise = List.copyOf(noise);
    for (double e : noise) {
      if (!(e > -1 && e < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Noise %s makes no density; give numbers above -1".formatted(e));
      }
    }
  }

  /**
   * The same density in each layer.
   *
   * @param layers how many parameters are pruned
   * @return no noise
   */
  public static NoisyLayerDensities even(int layers) {
    return new NoisyLayerDensities(Collections.nCopies(layers, 0.0));
  }

  /**
   * Draws the noise.
   *
   * @param layers how many parameters are pruned
   * @param width e is uniform in [−width, width), in (0, 1)
   * @param seed of the draw
   * @return the noise
   * @throws IllegalArgumentException if the width lies outside (0, 1)
   */
  public static NoisyLayerDensities draw(int layers, double width, long seed) {
    if (!(width > 0 && width < 1)) {
      throw new IllegalArgumentException(
          "The width %s of the noise lies outside (0, 1)".formatted(width));
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Double> noise = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      noise.add(random.nextDouble(-width, width));
    }
    return new NoisyLayerDensities(noise);
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] units = request.units();
    if (units.length != noise.size()) {
      throw new IllegalArgumentException(
          "There is noise for %d parameters, and %d are pruned"
              .formatted(noise.size(), units.length));
    }
    double[] weights = new double[units.length];
    for (int layer = 0; layer < weights.length; layer++) {
      weights[layer] = (1 + noise.get(layer)) * units[layer];
    }
    long[] least = FLOOR.least(request);
    return Scopes.keeping(
        request, Quotas.counts(weights, least, request.alive(), request.kept()), least);
  }
}
