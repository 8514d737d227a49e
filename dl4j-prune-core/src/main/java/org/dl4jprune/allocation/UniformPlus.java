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

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;

/**
 * Uniform with two exceptions: the first convolution stays dense and the last dense layer keeps at
 * least 20 percent. One density for all the rest pays for both, so that the zeros are exactly
 * round-half-up of s·Σn. Card {@code classic-criteria}, allocations; Gale et al., 2019, <a
 * href="https://arxiv.org/abs/1902.09574">arXiv 1902.09574</a>, section 5.
 *
 * <p>"First" and "last" are those among the parameters to prune: the first whose layer type or op
 * names a convolution, and the last weight of rank 2. A network without one has no such exception.
 *
 * @param floor the least that each parameter keeps
 */
public record UniformPlus(Floor floor) implements Allocation {
  private static final long LAST_LAYER_KEEPS_ONE_OF = 5;
  private static final int DIGITS = 4;

  /**
   * Fills in what is left out.
   *
   * @param floor the least that each parameter keeps; null for none
   */
  public UniformPlus {
    floor = floor == null ? Floor.none() : floor;
  }

  /** Without a floor. */
  public UniformPlus() {
    this(Floor.none());
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] units = request.units();
    long[] alive = request.alive();
    long[] least = floor.least(request);
    List<Parameter> parameters = request.parameters();
    IntStream.range(0, units.length)
        .filter(i -> isConvolution(parameters.get(i)))
        .findFirst()
        .ifPresent(first -> least[first] = alive[first]);
    IntStream.range(0, units.length)
        .filter(i -> isDense(parameters.get(i)))
        .reduce((earlier, later) -> later)
        .ifPresent(
            last -> least[last] = Math.max(least[last], Math.min(fifth(units[last]), alive[last])));
    long needed = Arrays.stream(least).sum();
    if (needed > request.kept()) {
      throw new IllegalArgumentException(
          ("At sparsity %s there are %d units to keep, but a dense first convolution and a fifth of"
                  + " the last dense layer take %d; the largest feasible sparsity is %s")
              .formatted(
                  request.sparsity(),
                  request.kept(),
                  needed,
                  largestSparsity(request.total(), needed)));
    }
    double[] weights = Arrays.stream(units).asDoubleStream().toArray();
    long[] kept = Quotas.counts(weights, least, alive, request.kept());
    return Scopes.keeping(request, kept, least);
  }

  private static boolean isConvolution(Parameter parameter) {
    return parameter.layerType().toLowerCase(Locale.ROOT).contains("conv");
  }

  private static boolean isDense(Parameter parameter) {
    return parameter.role() == Role.WEIGHT && parameter.rank() == 2 && !isConvolution(parameter);
  }

  private static long fifth(long units) {
    return (units + LAST_LAYER_KEEPS_ONE_OF - 1) / LAST_LAYER_KEEPS_ONE_OF;
  }

  private static BigDecimal largestSparsity(long total, long needed) {
    return BigDecimal.valueOf(total - needed)
        .divide(BigDecimal.valueOf(total), DIGITS, RoundingMode.FLOOR);
  }
}
