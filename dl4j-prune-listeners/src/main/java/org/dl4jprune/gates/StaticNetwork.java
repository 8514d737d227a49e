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
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A gated network whose gates have been decided: what is closed goes, values go into weights. */
final class StaticNetwork {
  private final Map<String, double[]> decisions;
  private final boolean mask;
  private final List<String> warnings;
  private final GatedNetwork network;
  private final Map<String, String> places;
  private final Map<String, String> keys;

  /**
   * A network and the values of its gates.
   *
   * @param gated the gated model
   * @param decisions the value of each gate by site, zero for closed ones
   * @param mask whether closed channels become zeros instead of going
   * @param warnings what to tell the user
   */
  StaticNetwork(Model gated, Map<String, double[]> decisions, boolean mask, List<String> warnings) {
    this.decisions = decisions;
    this.mask = mask;
    this.warnings = warnings;
    this.network = new GatedNetwork(gated);
    this.places = network.gatedKeys();
    this.keys = network.keysWithoutGates();
  }

  /**
   * Takes the gates out.
   *
   * @param products what gated weights become, by the parameter's name in the gated network
   * @param heads the values of the gates of heads, by the layer's key in the gated network
   */
  Folded extract(Map<String, INDArray> products, Map<String, double[]> heads) {
    removeClosedBranches();
    network.removeGates();
    PrunableModel plain = network.build();
    Map<String, INDArray> table = ((Model) plain.unwrap()).paramTable();
    products.forEach(
        (name, product) -> {
          int separator = name.lastIndexOf('_');
          String plainName = keys.get(name.substring(0, separator)) + name.substring(separator);
          if (table.containsKey(plainName)) {
            table.get(plainName).assign(product);
          }
        });
    ChannelGroups groups = ChannelGroups.of(plain.unwrap(), GateRules.rules());
    List<Integer> gone = new ArrayList<>();
    GatedNetwork after = new GatedNetwork((Model) plain.unwrap());
    List<Chain> chains = Chain.of(after);
    heads.forEach((key, values) -> addHeads(groups, keys.get(key) + "_Wo", values, gone));
    decisions.forEach(
        (site, values) -> {
          String key = keys.get(places.get(site));
          boolean exists = key != null && after.layerKeys().contains(key);
          if (exists) {
            Chain chain =
                chains.stream().filter(c -> c.last().equals(key)).findFirst().orElseThrow();
            fold(plain, after, groups, chain, values, gone);
          }
        });
    RemovalPlan plan = RemovalPlan.of(groups, gone);
    Surgeon surgeon = new Surgeon(groups);
    PrunableModel result = mask ? surgeon.mask(plan) : surgeon.cut(plan);
    return new Folded(result, groups, plan, Folded.copy(decisions), warnings);
  }

  /** Closed heads go where heads can; otherwise their rows are zero. */
  private static void addHeads(
      ChannelGroups groups, String parameter, double[] values, List<Integer> gone) {
    List<Integer> units = groups.unitsAlong(parameter, 0);
    for (int row = 0; row < units.size(); row++) {
      int unit = units.get(row);
      if (values[row * values.length / units.size()] == 0 && unit >= 0) {
        gone.add(unit);
      }
    }
  }

  private void removeClosedBranches() {
    if (!network.isGraph()) {
      return;
    }
    decisions.forEach(
        (site, values) -> {
          if (Arrays.stream(values).allMatch(value -> value == 0) && places.containsKey(site)) {
            String end = end(site);
            Branch.of(network).stream()
                .filter(branch -> branch.end().equals(end))
                .findFirst()
                .ifPresent(branch -> branch.remove(network));
          }
        });
  }

  /** The vertex that multiplies by a site's gates. */
  private String end(String site) {
    return network.layer(site) instanceof GateLayer ? site : network.consumers(site).get(0);
  }

  private static void fold(
      PrunableModel plain,
      GatedNetwork network,
      ChannelGroups groups,
      Chain chain,
      double[] values,
      List<Integer> gone) {
    double[] perChannel = spread(values, (int) chain.channels());
    boolean soft = Arrays.stream(perChannel).anyMatch(value -> value != 0 && value != 1);
    if (soft) {
      scale(plain, network, chain, perChannel);
    }
    if (Arrays.stream(perChannel).anyMatch(value -> value == 0)) {
      List<Integer> units = groups.outlet(chain.last()).units();
      for (int i = 0; i < perChannel.length; i++) {
        if (perChannel[i] == 0) {
          gone.add(units.get(i));
        }
      }
    }
  }

  private static double[] spread(double[] values, int channels) {
    double[] all = new double[channels];
    Arrays.setAll(all, channel -> values[channel / (channels / values.length)]);
    return all;
  }

  /** Multiplies scale and shift of a chain, axis by axis, by positive numbers. */
  private static void scale(
      PrunableModel plain, GatedNetwork network, Chain chain, double[] values) {
    var layer = network.layer(chain.scaled());
    List<String> scaledKeys =
        layer instanceof BatchNormalization ? List.of("gamma", "beta") : List.of("W", "b");
    for (Parameter parameter : plain.parameters()) {
      int separator = parameter.name().lastIndexOf('_');
      if (parameter.name().substring(0, separator).equals(chain.scaled())
          && scaledKeys.contains(parameter.name().substring(separator + 1))) {
        INDArray array = plain.values(parameter);
        int axis = array.rank() == 1 ? 0 : 1;
        if (array.rank() > 2) {
          axis = layer instanceof Convolution1DLayer ? 2 : 0;
        }
        long[] shape = new long[array.rank()];
        Arrays.fill(shape, 1);
        shape[axis] = values.length;
        INDArray factors = Nd4j.createFromArray(values).castTo(array.dataType()).reshape(shape);
        array.muli(factors.broadcast(array.shape()));
      }
    }
  }
}
