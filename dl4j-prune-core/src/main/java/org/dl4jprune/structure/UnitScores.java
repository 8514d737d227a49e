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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Collects what each removable unit has at several places, and makes one score of it. */
final class UnitScores {
  private final ChannelGroups groups;
  private final Map<Integer, List<Double>> ofUnit = new LinkedHashMap<>();

  UnitScores(ChannelGroups groups) {
    this.groups = groups;
    for (ChannelGroup group : groups.groups()) {
      group.units().forEach(unit -> ofUnit.put(unit, new ArrayList<>()));
    }
  }

  /**
   * Adds one place; the channels of a unit are summed there.
   *
   * @param where for messages
   * @param channels the channel of each score
   * @param scores rank 1, as many; one read from the device
   * @throws IllegalStateException if a score is not finite
   * @throws IllegalArgumentException if the numbers differ
   */
  void add(String where, int[] channels, INDArray scores) {
    if (scores.length() != channels.length) {
      throw new IllegalArgumentException(
          "%s has %d channels, but %d scores".formatted(where, channels.length, scores.length()));
    }
    double[] values = HostReads.vector(scores);
    Map<Integer, Double> here = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalStateException(
            "The scores of %s contain NaN or infinity".formatted(where));
      }
      int unit = groups.unitOf(channels[i]);
      if (ofUnit.containsKey(unit)) {
        here.merge(unit, values[i], Double::sum);
      }
    }
    here.forEach((unit, sum) -> ofUnit.get(unit).add(sum));
  }

  /**
   * One score for each unit.
   *
   * @param measure what was measured, for messages
   * @throws IllegalStateException if a group has no place at all, or a result is not finite
   */
  Map<Integer, Double> reduce(
      Object measure, Aggregation aggregation, Normalisation normalisation) {
    Map<Integer, Double> scores = new LinkedHashMap<>();
    for (ChannelGroup group : groups.groups()) {
      double[] raw = new double[group.units().size()];
      for (int i = 0; i < raw.length; i++) {
        List<Double> places = ofUnit.get(group.units().get(i));
        if (places.isEmpty()) {
          throw new IllegalStateException(
              "%s finds nothing to measure in group %d (%s)"
                  .formatted(measure, group.index(), group.name()));
        }
        raw[i] = aggregation.of(places.stream().mapToDouble(d -> d).toArray());
      }
      double[] normalised = normalisation.of(raw);
      for (int i = 0; i < raw.length; i++) {
        if (!Double.isFinite(normalised[i])) {
          throw new IllegalStateException(
              "The score of unit %d of group %d (%s) is not finite: the %s of its places overflows"
                  .formatted(group.units().get(i), group.index(), group.name(), aggregation));
        }
        scores.put(group.units().get(i), normalised[i]);
      }
    }
    return scores;
  }
}
