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
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * One training run that ends with a smaller static network: gates that depend on the example, a
 * penalty on what they keep, and a polarisation that makes all examples agree, so that at the end
 * the gates are constants. "Learning a Consensus Sub-Network with Polarization Regularization and
 * One Pass Training", <a href="https://arxiv.org/abs/2302.10798">arXiv 2302.10798</a>.
 *
 * <pre>{@code
 * ConsensusGates gates =
 *     ConsensusGates.builder().targetSparsity(0.5).polarization(50, iterations).build();
 * ComputationGraph gated = gates.install(network);
 * gated.fit(train, 10);
 * Consensus consensus = gates.extract(gated, train);
 * }</pre>
 *
 * <p>The gates of a layer read what the layer reads. The loss is the task's + activity·(Σ f ḡ − (1
 * − t))² + polarization·(1/|G|) Σ ḡ(1 − ḡ), with ḡ the mean of the binary gates over the minibatch;
 * without a target sparsity t the first penalty is Σ f ḡ. In front of {@code fit} the listener that
 * steers them is attached to the gated network; {@code setListeners} would remove it.
 */
public final class ConsensusGates {
  private static final double RAMP_START = 0.3;

  private final Builder settings;

  private ConsensusGates(Builder settings) {
    this.settings = settings;
  }

  /**
   * Consensus gates for the channels of all layers that can be gated.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Inserts gates and attaches the listener that steers their penalties.
   *
   * @param network an initialised network; it is not touched
   * @return the gated network, a graph with the network's parameters and updater state
   * @throws IllegalArgumentException if a layer cannot be gated, or the target sparsity cannot be
   *     reached
   */
  public ComputationGraph install(MultiLayerNetwork network) {
    ComputationGraph graph = network.toComputationGraph();
    // DL4J's conversion takes the clock for a seed.
    long seed = network.getLayerWiseConfigurations().getConf(0).getSeed();
    graph.getConfiguration().getDefaultConfiguration().setSeed(seed);
    graph.getConfiguration().setIterationCount(network.getIterationCount());
    graph.getConfiguration().setEpochCount(network.getEpochCount());
    return install(graph);
  }

  /**
   * Inserts gates and attaches the listener that steers their penalties.
   *
   * @param network an initialised network; it is not touched
   * @return the gated network with the network's parameters and updater state
   * @throws IllegalArgumentException if a layer cannot be gated, or the target sparsity cannot be
   *     reached
   */
  public ComputationGraph install(ComputationGraph network) {
    GatedNetwork rewritten = new GatedNetwork(network);
    GateCost.Counter counter = settings.cost.counter(network, settings.example);
    if (settings.granularity == Granularity.CHANNEL) {
      for (Chain chain :
          Gates.chains(network, rewritten, settings.layers, Relaxation.STRAIGHT_THROUGH)) {
        String reads = rewritten.graph().getVertexInputs().get(chain.first()).get(0);
        double cost = counter.of(List.of(chain.first()), chain.channels());
        insert(rewritten, chain, chain.first(), reads, chain.channels(), cost, false);
      }
    } else {
      for (Branch branch : Gates.branches(rewritten, settings.layers)) {
        Chain chain = Gates.lastChain(rewritten, branch);
        double cost = counter.of(branch.vertices(), 1);
        insert(rewritten, chain, reader(rewritten, branch), branch.reads(), 1, cost, true);
      }
    }
    ComputationGraph gated = (ComputationGraph) rewritten.build().unwrap();
    gated.addListeners(penalties(gated));
    return gated;
  }

  /** The layer of a branch that reads what the branch reads. */
  private static String reader(GatedNetwork network, Branch branch) {
    return branch.vertices().stream()
        .filter(name -> network.layer(name) instanceof FeedForwardLayer)
        .filter(name -> network.graph().getVertexInputs().get(name).contains(branch.reads()))
        .findFirst()
        .orElseThrow(
            () ->
                Gates.refusal(
                    branch.end(), "no layer with a known width reads what its branch reads"));
  }

  private static void insert(
      GatedNetwork network,
      Chain chain,
      String reader,
      String reads,
      long gates,
      double cost,
      boolean removable) {
    NeuralNetConfiguration host = network.conf(chain.first());
    GateModule module = new GateModule();
    String name = chain.last() + "-gates";
    module.setLayerName(name);
    module.setNIn(((FeedForwardLayer) network.layer(reader)).getNIn());
    module.setNOut(gates);
    module.setChannelsLast(chain.channelsLast());
    module.setCost(cost);
    module.setRemovable(removable);
    InputPreProcessor before = network.preprocessor(reader);
    network.addLayer(
        name, GatedNetwork.like(host, module), before == null ? null : before.clone(), reads);
    network.insertInGraph(
        chain.last(),
        chain.last() + "-gated",
        new GateProduct(chain.channelsLast()),
        List.of(name));
  }

  /**
   * The listener that steers the penalties of a gated network; {@link #install} attaches one. A
   * network that was loaded from a file needs a new one.
   *
   * @param gated what {@link #install} returned, or a copy
   * @return the listener
   * @throws IllegalArgumentException if the target sparsity cannot be reached
   */
  public GatePenalties penalties(ComputationGraph gated) {
    GatePenalty activity =
        Double.isNaN(settings.targetSparsity)
            ? GatePenalty.activity()
            : settings.oneSided
                ? GatePenalty.budget(1 - settings.targetSparsity)
                : GatePenalty.target(1 - settings.targetSparsity);
    return GatePenalties.of(gated)
        .add(activity, settings.activity())
        .add(GatePenalty.polarization(), settings.polarization);
  }

  /**
   * Decides each gate by the majority of examples and takes the gates out.
   *
   * @param gated the trained network; it is not touched
   * @param data the training data, or at least 10,000 examples of it; it is reset and read once
   * @return the static network, smaller and without gates, and how much the examples agreed
   * @throws IllegalArgumentException if the network has no consensus gates, or there is no example
   */
  public Consensus extract(ComputationGraph gated, DataSetIterator data) {
    return ConsensusExtraction.extract(gated, data);
  }

  /** Collects the settings. */
  public static final class Builder {
    private Granularity granularity = Granularity.CHANNEL;
    private double targetSparsity = Double.NaN;
    private double activity = Double.NaN;
    private boolean oneSided;
    private Schedule polarization;
    private final List<String> layers = new ArrayList<>();
    private GateCost cost = GateCost.WEIGHTS;
    private MultiDataSet example;

    private Builder() {}

    /**
     * What one gate opens and closes.
     *
     * @param granularity {@code CHANNEL} by default, or {@code LAYER} for residual branches
     * @return this
     */
    public Builder granularity(Granularity granularity) {
      this.granularity = granularity;
      return this;
    }

    /**
     * The fraction of the gated cost that is to go.
     *
     * @param sparsity t, in [0, 1)
     * @return this
     */
    public Builder targetSparsity(double sparsity) {
      if (!(sparsity >= 0 && sparsity < 1)) {
        throw new IllegalArgumentException(
            "The target sparsity %s lies outside [0, 1)".formatted(sparsity));
      }
      this.targetSparsity = sparsity;
      return this;
    }

    /**
     * Pushes down to the target sparsity only, with max(0, Σ f ḡ − (1 − t))², which lets the
     * polarisation close more than was asked for. By default a target pulls from both sides.
     *
     * @return this
     */
    public Builder oneSided() {
      this.oneSided = true;
      return this;
    }

    /**
     * The weight of the penalty on what is kept.
     *
     * @param weight 20 with a target sparsity and 1 without by default, not negative
     * @return this
     */
    public Builder activity(double weight) {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException(
            "The weight %s of the activity is negative or not a number".formatted(weight));
      }
      this.activity = weight;
      return this;
    }

    /**
     * The weight of the polarisation, zero for the first 30 % of the training and then in a
     * straight line up to its full value at the end.
     *
     * @param weight at the end, 10 to 200, not negative
     * @param iterations the number of training steps
     * @return this
     */
    public Builder polarization(double weight, long iterations) {
      if (!(weight >= 0) || iterations < 1) {
        throw new IllegalArgumentException(
            "The weight %s of the polarisation must not be negative and its %d iterations must be positive"
                .formatted(weight, iterations));
      }
      return polarization(Schedule.linear(RAMP_START * iterations, iterations, 0, weight));
    }

    /**
     * The weight of the polarisation over the iterations.
     *
     * @param weight a schedule, never negative; a large constant prunes nothing, since open gates
     *     agree too
     * @return this
     */
    public Builder polarization(Schedule weight) {
      this.polarization = weight;
      return this;
    }

    /**
     * Gates these layers, or branches, only.
     *
     * @param names names of layers
     * @return this
     */
    public Builder layers(String... names) {
      layers.addAll(List.of(names));
      return this;
    }

    /**
     * What a gate costs.
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

    private double activity() {
      double standard = Double.isNaN(targetSparsity) ? 1 : 20;
      return Double.isNaN(activity) ? standard : activity;
    }

    /**
     * Checks and builds.
     *
     * @return the gates
     * @throws IllegalArgumentException if the polarisation is missing, the granularity is neither
     *     channel nor layer, or multiply-accumulates are asked for without an example
     */
    public ConsensusGates build() {
      if (polarization == null) {
        throw new IllegalArgumentException(
            "The weight of the polarisation is missing; call polarization(50, iterations)");
      }
      if (granularity != Granularity.CHANNEL && granularity != Granularity.LAYER) {
        throw new IllegalArgumentException(
            "Consensus gates are for CHANNEL or LAYER, not for " + granularity);
      }
      if (cost == GateCost.MULTIPLY_ACCUMULATES && example == null) {
        throw new IllegalArgumentException(
            "Multiply-accumulates need an example; use multiplyAccumulates(example)");
      }
      return new ConsensusGates(this);
    }
  }
}
