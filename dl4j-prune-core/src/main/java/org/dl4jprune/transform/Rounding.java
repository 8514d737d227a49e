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
package org.dl4jprune.transform;

import org.dl4jprune.structure.ChannelGroup;

/** Which widths a group may have. */
@FunctionalInterface
interface Rounding {

  /**
   * The allowed width nearest to the wanted one.
   *
   * @param group as it is now
   * @param wanted how many units it would keep, fewer than it has
   * @return how many it keeps; at least as many as it has now means all
   */
  int kept(ChannelGroup group, int wanted);

  static Rounding none() {
    return (group, wanted) -> wanted;
  }

  /** Multiples, upwards from the middle, and none below the minimum. */
  static Rounding multipleOf(int multiple, int minimumKept) {
    int least = (minimumKept + multiple - 1) / multiple * multiple;
    return (group, wanted) -> Math.max(least, (wanted + multiple / 2) / multiple * multiple);
  }
}
