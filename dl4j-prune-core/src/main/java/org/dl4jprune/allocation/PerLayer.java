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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Selector;

/**
 * A sparsity of its own for each parameter, given by hand.
 *
 * <p>The map is the final state, and the request says how far along the way there it is. Let S be
 * the sparsity that the map adds up to, Σ s_l·n_l / Σ n_l. A request below S scales the whole map
 * by s/S, so that a schedule reaches it gradually; a request of S or more gives the map itself,
 * however much more is asked. Each parameter loses round-half-up of its own share.
 *
 * @param sparsities globs of parameter names, layer names or layer types, as a {@link Selector}
 *     takes them, and the sparsity in [0, 1] of what they match
 * @param otherwise the sparsity of parameters that no glob matches; null if there may be none
 * @param floor the least that each parameter keeps
 */
public record PerLayer(Map<String, Double> sparsities, Double otherwise, Floor floor)
    implements Allocation {

  /**
   * Copies its arguments and fills in what is left out.
   *
   * @param sparsities globs and the sparsity of what they match
   * @param otherwise the sparsity of parameters that no glob matches; null if there may be none
   * @param floor the least that each parameter keeps; null for none
   * @throws IllegalArgumentException if a sparsity lies outside [0, 1]
   */
  public PerLayer {
    sparsities = Collections.unmodifiableMap(new LinkedHashMap<>(sparsities));
    floor = floor == null ? Floor.none() : floor;
    sparsities.forEach(PerLayer::check);
    if (otherwise != null) {
      check("otherwise", otherwise);
    }
  }

  /**
   * Each parameter to prune must be matched; without a floor.
   *
   * @param sparsities globs and the sparsity of what they match
   */
  public PerLayer(Map<String, Double> sparsities) {
    this(sparsities, null, Floor.none());
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] units = request.units();
    long[] least = floor.least(request);
    for (String glob : sparsities.keySet()) {
      if (request.parameters().stream().noneMatch(Selector.matches(glob))) {
        throw new IllegalArgumentException(
            "\"%s\" matches no parameter to prune; there are %s"
                .formatted(glob, request.parameters()));
      }
    }
    double[] asked = request.parameters().stream().mapToDouble(this::sparsityOf).toArray();
    double sum = IntStream.range(0, units.length).mapToDouble(i -> asked[i] * units[i]).sum();
    double progress = sum == 0 ? 1 : Math.min(1, request.sparsity() * request.total() / sum);
    long[] kept = new long[units.length];
    Arrays.setAll(
        kept, i -> Math.max(least[i], units[i] - Counts.zeros(asked[i] * progress, units[i])));
    Arrays.setAll(kept, i -> Math.min(kept[i], request.alive()[i]));
    return Scopes.keeping(request, kept, least);
  }

  private double sparsityOf(Parameter parameter) {
    List<String> matching =
        sparsities.keySet().stream()
            .filter(glob -> Selector.matches(glob).test(parameter))
            .toList();
    if (matching.size() > 1) {
      throw new IllegalArgumentException(
          "%s is matched by %s; leave one of them".formatted(parameter, matching));
    }
    if (matching.isEmpty() && otherwise == null) {
      throw new IllegalArgumentException(
          "%s is matched by none of %s; add it, exclude it, or say what holds otherwise"
              .formatted(parameter, sparsities.keySet()));
    }
    return matching.isEmpty() ? otherwise : sparsities.get(matching.get(0));
  }

  private static void check(String glob, Double sparsity) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s of \"%s\" lies outside [0, 1]".formatted(sparsity, glob));
    }
  }
}
