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
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Outlet;

/** Which layers and residual branches of a network get gates, and why others do not. */
final class GateChoice {
  private GateChoice() {}

  /** The chains that get channel gates; all that can, or those that are named. */
  static List<Chain> chains(
      Model model, GatedNetwork network, List<String> layers, Relaxation relaxation) {
    ChannelGroups groups = ChannelGroups.of(model, GateRules.rules());
    List<Chain> all = Chain.of(network);
    List<Chain> chosen = new ArrayList<>();
    if (layers.isEmpty()) {
      for (Chain chain : all) {
        if (refusal(network, groups, chain, relaxation) == null) {
          chosen.add(chain);
        }
      }
    }
    for (String layer : layers) {
      Chain chain =
          all.stream()
              .filter(one -> one.keys().stream().anyMatch(key -> isCalled(network, key, layer)))
              .findFirst()
              .orElseThrow(() -> unknown(network, layer));
      String why = refusal(network, groups, chain, relaxation);
      if (why != null) {
        throw refusal(layer, why);
      }
      if (chosen.contains(chain)) {
        throw refusal(layer, "it is named twice, and two gates at one place would be one");
      }
      chosen.add(chain);
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "No layer of this network can carry channel gates:%n%s".formatted(groups.explain()));
    }
    return chosen;
  }

  private static String refusal(
      GatedNetwork network, ChannelGroups groups, Chain chain, Relaxation relaxation) {
    for (String consumer : network.consumers(chain.last())) {
      if (network.layer(consumer) instanceof GateLayer
          || (network.isGraph()
              && network.graph().getVertices().get(consumer) instanceof GateProduct)) {
        return "there is a gate already; fold it first";
      }
    }
    String why = chain.refusal(network);
    if (why == null && relaxation != Relaxation.STRAIGHT_THROUGH && !chain.scales()) {
      why = softRefusal(relaxation);
    }
    if (why != null) {
      return why;
    }
    Outlet outlet = groups.outlet(chain.last());
    return outlet.refusal();
  }

  static String softRefusal(Relaxation relaxation) {
    return "a gate's value of %s does not pass its activation or normalisation into the weights; use STRAIGHT_THROUGH"
        .formatted(relaxation);
  }

  /** The residual branches that get gates; all, or those whose sum, end or member is named. */
  static List<Branch> branches(GatedNetwork network, List<String> layers) {
    if (!network.isGraph()) {
      throw new IllegalArgumentException(
          "Gates of whole layers need a residual connection around the layer, which a MultiLayerNetwork does not have");
    }
    List<Branch> all = Branch.of(network);
    Set<String> members = new TreeSet<>();
    all.forEach(branch -> members.add(branch.end()));
    List<Branch> chosen = new ArrayList<>();
    for (String layer : layers) {
      Branch branch =
          all.stream()
              .filter(one -> one.sum().equals(layer) || one.vertices().contains(layer))
              .findFirst()
              .orElseThrow(
                  () ->
                      refusal(
                          layer,
                          "it lies in no residual branch; branches end at %s".formatted(members)));
      if (!chosen.contains(branch)) {
        chosen.add(branch);
      }
    }
    chosen = layers.isEmpty() ? all : chosen;
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("This network has no residual branch to gate");
    }
    for (Branch branch : chosen) {
      if (network.layer(branch.end()) instanceof GateLayer
          || network.graph().getVertices().get(branch.end()) instanceof GateProduct) {
        throw refusal(branch.end(), "there is a gate already; fold it first");
      }
      lastChain(network, branch);
    }
    return chosen;
  }

  /** The dense or convolutional layer, with what follows it, that ends a branch. */
  static Chain lastChain(GatedNetwork network, Branch branch) {
    return Chain.of(network).stream()
        .filter(chain -> chain.last().equals(branch.end()))
        .findFirst()
        .orElseThrow(
            () ->
                refusal(
                    branch.end(),
                    "its branch does not end with a dense or convolutional layer, its normalisation or activation"));
  }

  static IllegalArgumentException refusal(String layer, String why) {
    return new IllegalArgumentException("Layer %s cannot be gated: %s".formatted(layer, why));
  }

  static boolean isCalled(GatedNetwork network, String key, String name) {
    return key.equals(name) || network.name(key).equals(name);
  }

  static IllegalArgumentException unknown(GatedNetwork network, String layer) {
    boolean exists = network.layerKeys().stream().anyMatch(k -> isCalled(network, k, layer));
    return exists
        ? refusal(layer, "channel gates are for dense and convolutional layers")
        : new IllegalArgumentException(
            "There is no layer %s to gate; there are %s"
                .formatted(layer, network.layerKeys().stream().map(network::name).toList()));
  }
}
