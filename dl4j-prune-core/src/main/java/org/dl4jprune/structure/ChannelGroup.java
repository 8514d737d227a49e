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

import java.util.List;

/**
 * Units that touch the same axes of the same parameters: removing one takes a slice of each.
 *
 * @param index the group's number in the order of the model
 * @param slots the axes
 * @param units the numbers of the removable channels, ascending
 */
public record ChannelGroup(int index, List<Slot> slots, List<Integer> units) {

  /**
   * Copies its arguments.
   *
   * @param index the group's number
   * @param slots the axes
   * @param units the numbers of the removable channels
   */
  public ChannelGroup {
    slots = List.copyOf(slots);
    units = List.copyOf(units);
  }

  /**
   * A short name.
   *
   * @return the axes, such as {@code conv_W[0] bn_gamma[0] out_W[0]}
   */
  public String name() {
    return slots.stream()
        .map(slot -> "%s[%d]".formatted(slot.parameter().name(), slot.axis()))
        .collect(java.util.stream.Collectors.joining(" "));
  }
}
