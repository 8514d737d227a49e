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
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes as many weights as the {@link PqIndex} of those that are left allows, never more than the
 * asked sparsity: c = ⌊d·min(γ·(1 − r/d), β)⌋ of d active weights, where r is {@link
 * PqIndex#leastKept}. Needs magnitudes as scores. Repeated after retraining, it takes much while a
 * network is compressible and ever less afterwards. The paper's third scope, an amount for each
 * neuron, is not offered: an allocation counts by parameter, and only within all of a parameter are
 * counts exact. Card {@code sap-pqi}; Diao et al., ICLR 2023, <a
 * href="https://arxiv.org/abs/2302.05601">arXiv 2302.05601</a>, algorithm 1.
 *
 * @param index the exponents; 0.5 and 1 if null
 * @param eta the share of the mass that may go, at least 0; more prunes more
 * @param gamma a factor on what goes, at least 0; 1 in the paper
 * @param mostPerRound the largest fraction of active weights that goes at once, in (0, 1); 0.9 in
 *     the paper
 * @param byLayer whether each parameter has an amount of its own
 */
public record SparsityInformed(
    PqIndex index, double eta, double gamma, double mostPerRound, boolean byLayer)
    implements Allocation {

  /**
   * Checks its arguments.
   *
   * @param index the exponents; 0.5 and 1 if null
   * @param eta the share of the mass that may go
   * @param gamma a factor on what goes
   * @param mostPerRound the largest fraction of active weights that goes at once
   * @param byLayer whether each parameter has an amount of its own
   * @throws IllegalArgumentException if one of them lies outside its range
   */
  public SparsityInformed {
    index = index == null ? new PqIndex(0.5, 1) : index;
    if (!(eta >= 0 && gamma >= 0 && gamma < Double.POSITIVE_INFINITY)
        || !(eta < Double.POSITIVE_INFINITY)
        || !(mostPerRound > 0 && mostPerRound < 1)) {
      throw new IllegalArgumentException(
          "eta and gamma must be at least 0 and the most per round in (0, 1), not %s, %s and %s"
              .formatted(eta, gamma, mostPerRound));
    }
  }

  /**
   * The paper's settings: one amount for all parameters, or one for each.
   *
   * @param byLayer whether each parameter has an amount of its own
   */
  public SparsityInformed(boolean byLayer) {
    this(null, 0, 1, 0.9, byLayer);
  }

  @Override
  public boolean choosesAmount() {
    return true;
  }

  @Override
  public List<Scope> allocate(Request request) {
    int layers = request.parameters().size();
    List<INDArray> scores = IntStream.range(0, layers).mapToObj(request.scores()).toList();
    long[] alive = request.alive();
    long budget = sum(alive) - request.kept();
    if (!byLayer) {
      long gone = Math.min(budget, amount(scores, sum(alive)));
      return List.of(
          new Scope(
              request.parameters(),
              request.total() - sum(alive) + gone,
              LongStream.range(0, layers).mapToObj(i -> 0L).toList()));
    }
    long[] gone = new long[layers];
    Arrays.setAll(gone, i -> amount(List.of(scores.get(i)), alive[i]));
    if (sum(gone) > budget) {
      double[] weights = Arrays.stream(gone).mapToDouble(g -> Math.max(g, 1e-9)).toArray();
      gone = Quotas.counts(weights, new long[layers], gone, budget);
    }
    long[] kept = new long[layers];
    for (int i = 0; i < layers; i++) {
      kept[i] = alive[i] - gone[i];
    }
    return Scopes.keeping(request, kept, new long[layers]);
  }

  private static long sum(long[] counts) {
    return LongStream.of(counts).sum();
  }

  /** How many of some active weights go. */
  long amount(List<INDArray> scores, long active) {
    if (active == 0) {
      return 0;
    }
    double value = index.ofAlive(scores, active);
    double share =
        Math.min(gamma * (1 - index.leastKept(value, active, eta) / active), mostPerRound);
    return Math.max(0, (long) Math.floor(active * share));
  }
}
