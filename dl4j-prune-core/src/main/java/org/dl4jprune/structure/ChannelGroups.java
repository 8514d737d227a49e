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
package org.dl4jprune.structure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.rules.BuiltInRules;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Every set of slices of a model that must live or die together, found from its configuration
 * alone: no forward pass, no data. Wang et al. 2024 (SPA), <a
 * href="https://arxiv.org/abs/2403.18955">arXiv 2403.18955</a>, section 3, with a union-find in
 * place of the paper's propagation of masks; the two give the same classes.
 *
 * <p>Cost: one visit of each layer, and one step for each channel it sees.
 */
public final class ChannelGroups {
  private final PrunableModel model;
  private final Findings walk;
  private final CouplingRules rules;
  private final List<ChannelGroup> groups = new ArrayList<>();
  private final BitSet removable = new BitSet();

  private ChannelGroups(PrunableModel model, CouplingRules rules) {
    this.model = model;
    this.rules = rules;
    this.walk = walk(model, rules);
    group();
  }

  private static Findings walk(PrunableModel model, CouplingRules rules) {
    if (model.unwrap() instanceof SameDiff) {
      return OpWalk.over(model, rules.ops());
    }
    return new Walk(model, rules);
  }

  /**
   * The groups of a model by the built-in rules.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return the groups
   * @throws IllegalArgumentException if the model is of another class
   */
  public static ChannelGroups of(Object model) {
    return of(model, BuiltInRules.rules());
  }

  /**
   * The groups of a model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @param rules the rules
   * @return the groups
   * @throws IllegalArgumentException if the model is of another class
   */
  public static ChannelGroups of(Object model, CouplingRules rules) {
    return new ChannelGroups(PrunableModel.ofAny(model), rules);
  }

  private void group() {
    ChannelSets sets = walk.sets();
    SlotLists touched = new SlotLists(sets, walk.slots());
    Map<SlotLists.Key, List<Integer>> units = new LinkedHashMap<>();
    for (int root = 0; root < sets.count(); root++) {
      SlotLists.Key slots = touched.of(root);
      if (slots != null) {
        units.computeIfAbsent(slots, key -> new ArrayList<>()).add(root);
        removable.set(root);
      }
    }
    units.forEach(
        (slots, roots) ->
            groups.add(
                new ChannelGroup(
                    groups.size(),
                    Arrays.stream(slots.slots()).mapToObj(walk.slots()::get).toList(),
                    roots)));
  }

  /**
   * The groups.
   *
   * @return in the order of the model
   */
  public List<ChannelGroup> groups() {
    return List.copyOf(groups);
  }

  /**
   * The model that the groups were found in.
   *
   * @return its view
   */
  public PrunableModel model() {
    return model;
  }

  /**
   * What the user should know: layers without a rule, and places where removal is inexact.
   *
   * @return in the order of the model
   */
  public List<Scene.Remark> remarks() {
    return List.copyOf(walk.remarks());
  }

  /**
   * Whether removing whatever can be removed equals masking it.
   *
   * @return false if a normalisation over channels changes with their number
   */
  public boolean isExact() {
    return walk.remarks().stream().noneMatch(Scene.Remark::inexact);
  }

  /** The axes that removable units have slices along, in the order of the model. */
  List<Slot> removableSlots() {
    Set<Slot> touched = Collections.newSetFromMap(new IdentityHashMap<>());
    groups.forEach(group -> touched.addAll(group.slots()));
    return walk.slots().stream().filter(touched::contains).toList();
  }

  /** The channels of each layer's, vertex's or op's activations, in the order of computation. */
  Map<String, List<int[]>> activations() {
    Map<String, List<int[]>> activations = new LinkedHashMap<>();
    for (Findings.Activation activation : walk.activations()) {
      activations
          .computeIfAbsent(activation.owner(), key -> new ArrayList<>())
          .add(activation.channels());
    }
    return activations;
  }

  Findings walk() {
    return walk;
  }

  /** All coupled axes in the order of the model, those that stay whole included. */
  List<Slot> slots() {
    return List.copyOf(walk.slots());
  }

  CouplingRules rules() {
    return rules;
  }

  /**
   * The unit that a channel belongs to.
   *
   * @param channel a channel of a slot
   * @return the unit's number; it may be none of a group's if the channel stays
   */
  public int unitOf(int channel) {
    return walk.sets().find(channel);
  }

  /**
   * The units whose slices a parameter has along an axis.
   *
   * @param parameter the parameter's name
   * @param axis an axis of its shape
   * @return the unit of each slice, -1 where it stays; empty if nothing is coupled along the axis
   */
  public List<Integer> unitsAlong(String parameter, int axis) {
    for (Slot slot : walk.slots()) {
      if (slot.parameter().name().equals(parameter) && slot.axis() == axis) {
        return Arrays.stream(slot.channels())
            .map(channel -> isRemovable(unitOf(channel)) ? unitOf(channel) : -1)
            .boxed()
            .toList();
      }
    }
    return List.of();
  }

  boolean isRemovable(int unit) {
    return removable.get(unit);
  }

  /**
   * The activations that would lose all of their channels, although no group loses all of its
   * units: a subset may read a part of a group only.
   *
   * @param gone the numbers of the units that go
   * @return the units of each such activation, by the layer or vertex that makes it
   */
  public Map<String, Set<Integer>> emptiedBy(Set<Integer> gone) {
    Map<String, Set<Integer>> emptied = new LinkedHashMap<>();
    for (Findings.Activation activation : walk.activations()) {
      if (Arrays.stream(activation.channels()).allMatch(c -> gone.contains(unitOf(c)))) {
        Set<Integer> units = new TreeSet<>();
        Arrays.stream(activation.channels()).map(this::unitOf).forEach(units::add);
        emptied.put(activation.owner(), units);
      }
    }
    return emptied;
  }

  /**
   * The channels that leave a layer or vertex, and whether a zero there is the same as a removal.
   *
   * @param owner the name of a vertex, or the number of a layer of a {@code MultiLayerNetwork}
   * @return its outlet
   * @throws IllegalArgumentException if there is none, or it has no coupling rule
   */
  public Outlet outlet(String owner) {
    return new Outlets(this).of(owner);
  }

  /**
   * The groups in words: each with its axes, its units and what couples them, then what stays and
   * why.
   *
   * @return several lines
   */
  public String explain() {
    List<String> lines = new ArrayList<>();
    for (ChannelGroup group : groups) {
      lines.add("group %d: %d units".formatted(group.index(), group.units().size()));
      for (Slot slot : group.slots()) {
        lines.add(
            "  slices of %s along axis %d %s"
                .formatted(
                    slot.parameter().name(),
                    slot.axis(),
                    Arrays.toString(slot.parameter().shape())));
      }
      Set<Integer> units = new TreeSet<>(group.units());
      for (ChannelSets.Coupling coupling : walk.sets().couplings()) {
        if (Arrays.stream(coupling.channels()).anyMatch(c -> units.contains(unitOf(c)))) {
          lines.add("  coupled by %s: %s".formatted(coupling.where(), coupling.why()));
        }
      }
    }
    Map<String, Set<String>> staying = new LinkedHashMap<>();
    for (Slot slot : walk.slots()) {
      for (int channel : slot.channels()) {
        String why = walk.sets().pinOf(channel);
        if (why != null) {
          staying
              .computeIfAbsent(why, reason -> new LinkedHashSet<>())
              .add("%s[%d]".formatted(slot.parameter().name(), slot.axis()));
        }
      }
    }
    staying.forEach((why, slots) -> lines.add("stays: %s (%s)".formatted(slots, why)));
    for (Scene.Remark remark : walk.remarks()) {
      lines.add(
          "%s%s: %s"
              .formatted(remark.inexact() ? "inexact at " : "", remark.where(), remark.text()));
    }
    return String.join(System.lineSeparator(), lines);
  }
}
