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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What is left of a model after a removal, in parameters or multiply-accumulates. */
public final class Cost {
  private final ChannelGroups groups;
  private final Map<String, Long> positions;

  private Cost(ChannelGroups groups, Map<String, Long> positions) {
    this.groups = groups;
    this.positions = positions;
  }

  /**
   * Counts parameters.
   *
   * @param groups the groups of a model
   * @return the counter
   */
  public static Cost parameters(ChannelGroups groups) {
    return new Cost(groups, null);
  }

  /**
   * Counts multiply-accumulates of weights for one example; biases, normalisations and activations
   * are not counted.
   *
   * @param groups the groups of a model
   * @param example one batch, of which the features are used for one forward pass
   * @return the counter
   */
  public static Cost multiplyAccumulates(ChannelGroups groups, MultiDataSet example) {
    return new Cost(groups, groups.model().positions(example));
  }

  /**
   * What is left.
   *
   * @param gone the numbers of the units that go
   * @return the number of parameters or multiply-accumulates
   */
  public long after(Set<Integer> gone) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    List<Parameter> parameters = groups.model().parameters();
    parameters.forEach(p -> shapes.put(p.name(), p.shape()));
    for (Slot slot : groups.walk().slots()) {
      shapes.get(slot.parameter().name())[slot.axis()] =
          Walk.keptPlaces(slot.channels(), c -> !gone.contains(groups.unitOf(c))).length;
    }
    long total = 0;
    for (Parameter parameter : parameters) {
      long length = 1;
      for (long size : shapes.get(parameter.name())) {
        length *= size;
      }
      total += length * weight(parameter);
    }
    return total;
  }

  private long weight(Parameter parameter) {
    if (positions == null) {
      return 1;
    }
    boolean multiplies =
        parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT;
    return multiplies ? positions.getOrDefault(parameter.layer(), 1L) : 0;
  }
}
