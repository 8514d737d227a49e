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
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Penalties of a SameDiff graph that pull the open share of its gated cost, Σ f ḡ with Σ f = 1, to
 * what may stay. Made after all gates.
 *
 * <pre>{@code
 * SameDiffBudget budget = SameDiffBudget.ofOperations(gates);
 * gates.penalize("cost", budget.excess(0.5), 20);
 * }</pre>
 */
public final class SameDiffBudget {
  private final SameDiffGates gates;
  private final INDArray costs;
  private final double least;

  private SameDiffBudget(SameDiffGates gates, ToDoubleFunction<SameDiffGates.Site> cost) {
    this.gates = gates;
    Collection<SameDiffGates.Site> sites = gates.sites().values();
    if (sites.isEmpty()) {
      throw new IllegalStateException("There are no gates in this graph yet");
    }
    double all =
        sites.stream().mapToDouble(site -> site.channels() * cost.applyAsDouble(site)).sum();
    List<INDArray> parts = new ArrayList<>();
    double one = 0;
    for (SameDiffGates.Site site : sites) {
      double each = cost.applyAsDouble(site) / all;
      parts.add(
          Nd4j.valueArrayOf(
              new long[] {site.channels()},
              each,
              gates.graph().getVariable(site.open()).dataType()));
      one += each;
    }
    this.costs = parts.size() == 1 ? parts.get(0) : Nd4j.concat(0, parts.toArray(INDArray[]::new));
    this.least = one;
  }

  /**
   * Every gate costs the same, so that the share is the mean of all gates.
   *
   * @param gates of a graph
   * @return the budget
   * @throws IllegalStateException if there are no gates
   */
  public static SameDiffBudget ofGates(SameDiffGates gates) {
    return new SameDiffBudget(gates, site -> 1);
  }

  /**
   * A gate costs the weights that make its channel. In dense layers these are the
   * multiply-accumulates of an example; that fewer channels also save the next layer work is not
   * counted.
   *
   * @param gates of a graph
   * @return the budget
   * @throws IllegalStateException if there are no gates
   * @throws IllegalArgumentException if the weights of a site were not named
   */
  public static SameDiffBudget ofOperations(SameDiffGates gates) {
    return new SameDiffBudget(gates, site -> weights(gates.graph(), site));
  }

  private static double weights(SameDiff graph, SameDiffGates.Site site) {
    double weights = 0;
    for (String producer : site.producers()) {
      INDArray values = graph.getVariable(producer).getArr();
      weights += values.rank() < 2 ? 0 : (double) values.length() / site.channels();
    }
    if (weights == 0) {
      throw new IllegalArgumentException(
          "The gates of %s name no weight, so what they cost is unknown; use ofGates"
              .formatted(site.activation()));
    }
    return weights;
  }

  /**
   * The open share of the cost, Σ f ḡ.
   *
   * @return a scalar
   */
  public SDVariable share() {
    return gates.open().mul(gates.graph().constant(costs)).sum();
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
    return gates.multiply(name, excess, rate);
  }

  private void check(double kept) {
    Penalties.checkKept(kept);
    Penalties.checkReachable(kept, least);
  }
}
