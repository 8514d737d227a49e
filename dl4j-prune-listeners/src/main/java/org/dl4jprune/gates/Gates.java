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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Puts trainable gates, the same for all examples, into a network. The gated network is a new model
 * of the same class with the old one's parameters, updater state and counters; its gates are part
 * of its configuration and are trained by its own {@code fit}.
 *
 * <pre>{@code
 * Gates gates = Gates.builder().relaxation(Relaxation.HARD_CONCRETE).build();
 * MultiLayerNetwork gated = gates.insert(network);
 * gated.addListeners(GatePenalties.of(gated).add(GatePenalty.l0(), 0.5));
 * gated.fit(data, 10);
 * MultiLayerNetwork smaller = (MultiLayerNetwork) GateFolding.fold(gated).model().unwrap();
 * }</pre>
 *
 * <p>A channel gate sits behind a dense or convolutional layer with its batch normalisation and
 * activation, and only where a zero is the same as a removal. For soft relaxations these must also
 * let a positive factor pass (ReLU, leaky ReLU, identity), so that a kept gate's value folds into
 * the weights.
 */
public final class Gates {
  private final Granularity granularity;
  private final Relaxation relaxation;
  private final double initialLogit;
  private final List<String> layers;
  private final GateCost cost;
  private final MultiDataSet example;

  private Gates(Builder builder) {
    this.granularity = builder.granularity;
    this.relaxation = builder.relaxation;
    this.initialLogit = builder.initialLogit;
    this.layers = List.copyOf(builder.layers);
    this.cost = builder.cost;
    this.example = builder.example;
  }

  /**
   * Gates for every layer that can be gated, unless layers are named.
   *
   * @return a builder: straight-through channel gates whose logits start at 1
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Inserts gates.
   *
   * @param network an initialised network; it is not touched
   * @return the gated network
   * @throws IllegalArgumentException if a named layer does not exist, cannot be gated or is gated
   *     already, or there is nothing to gate
   */
  public MultiLayerNetwork insert(MultiLayerNetwork network) {
    return (MultiLayerNetwork) insertAny(network).unwrap();
  }

  /**
   * Inserts gates.
   *
   * @param network an initialised network; it is not touched
   * @return the gated network
   * @throws IllegalArgumentException if a named layer does not exist, cannot be gated or is gated
   *     already, or there is nothing to gate
   */
  public ComputationGraph insert(ComputationGraph network) {
    return (ComputationGraph) insertAny(network).unwrap();
  }

  private PrunableModel insertAny(Model model) {
    GatedNetwork network = new GatedNetwork(model);
    switch (granularity) {
      case CHANNEL -> channels(model, network);
      case LAYER -> branches(model, network);
      case WEIGHT, HEAD ->
          new WeightSites(granularity, this::configure, cost.counter(model, example))
              .wrap(model, network, layers);
      default -> throw new IllegalStateException("There is no granularity " + granularity);
    }
    return network.build();
  }

  private void configure(GatedWeights gated) {
    gated.setRelaxation(relaxation);
    gated.setInitialLogit(initialLogit);
  }

  private void channels(Model model, GatedNetwork network) {
    GateCost.Counter counter = cost.counter(model, example);
    Map<String, NeuralNetConfiguration> inList = new LinkedHashMap<>();
    for (Chain chain : GateChoice.chains(model, network, layers, relaxation)) {
      GateLayer gate = gate(network.name(chain.last()), chain.channels(), chain.channelsLast());
      gate.setGates(chain.channels());
      gate.setCost(counter.of(List.of(chain.first()), chain.channels()));
      NeuralNetConfiguration conf = GatedNetwork.like(network.conf(chain.first()), gate);
      if (network.isGraph()) {
        network.insertInGraph(
            chain.last(), gate.getLayerName(), new LayerVertex(conf, null), List.of());
      } else {
        inList.put(chain.last(), conf);
      }
    }
    network.insertInList(inList);
  }

  private void branches(Model model, GatedNetwork network) {
    GateCost.Counter counter = cost.counter(model, example);
    for (Branch branch : GateChoice.branches(network, layers)) {
      Chain chain = GateChoice.lastChain(network, branch);
      if (relaxation != Relaxation.STRAIGHT_THROUGH && !chain.scales()) {
        throw GateChoice.refusal(branch.end(), GateChoice.softRefusal(relaxation));
      }
      GateLayer gate = gate(branch.end(), chain.channels(), chain.channelsLast());
      gate.setGates(1);
      gate.setRemovable(true);
      gate.setCost(counter.of(branch.vertices(), 1));
      NeuralNetConfiguration conf = GatedNetwork.like(network.conf(chain.first()), gate);
      network.insertInGraph(
          branch.end(), gate.getLayerName(), new LayerVertex(conf, null), List.of());
    }
  }

  private GateLayer gate(String name, long channels, boolean channelsLast) {
    GateLayer gate = new GateLayer();
    gate.setLayerName(name + "-gate");
    gate.setNIn(channels);
    gate.setNOut(channels);
    gate.setChannelsLast(channelsLast);
    gate.setRelaxation(relaxation);
    gate.setInitialLogit(initialLogit);
    return gate;
  }

  /** Collects what gates are asked for. */
  public static final class Builder {
    private Granularity granularity = Granularity.CHANNEL;
    private Relaxation relaxation = Relaxation.STRAIGHT_THROUGH;
    private double initialLogit = 1;
    private final List<String> layers = new ArrayList<>();
    private GateCost cost = GateCost.WEIGHTS;
    private MultiDataSet example;

    private Builder() {}

    /**
     * What one gate opens and closes.
     *
     * @param granularity channels by default
     * @return this
     */
    public Builder granularity(Granularity granularity) {
      this.granularity = granularity;
      return this;
    }

    /**
     * How logits become gates.
     *
     * @param relaxation straight-through by default
     * @return this
     */
    public Builder relaxation(Relaxation relaxation) {
      this.relaxation = relaxation;
      return this;
    }

    /**
     * The logit that every gate starts with.
     *
     * @param logit 1 by default: open, and free to close
     * @return this
     */
    public Builder initialLogit(double logit) {
      this.initialLogit = logit;
      return this;
    }

    /**
     * Gates these layers only.
     *
     * @param names names or numbers of layers
     * @return this
     */
    public Builder layers(String... names) {
      layers.addAll(List.of(names));
      return this;
    }

    /**
     * What a gate costs, for the penalties that count costs.
     *
     * @param cost weights by default
     * @return this
     */
    public Builder cost(GateCost cost) {
      this.cost = cost;
      return this;
    }

    /**
     * Counts costs in multiply-accumulates.
     *
     * @param example one batch; only the shapes of its features matter
     * @return this
     */
    public Builder multiplyAccumulates(MultiDataSet example) {
      this.example = example;
      return cost(GateCost.MULTIPLY_ACCUMULATES);
    }

    /**
     * Checks and builds.
     *
     * @return the gates
     * @throws IllegalArgumentException if the logit is not finite, or multiply-accumulates are
     *     asked for without an example
     */
    public Gates build() {
      if (!Double.isFinite(initialLogit)) {
        throw new IllegalArgumentException(
            "The initial logit %s is not finite".formatted(initialLogit));
      }
      if (cost == GateCost.MULTIPLY_ACCUMULATES && example == null) {
        throw new IllegalArgumentException(
            "Multiply-accumulates need an example; use multiplyAccumulates(example)");
      }
      return new Gates(this);
    }
  }
}
