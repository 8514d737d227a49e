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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gates of a SameDiff graph: checks of what is asked for, and the ops that are put in. */
final class SameDiffSites {
  /** What the name of the constant that describes a site ends with. */
  static final String SITE = "_site";

  private final SameDiff graph;
  private final Map<String, SameDiffSite> sites = new LinkedHashMap<>();
  private final List<SameDiffRelaxation> relaxations = new ArrayList<>();

  /** The sites that a graph has; none while it is built, and all of a graph that was loaded. */
  SameDiffSites(SameDiff graph) {
    this.graph = graph;
    SameDiffNotes.read(graph, SITE, SameDiffSite.class).forEach(this::remember);
  }

  private void remember(String name, SameDiffSite site) {
    sites.put(name, site);
    relaxations.add(new SameDiffRelaxation(graph, name, site.relaxation()));
  }

  /** By name, in the order in which they were made. */
  Map<String, SameDiffSite> byName() {
    return Collections.unmodifiableMap(sites);
  }

  /** All sites, of which there is one at least. */
  Collection<SameDiffSite> existing() {
    if (sites.isEmpty()) {
      throw new IllegalStateException("There are no gates in this graph yet");
    }
    return byName().values();
  }

  List<SameDiffRelaxation> relaxations() {
    return List.copyOf(relaxations);
  }

  SDVariable logits(String name, SDVariable like, double initial, long... shape) {
    return graph.var(name + "_gate", Nd4j.valueArrayOf(shape, initial, like.dataType()));
  }

  SDVariable module(String name, SDVariable activation, SDVariable reads, long inputs, long gates) {
    DataType type = activation.dataType();
    SDVariable weights = graph.var(name + "_U", Nd4j.randn(type, inputs, gates).muli(0.01));
    SDVariable offsets =
        graph.var(name + "_c", Nd4j.valueArrayOf(new long[] {1, gates}, 1.0, type));
    return reads.mmul(weights).add(offsets);
  }

  void checkChannels(String name, SDVariable activation, long channels, String... producers) {
    check(name, activation, producers);
    for (String producer : producers) {
      INDArray values = graph.getVariable(producer).getArr();
      if (values.size(values.rank() - 1) != channels) {
        throw new IllegalArgumentException(
            "%s is no variable with %d outputs on its last axis, so gates of %s cannot fold into it"
                .formatted(producer, channels, activation.name()));
      }
    }
  }

  void check(String name, SDVariable source, String... producers) {
    for (Map.Entry<String, SameDiffSite> site : sites.entrySet()) {
      if (site.getKey().equals(name)
          || site.getValue().source().equals(source.name())
          || site.getValue().gated().equals(source.name())) {
        throw new IllegalArgumentException(
            "There is a gate at %s already: %s".formatted(source.name(), site.getKey()));
      }
    }
    for (String producer : producers) {
      boolean variable =
          graph.hasVariable(producer)
              && graph.getVariable(producer).getVariableType() == VariableType.VARIABLE;
      if (!variable) {
        throw new IllegalArgumentException(
            "%s is no variable with values, so gates of %s cannot fold into it"
                .formatted(producer, source.name()));
      }
    }
  }

  /** Relaxation null: straight-through, since the gates depend on the example. */
  SDVariable insert(
      String name,
      SDVariable source,
      SDVariable logits,
      long count,
      Relaxation given,
      Granularity granularity,
      int positions,
      boolean perExample,
      String... producers) {
    Relaxation relaxation = given == null ? Relaxation.STRAIGHT_THROUGH : given;
    SameDiffRelaxation ops = new SameDiffRelaxation(graph, name, relaxation);
    SDVariable gates = ops.gates(logits);
    SDVariable open = ops.open(logits, gates);
    SDVariable gated = product(name + "_gated", source, gates, count, granularity, positions);
    SameDiffSite site =
        new SameDiffSite(
            granularity,
            relaxation,
            source.name(),
            gated.name(),
            gates.name(),
            open.name(),
            count,
            List.of(producers),
            perExample);
    remember(name, site);
    SameDiffNotes.write(graph, name, SITE, site);
    return gated;
  }

  private static SDVariable product(
      String name,
      SDVariable source,
      SDVariable gates,
      long count,
      Granularity granularity,
      int positions) {
    if (granularity == Granularity.HEAD) {
      INDArray values = source.getArr();
      SDVariable rows = source.reshape(count, values.length() / count).mul(gates);
      return rows.reshape(values.shape()).rename(name);
    }
    if (positions == 0) {
      return source.mul(name, gates);
    }
    long[] shape = new long[2 + positions];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    shape[1] = count;
    return source.mul(name, gates.reshape(shape));
  }
}
