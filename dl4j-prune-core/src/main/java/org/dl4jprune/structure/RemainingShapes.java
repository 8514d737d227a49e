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

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;

/**
 * The shapes of all parameters after a removal. The slices of each unit are counted once, so that a
 * question costs one step for each slice that goes, whatever the size of the model.
 */
final class RemainingShapes {
  private final List<Parameter> parameters;
  private final int[] parameterOf;
  private final int[] axisOf;
  private final int[] starts;
  private final int[] slotsOfUnit;

  RemainingShapes(ChannelGroups groups) {
    parameters = groups.model().parameters();
    Map<String, Integer> places = new HashMap<>();
    for (int p = 0; p < parameters.size(); p++) {
      places.put(parameters.get(p).name(), p);
    }
    List<Slot> slots = groups.walk().slots();
    parameterOf = slots.stream().mapToInt(s -> places.get(s.parameter().name())).toArray();
    axisOf = slots.stream().mapToInt(Slot::axis).toArray();
    starts = new int[groups.walk().sets().count() + 1];
    for (Slot slot : slots) {
      for (int channel : slot.channels()) {
        starts[groups.unitOf(channel) + 1]++;
      }
    }
    for (int unit = 1; unit < starts.length; unit++) {
      starts[unit] += starts[unit - 1];
    }
    slotsOfUnit = new int[starts[starts.length - 1]];
    int[] next = starts.clone();
    for (int s = 0; s < slots.size(); s++) {
      for (int channel : slots.get(s).channels()) {
        slotsOfUnit[next[groups.unitOf(channel)]++] = s;
      }
    }
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /** The shape of each parameter in the order of the model, with each unit given once. */
  long[][] after(Collection<Integer> gone) {
    long[][] shapes = parameters.stream().map(Parameter::shape).toArray(long[][]::new);
    for (int unit : gone) {
      for (int i = starts[unit]; i < starts[unit + 1]; i++) {
        int slot = slotsOfUnit[i];
        shapes[parameterOf[slot]][axisOf[slot]]--;
      }
    }
    return shapes;
  }

  static long length(long[] shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return length;
  }
}
