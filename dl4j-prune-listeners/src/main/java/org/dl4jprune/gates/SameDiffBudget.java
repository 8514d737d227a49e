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
package org.dl4jprune.gates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.ExpectedCost;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Penalties of a SameDiff graph that pull the open share of its cost to what may stay. Made after
 * all gates; {@link #ofModel} counts the whole graph, so its ops are there too by then.
 *
 * <pre>{@code
 * SameDiffBudget budget = SameDiffBudget.ofModel(gates);
 * gates.penalize("cost", budget.excess(0.5), 20);
 * }</pre>
 */
public final class SameDiffBudget {
  private final SameDiffGates gates;
  private final Function<SDVariable, SDVariable> share;
  private final double least;

  private SameDiffBudget(SameDiffGates gates, ToDoubleFunction<SameDiffSite> cost) {
    this.gates = gates;
    Collection<SameDiffSite> sites = gates.sites().existing();
    double all = sites.stream().mapToDouble(site -> site.count() * cost.applyAsDouble(site)).sum();
    List<INDArray> parts = new ArrayList<>();
    double one = 0;
    for (SameDiffSite site : sites) {
      double each = cost.applyAsDouble(site) / all;
      parts.add(
          Nd4j.valueArrayOf(
              new long[] {site.count()}, each, gates.graph().getVariable(site.open()).dataType()));
      one += site.removable() ? 0 : each;
    }
    INDArray costs =
        parts.size() == 1 ? parts.get(0) : Nd4j.concat(0, parts.toArray(INDArray[]::new));
    this.share = open -> open.mul(gates.graph().constant(costs)).sum();
    this.least = one;
  }

  private SameDiffBudget(SameDiffGates gates, Function<ChannelGroups, Cost> cost) {
    this.gates = gates;
    Collection<SameDiffSite> sites = gates.sites().existing();
    SameDiff plain = SameDiffFolding.withoutGates(gates);
    ChannelGroups groups = ChannelGroups.of(plain);
    int all = Math.toIntExact(sites.stream().mapToLong(SameDiffSite::count).sum());
    List<List<Integer>> units = new ArrayList<>();
    Map<String, List<double[]>> parts = new LinkedHashMap<>();
    double[] fewest = new double[all];
    for (SameDiffSite site : sites) {
      int start = units.size();
      fewest[start] = site.removable() ? 0 : 1;
      boolean whole = site.removable() || site.granularity() == Granularity.WEIGHT;
      List<List<Integer>> own = SameDiffUnits.of(groups, site);
      if (!whole && own.isEmpty()) {
        throw new IllegalArgumentException(
            "Closing gates of %s removes nothing, since their channels are coupled with other weights, have no rule, or are no zero where they are read; use ofOperations"
                .formatted(site.source()));
      }
      double[] each = new double[all];
      Arrays.fill(each, start, start + (int) site.count(), 1.0 / site.count());
      Set<String> touched =
          site.removable()
              ? SameDiffUnits.branch(plain, site.source())
              : whole ? Set.of(site.source()) : Set.of();
      touched.forEach(name -> parts.computeIfAbsent(name, n -> new ArrayList<>()).add(each));
      units.addAll(whole ? Collections.nCopies((int) site.count(), List.of()) : own);
    }
    ExpectedCost expected = ExpectedCost.of(groups, cost.apply(groups), units, parts);
    this.share = expected::share;
    this.least = HostReads.scalar(expected.value(Nd4j.createFromArray(fewest))) / expected.full();
  }

  /**
   * Every gate costs the same, so that the share is the mean of all gates.
   *
   * @param gates of a graph
   * @return the budget
   * @throws IllegalStateException if there are no gates
   */
  public static SameDiffBudget ofGates(SameDiffGates gates) {
    return new SameDiffBudget(gates, (SameDiffSite site) -> 1);
  }

  /**
   * A gate costs the weights that make its channel, or that it gates. In dense layers these are the
   * multiply-accumulates of an example; that fewer channels also save the next layer work is not
   * counted, as it is by {@link #ofModel}.
   *
   * @param gates of a graph
   * @return the budget
   * @throws IllegalStateException if there are no gates
   * @throws IllegalArgumentException if the weights of a site were not named
   */
  public static SameDiffBudget ofOperations(SameDiffGates gates) {
    return new SameDiffBudget(gates, (SameDiffSite site) -> weights(gates.graph(), site));
  }

  /**
   * The share of all parameters that are left: a closed channel or head takes along what makes it
   * and what reads it, a closed branch all that it has. Between two gated layers the shares
   * multiply. Costs a few ops on a vector of all gates for each parameter that a gate touches.
   *
   * @param gates of a graph that is complete but for its penalties
   * @return the budget
   * @throws IllegalStateException if there are no gates
   * @throws IllegalArgumentException if the channels of a site cannot be removed
   */
  public static SameDiffBudget ofModel(SameDiffGates gates) {
    return new SameDiffBudget(gates, (ChannelGroups groups) -> Cost.parameters(groups));
  }

  /**
   * The same of all multiply-accumulates of one example.
   *
   * @param gates of a graph that is complete but for its penalties, with a training configuration
   *     that maps the features to its placeholders
   * @param example one batch; only the shapes of its features matter
   * @return the budget
   * @throws IllegalStateException if there are no gates
   * @throws IllegalArgumentException if the channels of a site cannot be removed
   */
  public static SameDiffBudget ofModel(SameDiffGates gates, MultiDataSet example) {
    return new SameDiffBudget(
        gates, (ChannelGroups groups) -> Cost.multiplyAccumulates(groups, example));
  }

  private static double weights(SameDiff graph, SameDiffSite site) {
    double weights = 0;
    for (String producer : site.producers()) {
      INDArray values = graph.getVariable(producer).getArr();
      weights += values.rank() < 2 ? 0 : (double) values.length() / site.count();
    }
    if (weights == 0) {
      throw new IllegalArgumentException(
          "The gates of %s name no weight, so what they cost is unknown; use ofGates"
              .formatted(site.source()));
    }
    return weights;
  }

  /**
   * The open share of the cost, in [0, 1].
   *
   * @return a scalar
   */
  public SDVariable share() {
    return share.apply(gates.open());
  }

  /**
   * The squared excess over a budget, max(0, share − kept)²; see {@link
   * GatePenalty#budget(double)}.
   *
   * @param kept the share that may stay, in (0, 1]
   * @return a scalar
   * @throws IllegalArgumentException if it lies outside, or below what keeps a channel per layer
   */
  public SDVariable excess(double kept) {
    check(kept);
    SDVariable excess = gates.graph().nn().relu(share().sub(kept), 0);
    return excess.mul(excess);
  }

  /**
   * The squared distance from a target, (share − kept)²; see {@link GatePenalty#target(double)}.
   *
   * @param kept the share that is to stay, in (0, 1]
   * @return a scalar
   * @throws IllegalArgumentException if it lies outside, or below what keeps a channel per layer
   */
  public SDVariable target(double kept) {
    check(kept);
    SDVariable distance = share().sub(kept);
    return distance.mul(distance);
  }

  /**
   * Makes μ·(share − kept) part of the loss, with a multiplier that the listener of {@link
   * SameDiffGates#steer} moves after each step, μ ← max(0, μ + rate·(share − kept)). It is a
   * constant of the graph, {@code name_weight}, and saved with it.
   *
   * @param name of the new loss variable
   * @param kept the share that may stay, in (0, 1]
   * @param rate how fast the multiplier moves, positive
   * @return the loss variable
   * @throws IllegalArgumentException if a number lies outside, or so little cannot be kept
   */
  public SDVariable lagrangian(String name, double kept, double rate) {
    check(kept);
    if (!(rate > 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException(
          "The multiplier's rate %s must be positive and finite".formatted(rate));
    }
    SDVariable excess = share().sub(name + "_excess", kept);
    return gates.penalties().multiply(name, excess, rate);
  }

  private void check(double kept) {
    Penalties.checkKept(kept);
    Penalties.checkReachable(kept, least);
  }
}
