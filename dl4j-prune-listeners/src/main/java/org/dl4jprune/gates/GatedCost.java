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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.ExpectedCost;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a whole gated network is expected to cost without its gates, for budgets towards a number of
 * parameters or operations: a closed channel or head also saves the work of those who read it, and
 * of a layer between two gates the shares multiply.
 *
 * <pre>{@code
 * ExpectedCost operations = GatedCost.operations(gated, example);
 * gated.addListeners(GatePenalties.of(gated).add(GatePenalty.target(operations, 0.5), 20));
 * }</pre>
 *
 * <p>Units are channels and heads; a gate of a branch scales all that the branch has, and the gates
 * of single weights their layer's share of weights.
 */
public final class GatedCost {
  private final GatedNetwork network;
  private final Map<String, String> places;
  private final Map<String, String> keys;
  private final Map<String, List<String>> branches = new LinkedHashMap<>();
  private final Collection<GateSites.Site> sites;
  private final ChannelGroups groups;
  private final List<List<Integer>> units = new ArrayList<>();
  private final Map<String, List<double[]>> parts = new LinkedHashMap<>();
  private final int gates;

  private GatedCost(Model gated) {
    this.sites = GateSites.of(gated).values();
    this.gates = Math.toIntExact(sites.stream().mapToLong(GateSites.Site::gates).sum());
    this.network = new GatedNetwork(gated);
    this.places = network.gatedKeys();
    this.keys = network.keysWithoutGates();
    Map<String, GatedWeights> wrapped = new LinkedHashMap<>();
    for (String key : network.layerKeys()) {
      if (network.layer(key) instanceof GatedWeights weights) {
        wrapped.put(weights.getLayerName(), weights);
        places.put(weights.getLayerName(), key);
      }
    }
    sites.stream().filter(GateSites.Site::removable).forEach(site -> findBranch(site.name()));
    network.removeGates();
    this.groups = ChannelGroups.of(network.build().unwrap(), GateRules.rules());
    for (GateSites.Site site : sites) {
      if (branches.containsKey(site.name())) {
        addBranch(site);
      } else if (wrapped.containsKey(site.name())) {
        addWeights(site, wrapped.get(site.name()));
      } else {
        addChannels(groups.outlet(keys.get(places.get(site.name()))).units(), site);
      }
    }
  }

  /**
   * Counts the multiply-accumulates of one example; biases, normalisations and activations are not
   * counted.
   *
   * @param gated a {@code MultiLayerNetwork} or {@code ComputationGraph} with gates; it is not
   *     touched
   * @param example one batch; only the shapes of its features matter
   * @return the expected number, as a function of the model's gates
   * @throws IllegalArgumentException if the model has no gate
   */
  public static ExpectedCost operations(Model gated, MultiDataSet example) {
    return of(gated, groups -> Cost.multiplyAccumulates(groups, example));
  }

  /**
   * Counts the parameters.
   *
   * @param gated a {@code MultiLayerNetwork} or {@code ComputationGraph} with gates; it is not
   *     touched
   * @return the expected number, as a function of the model's gates
   * @throws IllegalArgumentException if the model has no gate
   */
  public static ExpectedCost parameters(Model gated) {
    return of(gated, Cost::parameters);
  }

  private static ExpectedCost of(Model gated, Function<ChannelGroups, Cost> cost) {
    GatedCost found = new GatedCost(gated);
    return ExpectedCost.of(found.groups, cost.apply(found.groups), found.units, found.parts);
  }

  private void findBranch(String site) {
    String end = network.layer(site) instanceof GateLayer ? site : network.consumers(site).get(0);
    Branch.of(network).stream()
        .filter(branch -> branch.end().equals(end))
        .forEach(branch -> branches.put(site, branch.vertices()));
  }

  private void addBranch(GateSites.Site site) {
    List<String> vertices = branches.get(site.name());
    double[] all = new double[gates];
    all[(int) site.start()] = 1;
    for (Parameter parameter : groups.model().parameters()) {
      if (vertices.contains(layerOf(parameter))) {
        parts.computeIfAbsent(parameter.name(), name -> new ArrayList<>()).add(all);
      }
    }
    units.add(List.of());
  }

  private static String layerOf(Parameter parameter) {
    return parameter.name().substring(0, parameter.name().lastIndexOf('_'));
  }

  private void addWeights(GateSites.Site site, GatedWeights weights) {
    String parameter = keys.get(places.get(site.name())) + "_" + weights.getKey();
    int count = Math.toIntExact(site.gates());
    boolean heads = weights.getShape().length == 1;
    if (heads) {
      addChannels(groups.unitsAlong(parameter, 0), site);
      return;
    }
    double[] each = new double[gates];
    Arrays.fill(each, (int) site.start(), (int) site.start() + count, 1.0 / count);
    parts.computeIfAbsent(parameter, name -> new ArrayList<>()).add(each);
    for (int i = 0; i < count; i++) {
      units.add(List.of());
    }
  }

  /** As many consecutive channels for each gate. */
  private void addChannels(List<Integer> channels, GateSites.Site site) {
    int each = channels.size() / Math.toIntExact(site.gates());
    for (int gate = 0; gate < site.gates(); gate++) {
      units.add(channels.subList(gate * each, (gate + 1) * each).stream().distinct().toList());
    }
  }
}
