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

import java.util.List;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.structure.ExpectedCost;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

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
  private final ConsensusGatesBuilder settings;

  ConsensusGates(ConsensusGatesBuilder settings) {
    this.settings = settings;
  }

  /**
   * Consensus gates for the channels of all layers that can be gated.
   *
   * @return a builder
   */
  public static ConsensusGatesBuilder builder() {
    return new ConsensusGatesBuilder();
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
          GateChoice.chains(network, rewritten, settings.layers, Relaxation.STRAIGHT_THROUGH)) {
        String reads = rewritten.graph().getVertexInputs().get(chain.first()).get(0);
        double cost = counter.of(List.of(chain.first()), chain.channels());
        insert(rewritten, chain, chain.first(), reads, chain.channels(), cost, false);
      }
    } else {
      for (Branch branch : GateChoice.branches(rewritten, settings.layers)) {
        Chain chain = GateChoice.lastChain(rewritten, branch);
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
                GateChoice.refusal(
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
    GatePenalty activity = settings.ofAll ? ofAll(gated) : ofGates();
    return GatePenalties.of(gated)
        .add(activity, settings.activity())
        .add(
            Double.isNaN(settings.memory)
                ? GatePenalty.polarization()
                : GatePenalty.polarization(settings.memory),
            settings.polarization);
  }

  private GatePenalty ofGates() {
    double kept = 1 - settings.targetSparsity;
    if (Double.isNaN(kept)) {
      return GatePenalty.activity();
    }
    return settings.oneSided ? GatePenalty.budget(kept) : GatePenalty.target(kept);
  }

  private GatePenalty ofAll(ComputationGraph gated) {
    ExpectedCost operations = GatedCost.operations(gated, settings.example);
    double kept = 1 - settings.targetSparsity;
    return settings.oneSided
        ? GatePenalty.budget(operations, kept)
        : GatePenalty.target(operations, kept);
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
    return extract(gated, new MultiDataSetIteratorAdapter(data));
  }

  /**
   * The same for a network of several inputs.
   *
   * @param gated the trained network; it is not touched
   * @param data the training data, or at least 10,000 examples of it; it is reset and read once
   * @return the static network, smaller and without gates, and how much the examples agreed
   * @throws IllegalArgumentException if the network has no consensus gates, or there is no example
   */
  public Consensus extract(ComputationGraph gated, MultiDataSetIterator data) {
    return ConsensusExtraction.extract(gated, data);
  }
}
