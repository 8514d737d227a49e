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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gates as variables and ops of a SameDiff graph, made of ND4J's own ops, so that they are saved
 * and loaded with the graph.
 *
 * <pre>{@code
 * SameDiffGates gates = new SameDiffGates(graph);
 * SDVariable hidden = gates.consensus("hidden", relu, input, 784, 256, "w0", "b0");
 * …
 * graph.setLossVariables("loss");
 * gates.penalize("cost", SameDiffBudget.ofGates(gates).excess(0.5), 20);
 * gates.penalize("agreement", gates.polarization(), 0);
 * graph.setListeners(gates.steer(Map.of("agreement", Schedule.linear(300, 1000, 0, 50))));
 * }</pre>
 *
 * <p>Penalties are loss variables of their own, so that folding can take them out again. A gate's
 * channels are the last axis of a dense layer's activation [examples, channels]. Straight-through
 * gates are s + stopGradient(1[s ≥ 0.5] − s). Hard concrete gates need noise in training only, and
 * a SameDiff graph does not know whether it trains, so the listener of {@link #steer} draws it in
 * each step and takes it away after it; without the listener they train without noise.
 */
public final class SameDiffGates {
  private final SameDiff graph;
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final List<SameDiffRelaxation> relaxations = new ArrayList<>();
  private final Set<String> penalties = new LinkedHashSet<>();
  private final Map<String, GateSteering.Multiplier> multipliers = new LinkedHashMap<>();

  /**
   * One gated activation.
   *
   * @param activation the name of what is gated
   * @param gated the name of the product
   * @param gates the name of the gates, [1 or examples, channels]
   * @param open the name of their probabilities of being open, of the same shape
   * @param threshold gates below it are closed
   * @param channels their number
   * @param producers the names of the weight and bias that make the activation, output axis last
   * @param perExample whether the gates depend on the example
   */
  record Site(
      String activation,
      String gated,
      String gates,
      String open,
      double threshold,
      long channels,
      List<String> producers,
      boolean perExample) {}

  /**
   * Gates in a graph.
   *
   * @param graph a graph that is being built
   */
  public SameDiffGates(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * Gates that are the same for all examples.
   *
   * @param name of the gates; the logits are the variable {@code name_gate}
   * @param activation what is gated, [examples, channels]
   * @param channels the number of channels
   * @param relaxation of the gates
   * @param initialLogit the logit that every gate starts with
   * @param producers the names of the weight, and of the bias if there is one, that make the
   *     activation; outputs are their last axis
   * @return the gated activation, to be read instead of the activation
   * @throws IllegalArgumentException if the activation is gated already, or a producer does not
   *     exist or has another width
   */
  public SDVariable channels(
      String name,
      SDVariable activation,
      long channels,
      Relaxation relaxation,
      double initialLogit,
      String... producers) {
    check(name, activation, channels, producers);
    INDArray start =
        Nd4j.valueArrayOf(new long[] {1, channels}, initialLogit, activation.dataType());
    SDVariable logits = graph.var(name + "_gate", start);
    return insert(name, activation, logits, channels, relaxation, producers, false);
  }

  /**
   * Straight-through gates that depend on the example: a = u·U + c with u what the layer reads.
   *
   * @param name of the gates; the variables are {@code name_U} and {@code name_c}
   * @param activation what is gated, [examples, channels]
   * @param reads what the gated layer reads, [examples, inputs]
   * @param inputs the number of its inputs
   * @param channels the number of channels
   * @param producers the names of the weight, and of the bias if there is one, that make the
   *     activation; outputs are their last axis
   * @return the gated activation
   * @throws IllegalArgumentException if the activation is gated already, or a producer does not
   *     exist or has another width
   */
  public SDVariable consensus(
      String name,
      SDVariable activation,
      SDVariable reads,
      long inputs,
      long channels,
      String... producers) {
    check(name, activation, channels, producers);
    DataType type = activation.dataType();
    SDVariable weights = graph.var(name + "_U", Nd4j.randn(type, inputs, channels).muli(0.01));
    SDVariable offsets =
        graph.var(name + "_c", Nd4j.valueArrayOf(new long[] {1, channels}, 1.0, type));
    SDVariable logits = reads.mmul(weights).add(offsets);
    return insert(name, activation, logits, channels, Relaxation.STRAIGHT_THROUGH, producers, true);
  }

  private void check(String name, SDVariable activation, long channels, String... producers) {
    for (Map.Entry<String, Site> site : sites.entrySet()) {
      if (site.getKey().equals(name)
          || site.getValue().activation().equals(activation.name())
          || site.getValue().gated().equals(activation.name())) {
        throw new IllegalArgumentException(
            "There is a gate at %s already: %s".formatted(activation.name(), site.getKey()));
      }
    }
    for (String producer : producers) {
      INDArray values = graph.hasVariable(producer) ? graph.getVariable(producer).getArr() : null;
      if (values == null || values.size(values.rank() - 1) != channels) {
        throw new IllegalArgumentException(
            "%s is no variable with %d outputs on its last axis, so gates of %s cannot fold into it"
                .formatted(producer, channels, activation.name()));
      }
    }
  }

  private SDVariable insert(
      String name,
      SDVariable activation,
      SDVariable logits,
      long channels,
      Relaxation relaxation,
      String[] producers,
      boolean perExample) {
    SameDiffRelaxation ops = new SameDiffRelaxation(graph, name, relaxation);
    SDVariable gates = ops.gates(logits);
    SDVariable open = ops.open(logits, gates);
    relaxations.add(ops);
    SDVariable gated = activation.mul(name + "_gated", gates);
    sites.put(
        name,
        new Site(
            activation.name(),
            gated.name(),
            gates.name(),
            open.name(),
            relaxation.threshold(),
            channels,
            List.of(producers),
            perExample));
    return gated;
  }

  /**
   * All gates, those that depend on the example as the mean over the minibatch, and hard concrete
   * ones as their probabilities of being open.
   *
   * @return [gates], in the order in which they were made
   * @throws IllegalStateException if there are none
   */
  public SDVariable open() {
    if (sites.isEmpty()) {
      throw new IllegalStateException("There are no gates in this graph yet");
    }
    List<SDVariable> parts = new ArrayList<>();
    for (Site site : sites.values()) {
      SDVariable all = graph.getVariable(site.open());
      // ND4J fails on the mean over an axis of length one.
      parts.add(site.perExample() ? all.mean(0) : all.reshape(site.channels()));
    }
    return parts.size() == 1 ? parts.get(0) : graph.concat(0, parts.toArray(SDVariable[]::new));
  }

  /**
   * Agreement, (1/|G|) Σ ḡ(1 − ḡ); see {@link GatePenalty#polarization}.
   *
   * @return a scalar
   */
  public SDVariable polarization() {
    SDVariable open = open();
    return open.mul(open.rsub(1)).mean();
  }

  /**
   * The mean of all gates: the expected fraction that is open, and L1; see {@link GatePenalty#l0}.
   *
   * @return a scalar
   */
  public SDVariable l0() {
    return open().mean();
  }

  /**
   * Makes a penalty part of the loss.
   *
   * @param name of the new loss variable, weight · penalty
   * @param penalty a scalar of this graph, such as {@link #polarization}
   * @param weight its weight, not negative; {@link #steer} can change it
   * @return the loss variable
   * @throws IllegalArgumentException if the weight is negative
   */
  public SDVariable penalize(String name, SDVariable penalty, double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException(
          "The weight %s of %s is negative or not a number".formatted(weight, name));
    }
    INDArray start = Nd4j.scalar(penalty.dataType(), weight);
    SDVariable factor = graph.constant(name + "_weight", start);
    SDVariable loss = penalty.mul(name, factor);
    graph.addLossVariable(loss);
    penalties.add(name);
    return loss;
  }

  /** Makes a product with a multiplier part of the loss, which starts at 0. */
  SDVariable multiply(String name, SDVariable excess, double rate) {
    SDVariable loss = penalize(name, excess, 0);
    multipliers.put(excess.name(), new GateSteering.Multiplier(weight(name), rate));
    return loss;
  }

  private INDArray weight(String penalty) {
    return graph.getVariable(penalty + "_weight").getArr();
  }

  /**
   * A listener that changes the weights of penalties while the graph trains, moves multipliers, and
   * draws the noise of hard concrete gates from ND4J's generator of the training thread.
   *
   * @param weights schedules over the iterations, counted from 1, by the penalties' names; may be
   *     empty
   * @return a listener for the graph
   * @throws IllegalArgumentException if there is no such penalty
   */
  public Listener steer(Map<String, Schedule> weights) {
    if (!penalties.containsAll(weights.keySet())) {
      throw new IllegalArgumentException(
          "There are penalties %s, not %s".formatted(penalties, weights.keySet()));
    }
    Map<INDArray, Schedule> arrays = new IdentityHashMap<>();
    weights.forEach((name, schedule) -> arrays.put(weight(name), schedule));
    return new GateSteering(arrays, multipliers, relaxations);
  }

  Set<String> penalties() {
    return Set.copyOf(penalties);
  }

  /** By name, in the order in which they were made. */
  Map<String, Site> sites() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(sites));
  }

  SameDiff graph() {
    return graph;
  }
}
