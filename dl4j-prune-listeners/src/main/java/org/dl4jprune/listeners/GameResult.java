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
package org.dl4jprune.listeners;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.search.Equilibrium;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Scene;
import org.dl4jprune.structure.Surgeon;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The smaller model of a {@link PruningGame}.
 *
 * @param model the view of the smaller model; {@code model().unwrap()} is the model itself
 * @param groups the groups of the model that it was made of
 * @param plan the players that were cut
 * @param layers one line for each layer of players
 * @param remarks what the user should know
 */
public record GameResult(
    PrunableModel model,
    ChannelGroups groups,
    RemovalPlan plan,
    List<Layer> layers,
    List<String> remarks) {
  private static final Logger LOG = LoggerFactory.getLogger(GameResult.class);

  /**
   * The players of a layer.
   *
   * @param name the layer, or the first of those that share their units
   * @param participation of each player, in the order of the layer's outputs
   * @param kept how many stay
   * @param equilibrium the solution where the game was solved; null where it was trained
   */
  public record Layer(String name, List<Double> participation, int kept, Equilibrium equilibrium) {

    /**
     * Copies the participations.
     *
     * @param name the layer
     * @param participation of each player
     * @param kept how many stay
     * @param equilibrium the solution, or null
     */
    public Layer {
      participation = List.copyOf(participation);
    }

    private String text() {
      String line = "%s: %d of %d players stay".formatted(name, kept, participation.size());
      if (equilibrium == null) {
        return line;
      }
      return line
          + "; equilibrium at γ = %.6g after %d sweeps%s, potential %.6g, smallest eigenvalue %.3g: %s"
              .formatted(
                  equilibrium.game().l1Cost(),
                  equilibrium.sweeps(),
                  equilibrium.converged() ? "" : " without coming to rest",
                  equilibrium.potential(),
                  equilibrium.smallestEigenvalue(),
                  equilibrium.isUnique() ? "the only one" : "there may be others");
    }
  }

  /**
   * Copies the lists.
   *
   * @param model the view of the smaller model
   * @param groups the groups of the model that it was made of
   * @param plan the players that were cut
   * @param layers one line for each layer of players
   * @param remarks what the user should know
   */
  public GameResult {
    layers = List.copyOf(layers);
    remarks = List.copyOf(remarks);
  }

  /** Cuts the players below the threshold out of a model that holds s·θ already. */
  static GameResult cut(
      ChannelGroups groups,
      List<PlayerLayer> players,
      List<Equilibrium> equilibria,
      double threshold,
      List<String> said) {
    List<String> remarks = new ArrayList<>(said);
    List<Layer> layers = new ArrayList<>();
    List<Integer> gone = new ArrayList<>();
    for (int l = 0; l < players.size(); l++) {
      PlayerLayer layer = players.get(l);
      double[] s = HostReads.vector(layer.participation());
      int largest = 0;
      for (int i = 1; i < s.length; i++) {
        largest = s[i] > s[largest] ? i : largest;
      }
      int kept = 0;
      for (int i = 0; i < s.length; i++) {
        if (s[i] >= threshold || (i == largest && s[largest] < threshold)) {
          kept++;
        } else {
          gone.add(layer.group().units().get(i));
        }
      }
      if (s[largest] < threshold) {
        String remark =
            "all %d players of %s are below %s; number %d stays, with participation %s"
                .formatted(s.length, layer.name(), threshold, largest, s[largest]);
        remarks.add(remark);
        LOG.warn(remark);
      }
      Equilibrium equilibrium = equilibria.isEmpty() ? null : equilibria.get(l);
      layers.add(new Layer(layer.name(), Arrays.stream(s).boxed().toList(), kept, equilibrium));
    }
    for (Scene.Remark remark : groups.remarks()) {
      remarks.add("%s: %s".formatted(remark.where(), remark.text()));
    }
    RemovalPlan plan = RemovalPlan.of(groups, gone);
    return new GameResult(new Surgeon(groups).cut(plan), groups, plan, layers, remarks);
  }

  /**
   * The layers and the remarks in words.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    layers.forEach(layer -> lines.add(layer.text()));
    remarks.forEach(remark -> lines.add("remark: " + remark));
    return String.join(System.lineSeparator(), lines);
  }
}
