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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.model.Role;

/**
 * Finds out whether a zero in a layer's output is an absence: nobody else may feed the same unit,
 * nobody may read it in front of the layer, and nothing behind may normalise over it.
 */
final class Outlets {
  private final ChannelGroups groups;
  private final Walk walk;

  Outlets(ChannelGroups groups) {
    if (!(groups.walk() instanceof Walk layers)) {
      throw new IllegalArgumentException(
          "Outlets are those of the layers of a MultiLayerNetwork or ComputationGraph, not of %s"
              .formatted(groups.model().unwrap().getClass().getSimpleName()));
    }
    this.groups = groups;
    this.walk = layers;
  }

  Outlet of(String owner) {
    Walk.Visit visit =
        walk.visits().stream()
            .filter(v -> !v.preprocessor() && v.owner().equals(owner))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no layer or vertex %s whose channels are known; see explain()"
                            .formatted(owner)));
    List<Integer> units = new ArrayList<>();
    String pin = null;
    for (int channel : visit.output()) {
      String why = walk.sets().pinOf(channel);
      pin = pin == null ? why : pin;
      units.add(why == null ? groups.unitOf(channel) : -1);
    }
    return new Outlet(owner, units, pin != null ? pin : refusal(visit));
  }

  private String refusal(Walk.Visit owner) {
    Set<Integer> own = new HashSet<>();
    Set<Integer> roots = new HashSet<>();
    for (int channel : owner.output()) {
      own.add(channel);
      roots.add(groups.unitOf(channel));
    }
    for (Slot slot : walk.slots()) {
      for (int channel : slot.channels()) {
        if (roots.contains(groups.unitOf(channel)) && !own.contains(channel)) {
          return "its channels are coupled with those of %s, which are not gated here"
              .formatted(slot.parameter().layer());
        }
      }
    }
    Set<String> before = ancestors(owner.owner());
    Set<String> inexact = new HashSet<>();
    groups.remarks().stream()
        .filter(Scene.Remark::inexact)
        .forEach(r -> inexact.add(r.where().substring(r.where().indexOf(' ') + 1)));
    Set<String> downstream = descendants(owner.owner());
    for (Walk.Visit visit : walk.visits()) {
      boolean reads =
          Arrays.stream(visit.inputs()).flatMapToInt(Arrays::stream).anyMatch(own::contains);
      if (reads && !before.contains(visit.owner()) && !downstream.contains(visit.owner())) {
        return "%s reads the same channels in front of it".formatted(visit.owner());
      }
      boolean touches = reads || visit == owner;
      if (touches && inexact.contains(visit.owner())) {
        return "%s normalises over the channels, so a zero is not an absence"
            .formatted(visit.owner());
      }
    }
    return changed(owner.owner(), own, before);
  }

  /** Who reads something else than the zero that a gate makes, because of what lies between. */
  private String changed(String owner, Set<Integer> own, Set<String> before) {
    for (Slot slot : walk.slots()) {
      String name = slot.parameter().name();
      String layer = name.substring(0, name.lastIndexOf('_'));
      boolean touches = Arrays.stream(slot.channels()).anyMatch(own::contains);
      if (touches && !before.contains(layer) && slot.parameter().role() == Role.NORM_STATISTIC) {
        return "the batch normalisation %s behind it makes a constant of a zero; gate behind that"
            .formatted(layer);
      }
    }
    Walk silent = new Walk(groups.model(), groups.rules(), owner);
    for (Walk.Visit visit : silent.visits()) {
      for (int i = 0; i < visit.rests().length && !before.contains(visit.owner()); i++) {
        boolean reads = Arrays.stream(visit.inputs()[i]).anyMatch(own::contains);
        boolean ends = Arrays.stream(visit.output()).noneMatch(own::contains);
        if (reads && ends && visit.rests()[i] != 0) {
          return "what lies between makes %s of a zero before %s reads it"
              .formatted(visit.rests()[i], visit.owner());
        }
      }
    }
    return null;
  }

  /** The layer itself and what lies in front of it. */
  private Set<String> ancestors(String owner) {
    if (!(groups.model().unwrap() instanceof ComputationGraph graph)) {
      Set<String> before = new HashSet<>();
      for (int i = 0; i <= Integer.parseInt(owner); i++) {
        before.add(String.valueOf(i));
      }
      return before;
    }
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Set<String> found = new HashSet<>(Set.of(owner));
    Deque<String> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (String input : configuration.getVertexInputs().getOrDefault(open.pop(), List.of())) {
        if (found.add(input)) {
          open.push(input);
        }
      }
    }
    return found;
  }

  private Set<String> descendants(String owner) {
    Set<String> found = new HashSet<>();
    if (!(groups.model().unwrap() instanceof ComputationGraph graph)) {
      walk.visits().stream()
          .map(Walk.Visit::owner)
          .filter(other -> Integer.parseInt(other) > Integer.parseInt(owner))
          .forEach(found::add);
      return found;
    }
    Map<String, List<String>> inputs = graph.getConfiguration().getVertexInputs();
    Deque<String> open = new ArrayDeque<>(Set.of(owner));
    while (!open.isEmpty()) {
      String from = open.pop();
      inputs.forEach(
          (name, sources) -> {
            if (sources.contains(from) && found.add(name)) {
              open.push(name);
            }
          });
    }
    return found;
  }
}
