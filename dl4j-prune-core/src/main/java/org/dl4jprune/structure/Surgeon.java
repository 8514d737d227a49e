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

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Carries out a removal plan, softly (a copy of the same shapes with zeros) or for good (a smaller
 * model of the same class). The given model is never touched. Weights that stay, their updater
 * state and the counters are copied bit by bit; nothing is initialised at random.
 *
 * <p>Memory: the two models.
 */
public final class Surgeon {
  private final ChannelGroups groups;

  /**
   * A surgeon for a model.
   *
   * @param groups the model's groups
   */
  public Surgeon(ChannelGroups groups) {
    this.groups = groups;
  }

  /**
   * Sets all slices of the planned units to zero in a copy, statistics excepted.
   *
   * @param plan which units go
   * @return a copy of equal shapes
   * @throws IllegalArgumentException if the plan does not fit the model
   */
  public PrunableModel mask(RemovalPlan plan) {
    plan.check(groups);
    PrunableModel copy = groups.model().copy();
    Set<Integer> gone = new HashSet<>(plan.units());
    for (Slot slot : groups.walk().slots()) {
      if (slot.parameter().role() == Role.NORM_STATISTIC) {
        continue;
      }
      // DL4J gives some parameters another rank when it copies than when it initialises.
      INDArray values = copy.values(slot.parameter()).reshape(slot.parameter().shape());
      float[] keep = new float[slot.channels().length];
      for (int i = 0; i < keep.length; i++) {
        keep[i] = gone.contains(groups.unitOf(slot.channels()[i])) ? 0 : 1;
      }
      long[] shape = new long[values.rank()];
      java.util.Arrays.fill(shape, 1);
      shape[slot.axis()] = keep.length;
      values.muli(
          Nd4j.createFromArray(keep)
              .castTo(values.dataType())
              .reshape(shape)
              .broadcast(values.shape()));
    }
    return copy;
  }

  /**
   * Removes the planned units.
   *
   * @param plan which units go
   * @return a smaller model of the same class, ready for {@code output} and {@code fit}
   * @throws IllegalArgumentException if the plan does not fit the model
   */
  public PrunableModel cut(RemovalPlan plan) {
    plan.check(groups);
    Set<Integer> gone = new HashSet<>(plan.units());
    IntPredicate kept = channel -> !gone.contains(groups.unitOf(channel));
    PrunableModel smaller = groups.walk().smaller(kept);
    Map<String, List<Slot>> slots = slotsByParameter();
    PrunableModel model = groups.model();
    Map<String, Parameter> targets = new HashMap<>();
    smaller.parameters().forEach(parameter -> targets.put(parameter.name(), parameter));
    for (Parameter parameter : model.parameters()) {
      Parameter target = targets.get(parameter.name());
      copy(model.values(parameter), smaller.values(target), slots.get(parameter.name()), kept);
    }
    copyUpdaterState(model, smaller, slots, kept);
    return smaller;
  }

  private Map<String, List<Slot>> slotsByParameter() {
    Map<String, List<Slot>> slots = new LinkedHashMap<>();
    groups.model().parameters().forEach(p -> slots.put(p.name(), new java.util.ArrayList<>()));
    groups.walk().slots().forEach(slot -> slots.get(slot.parameter().name()).add(slot));
    return slots;
  }

  /** Copies the slices that are kept. */
  private static void copy(INDArray from, INDArray to, List<Slot> slots, IntPredicate kept) {
    INDArray part = from;
    // Outer axes first: their slices lie together, and the inner ones have fewer left to skip.
    List<Slot> inOrder = slots.stream().sorted(Comparator.comparingInt(Slot::axis)).toList();
    for (Slot slot : inOrder) {
      int[] places = Walk.keptPlaces(slot.channels(), kept);
      if (places.length < slot.channels().length) {
        INDArray picked = pick(part, slot.axis(), places);
        if (part != from) {
          part.close();
        }
        part = picked;
      }
    }
    to.assign(part.reshape(to.shape()));
    if (part != from) {
      part.close();
    }
  }

  /** A new array of some slices of another. */
  static INDArray pick(INDArray from, int axis, int[] places) {
    try (INDArray taken = Nd4j.createFromArray(places)) {
      return Nd4j.exec(new Gather(from, taken, axis))[0];
    }
  }

  private static void copyUpdaterState(
      PrunableModel from, PrunableModel to, Map<String, List<Slot>> slots, IntPredicate kept) {
    if (!from.hasUpdaterState()) {
      return;
    }
    Map<String, Map<String, INDArray>> states = statesByParameter(from);
    Map<String, Map<String, INDArray>> targets = statesByParameter(to);
    targets.forEach(
        (name, arrays) ->
            arrays.forEach(
                (key, target) -> copy(states.get(name).get(key), target, slots.get(name), kept)));
  }

  /** Views of the state of each parameter, in the parameter's shape. */
  private static Map<String, Map<String, INDArray>> statesByParameter(PrunableModel model) {
    Map<String, Map<String, INDArray>> views = new LinkedHashMap<>();
    for (UpdaterState state : model.updaterStates()) {
      for (Parameter parameter : state.block().parameters()) {
        INDArray view = state.viewOf(parameter);
        if (view != null) {
          views
              .computeIfAbsent(parameter.name(), name -> new LinkedHashMap<>())
              .put(state.key(), view);
        }
      }
    }
    return views;
  }
}
