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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which units go. A plan is a value: it can be printed, saved, edited, and replayed on another copy
 * of the model or on another machine.
 *
 * @param structure what the model looked like when the plan was made; a plan fits no other
 * @param units the numbers of the units that go, ascending
 */
public record RemovalPlan(String structure, List<Integer> units) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Sorts the units.
   *
   * @param structure what the model looked like
   * @param units the numbers of the units that go
   */
  public RemovalPlan {
    units = List.copyOf(new TreeSet<>(units));
  }

  /**
   * A plan for a model.
   *
   * @param groups the groups of the model
   * @param units units of these groups
   * @return the plan
   * @throws IllegalArgumentException if a unit is not removable, or a group would lose all of its
   *     units, or an activation all of its channels
   */
  public static RemovalPlan of(ChannelGroups groups, List<Integer> units) {
    RemovalPlan plan = new RemovalPlan(structureOf(groups), units);
    plan.check(groups);
    return plan;
  }

  /**
   * A plan that removes the units that are made but read by zeros only, so that nothing changes
   * when they go, whatever their biases and activations. Of a group that nobody reads one unit
   * stays.
   *
   * @param groups the groups of the model
   * @return the plan; it may be empty
   */
  public static RemovalPlan ofUnread(ChannelGroups groups) {
    Set<Integer> gone = new TreeSet<>();
    for (ChannelGroup group : groups.groups()) {
      Set<Integer> unread = new TreeSet<>(group.units());
      boolean readers = false;
      for (Slot slot : group.slots()) {
        if (slot.parameter().isInputAxis(slot.axis())) {
          readers = true;
          INDArray values =
              groups.model().values(slot.parameter()).reshape(slot.parameter().shape());
          int[] others =
              IntStream.range(0, values.rank()).filter(axis -> axis != slot.axis()).toArray();
          double[] sizes = HostReads.vector(values.norm1(others));
          for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] != 0) {
              unread.remove(groups.unitOf(slot.channels()[i]));
            }
          }
        }
      }
      if (readers) {
        if (unread.size() == group.units().size()) {
          unread.remove(group.units().get(0));
        }
        gone.addAll(unread);
      }
    }
    return of(groups, List.copyOf(gone));
  }

  /**
   * Checks that the plan fits a model.
   *
   * @param groups the groups of the model
   * @throws IllegalArgumentException if it was made for another model, a unit is not removable, or
   *     a group would lose all of its units
   */
  public void check(ChannelGroups groups) {
    if (!structure.equals(structureOf(groups))) {
      throw new IllegalArgumentException(
          "The plan was made for another model: %s, not %s"
              .formatted(structure, structureOf(groups)));
    }
    for (int unit : units) {
      if (!groups.isRemovable(unit)) {
        throw new IllegalArgumentException(
            "Unit %d cannot be removed; see ChannelGroups.explain()".formatted(unit));
      }
    }
    Set<Integer> gone = new HashSet<>(units);
    for (ChannelGroup group : groups.groups()) {
      if (gone.containsAll(group.units())) {
        throw new IllegalArgumentException(
            "The plan removes all %d units of %s; keep at least one"
                .formatted(group.units().size(), group.name()));
      }
    }
    groups
        .emptiedBy(gone)
        .forEach(
            (where, emptied) -> {
              throw new IllegalArgumentException(
                  "The plan leaves no channel of %s; keep one of the units %s"
                      .formatted(where, emptied));
            });
  }

  private static String structureOf(ChannelGroups groups) {
    int shapes =
        groups.model().parameters().stream()
            .map(p -> p.name() + java.util.Arrays.toString(p.shape()))
            .toList()
            .hashCode();
    return "%d groups, %d parameters, shapes %08x"
        .formatted(groups.groups().size(), groups.model().parameters().size(), shapes);
  }

  /**
   * The plan as text.
   *
   * @return JSON
   */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers and a name can always be written", e);
    }
  }

  /**
   * Reads a plan.
   *
   * @param json what {@link #toJson} wrote
   * @return the plan
   * @throws IllegalArgumentException if it is no plan
   */
  public static RemovalPlan fromJson(String json) {
    try {
      return MAPPER.readValue(json, RemovalPlan.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This is no removal plan: " + e.getOriginalMessage(), e);
    }
  }
}
