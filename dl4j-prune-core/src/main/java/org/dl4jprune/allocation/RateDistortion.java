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

import java.util.List;

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
    DistortionSplit split = DistortionSplit.of(curves, request);
    long dead = split.deadUnits();
    if (Counts.zeros(request.sparsity(), request.total()) < dead) {
      throw new IllegalArgumentException(
          "Sparsity %s of %d weights is less than the %d that are dead already; ask for more"
              .formatted(request.sparsity(), request.total(), dead));
    }
    if (request.zeros() > split.most()) {
      throw new IllegalArgumentException(
          "The curves end at %d zeros of %d weights, which is less than %d; measure them up to a smaller minimum kept, or ask for less"
              .formatted(split.most(), request.total(), request.zeros()));
    }
    return split.scopes(request, split.zeros(request.zeros()));
  }
}
