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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Gates as variables and ops of a SameDiff graph, made of ND4J's own ops, so that they are saved
 * and loaded with the graph.
 *
 * <pre>{@code
 * SDVariable hidden = gates.channels("hidden", relu, 256, Relaxation.SIGMOID, 1, "w0", "b0");
 * gates.penalize("cost", SameDiffBudget.ofGates(gates).excess(0.5), 20);
 * gates.penalize("agreement", gates.polarization(), 0);
 * graph.setListeners(gates.steer(Map.of("agreement", Schedule.linear(300, 1000, 0, 50))));
 * }</pre>
 *
 * <p>Gates sit behind an activation, on its channels or all of it, or on a weight, which the graph
 * then reads as the product that is returned. Gates that depend on the example are made by {@link
 * SameDiffConsensus}. Penalties are loss variables of their own, so that folding can take them out
 * again. Straight-through gates are s + stopGradient(1[s ≥ 0.5] − s). Hard concrete gates need
 * noise in training only, and a SameDiff graph does not know whether it trains, so the listener of
 * {@link #steer} draws it in each step and takes it away after it; without the listener they train
 * without noise.
 */
public final class SameDiffGates {
  private final SameDiff graph;
  private final SameDiffSites sites;
  private final SameDiffPenalties penalties;

  /**
   * Gates in a graph.
   *
   * @param graph a graph that is being built, or one with gates that was copied or loaded, whose
   *     gates and penalties are found in it
   */
  public SameDiffGates(SameDiff graph) {
    this.graph = graph;
    this.sites = new SameDiffSites(graph);
    this.penalties = new SameDiffPenalties(graph);
  }

  /**
   * Gates of the channels along the last axis, the same for all examples.
   *
   * @param name of the gates; the logits are the variable {@code name_gate}
   * @param activation what is gated, [examples, …, channels]
   * @param channels the number of channels
   * @param relaxation of the gates
   * @param initialLogit the logit that every gate starts with
   * @param producers the names of the weight, and of the bias if there is one, that make the
   *     activation; outputs are their last axis
   * @return the gated activation, to be read instead of the activation
   * @throws IllegalArgumentException if the name is taken, the activation is gated already, or a
   *     producer does not exist or has another width
   */
  public SDVariable channels(
      String name,
      SDVariable activation,
      long channels,
      Relaxation relaxation,
      double initialLogit,
      String... producers) {
    sites.checkChannels(name, activation, channels, producers);
    SDVariable logits = sites.logits(name, activation, initialLogit, 1, channels);
    return sites.insert(
        name, activation, logits, channels, relaxation, Granularity.CHANNEL, 0, false, producers);
  }

  /**
   * Gates of the channels of images, the same for all examples.
   *
   * @param name of the gates; the logits are the variable {@code name_gate}
   * @param activation what is gated, [examples, channels, height, width]
   * @param channels the number of channels
   * @param relaxation of the gates
   * @param initialLogit the logit that every gate starts with
   * @param producers the names of the kernel, and of the bias if there is one, that make the
   *     activation; outputs are their last axis
   * @return as of {@link #channels}
   * @throws IllegalArgumentException as in {@link #channels}
   */
  public SDVariable maps(
      String name,
      SDVariable activation,
      long channels,
      Relaxation relaxation,
      double initialLogit,
      String... producers) {
    sites.checkChannels(name, activation, channels, producers);
    SDVariable logits = sites.logits(name, activation, initialLogit, 1, channels);
    return sites.insert(
        name, activation, logits, channels, relaxation, Granularity.CHANNEL, 2, false, producers);
  }

  /**
   * One gate of a whole residual branch F in y = x + g·F(x), the same for all examples. Where it is
   * closed, folding removes the branch and leaves x.
   *
   * @param name of the gate; the logit is the variable {@code name_gate}
   * @param branch what the branch adds, of two or more axes
   * @param relaxation of the gate
   * @param initialLogit the logit that it starts with
   * @param producers the names of the last weight, and of the bias if there is one, of the branch,
   *     which take the value of an open gate; not needed for straight-through gates
   * @return the gated branch, to be added to x
   * @throws IllegalArgumentException if the name is taken, the branch is gated already, or a
   *     producer does not exist
   */
  public SDVariable layer(
      String name,
      SDVariable branch,
      Relaxation relaxation,
      double initialLogit,
      String... producers) {
    sites.check(name, branch, producers);
    SDVariable logits = sites.logits(name, branch, initialLogit, 1, 1);
    return sites.insert(
        name, branch, logits, 1, relaxation, Granularity.LAYER, 0, false, producers);
  }

  /**
   * A gate for each value of a weight.
   *
   * @param name of the gates; the logits are the variable {@code name_gate}, of the weight's shape
   * @param weight a variable of the graph
   * @param relaxation of the gates
   * @param initialLogit the logit that every gate starts with
   * @return the gated weight, to be read instead of the weight
   * @throws IllegalArgumentException if the name is taken, the weight is gated already, or it is no
   *     variable with values
   */
  public SDVariable weights(
      String name, SDVariable weight, Relaxation relaxation, double initialLogit) {
    sites.check(name, weight, weight.name());
    long[] shape = weight.getArr().shape();
    SDVariable logits = sites.logits(name, weight, initialLogit, shape);
    long count = weight.getArr().length();
    return sites.insert(
        name, weight, logits, count, relaxation, Granularity.WEIGHT, 0, false, weight.name());
  }

  /**
   * A gate for each head of an attention, on the rows of its output projection that read the head.
   *
   * @param name of the gates; the logits are the variable {@code name_gate}, [heads, 1]
   * @param projection a variable of the graph, [heads × head size, outputs] or [heads, head size,
   *     outputs]
   * @param heads the number of heads
   * @param relaxation of the gates
   * @param initialLogit the logit that every gate starts with
   * @return the gated projection, to be read instead of the projection
   * @throws IllegalArgumentException if the name is taken, the projection is gated already, or its
   *     first axis is no multiple of the heads
   */
  public SDVariable heads(
      String name, SDVariable projection, long heads, Relaxation relaxation, double initialLogit) {
    sites.check(name, projection, projection.name());
    long[] shape = projection.getArr().shape();
    if (heads < 1 || shape[0] % heads != 0) {
      throw new IllegalArgumentException(
          "The first axis of %s has %d rows, no multiple of %d heads"
              .formatted(projection.name(), shape[0], heads));
    }
    SDVariable logits = sites.logits(name, projection, initialLogit, heads, 1);
    return sites.insert(
        name, projection, logits, heads, relaxation, Granularity.HEAD, 0, false, projection.name());
  }

  /**
   * All gates, those that depend on the example as the mean over the minibatch, and hard concrete
   * ones as their probabilities of being open.
   *
   * @return [gates], in the order in which they were made
   * @throws IllegalStateException if there are none
   */
  public SDVariable open() {
    return all(SameDiffSite::open);
  }

  private SDVariable all(Function<SameDiffSite, String> variable) {
    List<SDVariable> parts = new ArrayList<>();
    for (SameDiffSite site : sites.existing()) {
      SDVariable all = graph.getVariable(variable.apply(site));
      // ND4J fails on the mean over an axis of length one.
      parts.add(site.perExample() ? all.mean(0) : all.reshape(site.count()));
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
   * The expected fraction of all gates that is open; see {@link GatePenalty#l0}.
   *
   * @return a scalar
   */
  public SDVariable l0() {
    return open().mean();
  }

  /**
   * The mean of the gates' values, with their noise; see {@link GatePenalty#l1}.
   *
   * @return a scalar
   */
  public SDVariable l1() {
    return all(SameDiffSite::gates).mean();
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
    return penalties.add(name, penalty, weight);
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
    return penalties.steering(weights, sites.relaxations());
  }

  SameDiffPenalties penalties() {
    return penalties;
  }

  SameDiffSites sites() {
    return sites;
  }

  SameDiff graph() {
    return graph;
  }
}
