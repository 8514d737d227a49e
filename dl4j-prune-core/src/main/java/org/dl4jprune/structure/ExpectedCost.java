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
package org.dl4jprune.structure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The cost of a model whose units are present with given probabilities, independently of each
 * other: for each parameter the product, over its axes, of the expected number of slices, times the
 * expected share of its values that are present by themselves. It is differentiable, and at zeros
 * and ones it is exactly {@link Cost#after}.
 *
 * <p>All arrays have one entry for each gate and live on the device.
 */
public final class ExpectedCost {
  private final List<Term> terms = new ArrayList<>();
  private final double full;
  private final int gates;

  /** One parameter: its weight times the product of its axes. */
  private record Term(double weight, List<Axis> axes) {}

  /** Slices that always stay, and the number of slices that each gate keeps. */
  private record Axis(double constant, INDArray perGate) {
    INDArray length(INDArray open) {
      return open.mul(perGate).sum().addi(constant);
    }

    double full() {
      return constant + HostReads.scalar(perGate.sum());
    }
  }

  private ExpectedCost(double full, int gates) {
    this.full = full;
    this.gates = gates;
  }

  /**
   * The expected cost of a model under gates.
   *
   * @param groups the groups of the model
   * @param cost parameters, multiply-accumulates or bytes of the same groups
   * @param unitsOfGates for each gate the numbers of the units that it removes
   * @return the function
   * @throws IllegalArgumentException if the cost is no sum over parameters, as a latency is not
   */
  public static ExpectedCost of(ChannelGroups groups, Cost cost, List<List<Integer>> unitsOfGates) {
    return of(groups, cost, unitsOfGates, Map.of());
  }

  /**
   * The expected cost of a model under gates, of which some remove parts of single parameters
   * instead of units, such as the weights of a layer or all that a residual branch has.
   *
   * @param groups the groups of the model
   * @param cost parameters, multiply-accumulates or bytes of the same groups
   * @param unitsOfGates for each gate the numbers of the units that it removes; may be empty
   * @param partsOfGates by the names of parameters, vectors of the share of the parameter's values
   *     that each gate removes, [gates]; what is left of 1 always stays; several multiply
   * @return the function
   * @throws IllegalArgumentException if the cost is no sum over parameters, as a latency is not
   */
  public static ExpectedCost of(
      ChannelGroups groups,
      Cost cost,
      List<List<Integer>> unitsOfGates,
      Map<String, List<double[]>> partsOfGates) {
    if (!(cost instanceof WeightedCost weighted)) {
      throw new IllegalArgumentException(
          "Only parameters, multiply-accumulates and bytes have an expectation, not "
              + cost.getClass().getSimpleName());
    }
    Map<Integer, Integer> gates = new HashMap<>();
    for (int gate = 0; gate < unitsOfGates.size(); gate++) {
      for (int unit : unitsOfGates.get(gate)) {
        gates.put(unit, gate);
      }
    }
    ExpectedCost expected = new ExpectedCost(cost.after(java.util.Set.of()), unitsOfGates.size());
    Map<String, Map<Integer, Slot>> slots = new HashMap<>();
    groups
        .slots()
        .forEach(
            slot ->
                slots
                    .computeIfAbsent(slot.parameter().name(), name -> new HashMap<>())
                    .put(slot.axis(), slot));
    for (Parameter parameter : groups.model().parameters()) {
      if (weighted.weight(parameter) > 0) {
        Term term =
            term(
                groups,
                weighted,
                parameter,
                slots.getOrDefault(parameter.name(), Map.of()),
                gates,
                unitsOfGates.size());
        for (double[] parts : partsOfGates.getOrDefault(parameter.name(), List.of())) {
          double rest = 1 - Arrays.stream(parts).sum();
          term.axes().add(new Axis(Math.max(0, rest), Nd4j.createFromArray(parts)));
        }
        expected.terms.add(term);
      }
    }
    return expected;
  }

  private static Term term(
      ChannelGroups groups,
      WeightedCost cost,
      Parameter parameter,
      Map<Integer, Slot> slots,
      Map<Integer, Integer> gates,
      int count) {
    double weight = cost.weight(parameter);
    List<Axis> axes = new ArrayList<>();
    for (int axis = 0; axis < parameter.rank(); axis++) {
      Slot slot = slots.get(axis);
      if (slot == null) {
        weight *= parameter.shape()[axis];
        continue;
      }
      int constant = 0;
      double[] perGate = new double[count];
      for (int channel : slot.channels()) {
        Integer gate = gates.get(groups.unitOf(channel));
        if (gate == null) {
          constant++;
        } else {
          perGate[gate]++;
        }
      }
      if (constant == slot.channels().length) {
        weight *= constant;
      } else {
        axes.add(new Axis(constant, Nd4j.createFromArray(perGate)));
      }
    }
    return new Term(weight, axes);
  }

  /**
   * The number of gates that it is a function of.
   *
   * @return as many as there were lists of units
   */
  public int gates() {
    return gates;
  }

  /**
   * The cost with every unit present.
   *
   * @return the number of parameters or multiply-accumulates
   */
  public double full() {
    return full;
  }

  /**
   * The expected share of the full cost, as ops of a SameDiff graph. A few for each parameter that
   * a gate touches, on vectors of all gates.
   *
   * @param open the probability of each gate to be open, [gates]
   * @return a scalar of the same graph and type
   */
  public SDVariable share(SDVariable open) {
    double constant = 0;
    SDVariable total = null;
    for (Term term : terms) {
      SDVariable product = null;
      for (Axis axis : term.axes()) {
        SDVariable factors =
            open.getSameDiff().constant(axis.perGate().div(axis.full()).castTo(open.dataType()));
        SDVariable length = open.mul(factors).sum().add(axis.constant() / axis.full());
        product = product == null ? length : product.mul(length);
      }
      double weight = term.weight() / full;
      for (Axis axis : term.axes()) {
        weight *= axis.full();
      }
      if (product == null) {
        constant += weight;
      } else {
        SDVariable part = product.mul(weight);
        total = total == null ? part : total.add(part);
      }
    }
    if (total == null) {
      throw new IllegalArgumentException("No gate changes the cost; gate what the cost counts");
    }
    return total.add(constant);
  }

  /**
   * The expected cost.
   *
   * @param open the probability of each gate to be open, [gates]
   * @return a DOUBLE scalar
   */
  public INDArray value(INDArray open) {
    INDArray probabilities = open.castTo(DataType.DOUBLE);
    INDArray total = Nd4j.scalar(0.0);
    for (Term term : terms) {
      INDArray product = Nd4j.scalar(term.weight());
      for (Axis axis : term.axes()) {
        product.muli(axis.length(probabilities));
      }
      total.addi(product);
    }
    return total;
  }

  /**
   * The derivative of the expected cost.
   *
   * @param open the probability of each gate to be open, [gates]
   * @return DOUBLE, [gates]
   */
  public INDArray gradient(INDArray open) {
    INDArray probabilities = open.castTo(DataType.DOUBLE);
    INDArray total = Nd4j.zeros(DataType.DOUBLE, open.length());
    for (Term term : terms) {
      for (Axis axis : term.axes()) {
        INDArray others = Nd4j.scalar(term.weight());
        for (Axis other : term.axes()) {
          if (other != axis) {
            others.muli(other.length(probabilities));
          }
        }
        total.addi(axis.perGate().mul(others));
      }
    }
    return total;
  }
}
