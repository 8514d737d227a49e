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

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The penalties of gates in a SameDiff graph: losses of their own, with a live weight each. */
final class SameDiffPenalties {
  /** What the name of the constant that describes a penalty ends with. */
  static final String PENALTY = "_penalty";

  private final SameDiff graph;
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, GateSteering.Multiplier> multipliers = new LinkedHashMap<>();

  /**
   * A penalty, as it is saved with the graph.
   *
   * @param excess the variable that moves its multiplier; empty if it has none
   * @param rate how fast
   */
  private record Note(String excess, double rate) {}

  /** The penalties that a graph has. */
  SameDiffPenalties(SameDiff graph) {
    this.graph = graph;
    SameDiffNotes.read(graph, PENALTY, Note.class).forEach(this::remember);
  }

  private void remember(String name, Note note) {
    names.add(name);
    if (!note.excess().isEmpty()) {
      multipliers.put(note.excess(), new GateSteering.Multiplier(weight(name), note.rate()));
    }
  }

  private INDArray weight(String name) {
    return graph.getVariable(name + "_weight").getArr();
  }

  SDVariable add(String name, SDVariable penalty, double weight) {
    return add(name, penalty, weight, new Note("", 0));
  }

  /** Makes a product with a multiplier part of the loss, which starts at 0. */
  SDVariable multiply(String name, SDVariable excess, double rate) {
    return add(name, excess, 0, new Note(excess.name(), rate));
  }

  private SDVariable add(String name, SDVariable penalty, double weight, Note note) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException(
          "The weight %s of %s is negative or not a number".formatted(weight, name));
    }
    SDVariable factor = graph.constant(name + "_weight", Nd4j.scalar(penalty.dataType(), weight));
    SDVariable loss = penalty.mul(name, factor);
    graph.addLossVariable(loss);
    remember(name, note);
    SameDiffNotes.write(graph, name, PENALTY, note);
    return loss;
  }

  Listener steering(Map<String, Schedule> weights, List<SameDiffRelaxation> gates) {
    if (!names.containsAll(weights.keySet())) {
      throw new IllegalArgumentException(
          "There are penalties %s, not %s".formatted(names, weights.keySet()));
    }
    Map<INDArray, Schedule> arrays = new IdentityHashMap<>();
    weights.forEach((name, schedule) -> arrays.put(weight(name), schedule));
    return new GateSteering(arrays, multipliers, gates);
  }

  Set<String> names() {
    return Set.copyOf(names);
  }
}
