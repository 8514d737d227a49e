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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Slot;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The players of one group of channels: unit i owns row i of every tensor. These are the incoming
 * weights and biases, or, where a batch normalisation would take a factor of them out again, its
 * scales and shifts.
 */
final class PlayerLayer {
  private final ChannelGroup group;
  private final List<Parameter> tensors;
  private final INDArray participation;

  private PlayerLayer(ChannelGroup group, List<Parameter> tensors, PrunableModel model) {
    this.group = group;
    this.tensors = tensors;
    this.participation = Nd4j.ones(model.dataType(), group.units().size());
  }

  /**
   * The layers that can play.
   *
   * @param groups of the model
   * @param names only the layers of these names; all if empty
   * @param refusals gets a line for each group that cannot play
   * @throws IllegalArgumentException if there is none, or a name has no players
   */
  static List<PlayerLayer> of(ChannelGroups groups, List<String> names, List<String> refusals) {
    List<PlayerLayer> layers = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      List<Slot> owned = owned(group);
      if (!names.isEmpty()
          && owned.stream().noneMatch(s -> names.contains(s.parameter().layer()))) {
        continue;
      }
      List<Slot> played = played(owned);
      String refusal = refusal(groups, group, owned, played);
      if (refusal == null) {
        layers.add(
            new PlayerLayer(group, played.stream().map(Slot::parameter).toList(), groups.model()));
      } else {
        refusals.add("no players in %s: %s".formatted(group.name(), refusal));
      }
    }
    for (String name : names) {
      if (layers.stream()
          .noneMatch(l -> l.tensors.stream().anyMatch(t -> t.layer().equals(name)))) {
        throw new IllegalArgumentException("Layer %s has no players; %s".formatted(name, refusals));
      }
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "No layer of this model has players: %s%n%s".formatted(refusals, groups.explain()));
    }
    return layers;
  }

  /** Slices along outputs; inputs of the readers belong to other players. */
  private static List<Slot> owned(ChannelGroup group) {
    return group.slots().stream()
        .filter(slot -> slot.parameter().isOutputAxis(slot.axis()))
        .filter(slot -> slot.parameter().role() != Role.OTHER)
        .toList();
  }

  private static boolean is(Slot slot, Role... roles) {
    return Stream.of(roles).anyMatch(role -> slot.parameter().role() == role);
  }

  private static List<Slot> played(List<Slot> owned) {
    List<Slot> normalised =
        owned.stream().filter(slot -> is(slot, Role.NORM_SCALE, Role.NORM_SHIFT)).toList();
    return normalised.isEmpty()
        ? owned.stream().filter(slot -> is(slot, Role.WEIGHT, Role.BIAS)).toList()
        : normalised;
  }

  private static String refusal(
      ChannelGroups groups, ChannelGroup group, List<Slot> owned, List<Slot> played) {
    long weights = owned.stream().filter(slot -> is(slot, Role.WEIGHT)).count();
    long scales = owned.stream().filter(slot -> is(slot, Role.NORM_SCALE)).count();
    long shifts = owned.stream().filter(slot -> is(slot, Role.NORM_SHIFT)).count();
    long statistics = owned.stream().filter(slot -> is(slot, Role.NORM_STATISTIC)).count();
    if (scales != shifts || (scales == 0 ? statistics > 0 : scales != weights)) {
      return "only some of its layers are normalised, or the normalisation has no scale and shift";
    }
    if (played.isEmpty()
        || owned.stream().anyMatch(s -> is(s, Role.RECURRENT_WEIGHT, Role.EMBEDDING))) {
      return "its units are not neurons or filters of dense or convolutional layers";
    }
    for (Slot slot : played) {
      if (!slot.parameter().trainable()) {
        return slot.parameter().name() + " is frozen";
      }
      if (slot.parameter().outputs() != slot.channels().length || !inOrder(groups, group, slot)) {
        return "its units are not the rows of %s, one for one".formatted(slot.parameter().name());
      }
    }
    return null;
  }

  private static boolean inOrder(ChannelGroups groups, ChannelGroup group, Slot slot) {
    List<Integer> units = new ArrayList<>();
    for (int channel : slot.channels()) {
      units.add(groups.unitOf(channel));
    }
    return units.equals(group.units());
  }

  ChannelGroup group() {
    return group;
  }

  List<Parameter> tensors() {
    return tensors;
  }

  String name() {
    return tensors.get(0).layer();
  }

  /** [units], live. */
  INDArray participation() {
    return participation;
  }

  /** The tensors as matrices with a row for each player. */
  List<INDArray> matrices(Function<Parameter, INDArray> values) {
    return tensors.stream().map(p -> p.asMatrix(values.apply(p))).toList();
  }

  /** Σ over a player's row. */
  static INDArray rowSums(INDArray matrix) {
    return matrix.sum(1).reshape(matrix.size(0));
  }

  /** ‖θ_i‖² of every player. */
  static INDArray squaredNorms(List<INDArray> matrices) {
    INDArray sum = null;
    for (INDArray matrix : matrices) {
      try (INDArray squares = matrix.mul(matrix)) {
        INDArray sums = rowSums(squares);
        sum = sum == null ? sums : sum.addi(sums);
      }
    }
    return sum;
  }

  /** The largest ‖θ_i‖. */
  double largestNorm(Function<Parameter, INDArray> values) {
    return Math.sqrt(HostReads.scalar(squaredNorms(matrices(values)).max()));
  }

  /** Writes the participations over all values of their players. */
  void spread(Function<Parameter, INDArray> factors) {
    long n = participation.length();
    for (Parameter p : tensors) {
      INDArray rows =
          Nd4j.ones(participation.dataType(), n, p.fanIn())
              .muliColumnVector(participation.reshape('c', new long[] {n, 1}));
      p.assignFlat(factors.apply(p), rows.reshape('c', new long[] {rows.length()}));
      rows.close();
    }
  }

  /** Arrays of ones shaped like the blocks that hold players, by the name of the block. */
  static Map<String, INDArray> ones(PrunableModel model, List<PlayerLayer> layers) {
    Map<String, INDArray> ones = new java.util.LinkedHashMap<>();
    for (PlayerLayer layer : layers) {
      for (Parameter p : layer.tensors) {
        ones.computeIfAbsent(
            model.blockOf(p).name(), name -> model.blockOf(p).values().ulike().assign(1));
      }
    }
    return ones;
  }
}
