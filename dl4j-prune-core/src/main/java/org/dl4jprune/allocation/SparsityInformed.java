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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes as many weights as the {@link PqIndex} of those that are left allows, never more than the
 * asked sparsity: c = ⌊d·min(γ·(1 − r/d), β)⌋ of d active weights, where r is {@link
 * PqIndex#leastKept}. Needs magnitudes as scores. Repeated after retraining, it takes much while a
 * network is compressible and ever less afterwards. Where neurons have amounts of their own, one of
 * few weights soon gives none away, as its amount is rounded down. Card {@code sap-pqi}; Diao et
 * al., ICLR 2023, <a href="https://arxiv.org/abs/2302.05601">arXiv 2302.05601</a>, algorithm 1.
 *
 * @param index the exponents; 0.5 and 1 if null
 * @param eta the share of the mass that may go, at least 0; more prunes more
 * @param gamma a factor on what goes, at least 0; 1 in the paper
 * @param mostPerRound the largest fraction of active weights that goes at once, in (0, 1); 0.9 in
 *     the paper
 * @param scope whose weights have an amount of their own; {@code GLOBAL} if null
 * @param boundRoundedUp whether r is rounded up before it is used, as in the paper's code; small
 *     scopes then give less away
 */
public record SparsityInformed(
    PqIndex index,
    double eta,
    double gamma,
    double mostPerRound,
    AmountScope scope,
    boolean boundRoundedUp)
    implements Allocation {
  private static final Logger LOG = LoggerFactory.getLogger(SparsityInformed.class);
  private static final int TINY = 5;

  /**
   * Checks its arguments.
   *
   * @param index the exponents; 0.5 and 1 if null
   * @param eta the share of the mass that may go
   * @param gamma a factor on what goes
   * @param mostPerRound the largest fraction of active weights that goes at once
   * @param scope whose weights have an amount of their own; {@code GLOBAL} if null
   * @param boundRoundedUp whether r is rounded up before it is used
   * @throws IllegalArgumentException if one of them lies outside its range
   */
  public SparsityInformed {
    index = index == null ? new PqIndex(0.5, 1) : index;
    scope = scope == null ? AmountScope.GLOBAL : scope;
    if (!(eta >= 0 && gamma >= 0 && gamma < Double.POSITIVE_INFINITY)
        || !(eta < Double.POSITIVE_INFINITY)
        || !(mostPerRound > 0 && mostPerRound < 1)) {
      throw new IllegalArgumentException(
          "eta and gamma must be at least 0 and the most per round in (0, 1), not %s, %s and %s"
              .formatted(eta, gamma, mostPerRound));
    }
  }

  /**
   * With the real bound r of the paper.
   *
   * @param index the exponents; 0.5 and 1 if null
   * @param eta the share of the mass that may go
   * @param gamma a factor on what goes
   * @param mostPerRound the largest fraction of active weights that goes at once
   * @param scope whose weights have an amount of their own
   */
  public SparsityInformed(
      PqIndex index, double eta, double gamma, double mostPerRound, AmountScope scope) {
    this(index, eta, gamma, mostPerRound, scope, false);
  }

  /**
   * The paper's settings.
   *
   * @param scope whose weights have an amount of their own
   */
  public SparsityInformed(AmountScope scope) {
    this(null, 0, 1, 0.9, scope);
  }

  @Override
  public boolean choosesAmount() {
    return true;
  }

  @Override
  public List<Scope> allocate(Request request) {
    return switch (scope) {
      case GLOBAL -> List.of(together(request));
      case LAYER -> layers(request);
      case NEURON -> neurons(request);
    };
  }

  private Scope together(Request request) {
    int layers = request.parameters().size();
    List<INDArray> scores = IntStream.range(0, layers).mapToObj(request.scores()).toList();
    long alive = sum(request.alive());
    long gone = Math.min(alive - request.kept(), amount(scores, alive));
    return new Scope(
        request.parameters(),
        request.total() - alive + gone,
        LongStream.range(0, layers).mapToObj(i -> 0L).toList());
  }

  private List<Scope> layers(Request request) {
    long[] alive = request.alive();
    long[] kept = new long[alive.length];
    Arrays.setAll(kept, i -> amount(List.of(request.scores().apply(i)), alive[i]));
    kept = within(kept, sum(alive) - request.kept());
    for (int i = 0; i < kept.length; i++) {
      kept[i] = alive[i] - kept[i];
    }
    return Scopes.keeping(request, kept, new long[kept.length]);
  }

  private List<Scope> neurons(Request request) {
    List<long[]> alive = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    for (int i = 0; i < request.parameters().size(); i++) {
      Parameter parameter = request.parameters().get(i);
      if (request.units()[i] != parameter.length()) {
        throw new IllegalArgumentException(
            "The pattern divides %s into %d units, but amounts for each neuron need its %d weights; take the unstructured pattern or another scope"
                .formatted(parameter.name(), request.units()[i], parameter.length()));
      }
      INDArray rows =
          request.scores().apply(i).reshape('c', parameter.outputs(), parameter.fanIn());
      PqIndex.Rows indices = index.ofRows(rows);
      alive.add(indices.alive());
      for (int row = 0; row < indices.alive().length; row++) {
        gone.add(amount(indices.values()[row], indices.alive()[row]));
      }
    }
    sayWhichAreTiny(alive, gone);
    long[] amounts =
        within(
            gone.stream().mapToLong(Long::longValue).toArray(),
            sum(request.alive()) - request.kept());
    List<Scope> scopes = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < alive.size(); i++) {
      Parameter parameter = request.parameters().get(i);
      List<Long> zeros = new ArrayList<>();
      for (long left : alive.get(i)) {
        zeros.add(parameter.fanIn() - left + amounts[next++]);
      }
      scopes.add(
          new Scope(
              List.of(parameter),
              zeros.stream().mapToLong(Long::longValue).sum(),
              List.of(0L),
              zeros));
    }
    return scopes;
  }

  private static void sayWhichAreTiny(List<long[]> alive, List<Long> gone) {
    int row = 0;
    int tiny = 0;
    for (long[] rows : alive) {
      for (long left : rows) {
        tiny += left > 0 && left < TINY && gone.get(row) == 0 ? 1 : 0;
        row++;
      }
    }
    if (tiny > 0) {
      LOG.info(
          "{} of {} neurons have fewer than {} weights left, and give none away as amounts are"
              + " rounded down",
          tiny,
          row,
          TINY);
    }
  }

  /** The amounts, or as much less of each as the budget demands. */
  private static long[] within(long[] amounts, long budget) {
    if (sum(amounts) <= budget) {
      return amounts;
    }
    double[] weights = Arrays.stream(amounts).mapToDouble(g -> Math.max(g, 1e-9)).toArray();
    return Quotas.counts(weights, new long[amounts.length], amounts, budget);
  }

  private static long sum(long[] counts) {
    return LongStream.of(counts).sum();
  }

  /** How many of some active weights go. */
  long amount(List<INDArray> scores, long active) {
    return active == 0 ? 0 : amount(index.ofAlive(scores, active), active);
  }

  private long amount(double value, long active) {
    if (active == 0) {
      return 0;
    }
    double bound = index.leastKept(value, active, eta);
    double least = boundRoundedUp ? Math.ceil(bound) : bound;
    double share = Math.min(gamma * (1 - least / active), mostPerRound);
    return Math.max(0, (long) Math.floor(active * share));
  }
}
