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
 * The channels that leave a layer or vertex, seen as places for gates: whether multiplying them by
 * zero is the same as removing them.
 *
 * @param owner the layer or vertex
 * @param units the number of the removable unit that each channel belongs to; -1 where the channel
 *     stays
 * @param refusal why a channel that is zero there cannot be removed, in words; null if each can
 */
public record Outlet(String owner, List<Integer> units, String refusal) {

  /**
   * Copies the units.
   *
   * @param owner the layer or vertex
   * @param units the unit of each channel
   * @param refusal why not, or null
   */
  public Outlet {
    units = List.copyOf(units);
  }
}
