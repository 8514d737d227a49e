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

import java.util.Arrays;
import java.util.List;

/** The slots that each unit has slices of, in arrays: two passes over all slices. */
final class SlotLists {
  private final int[] starts;
  private final int[] slots;

  /**
   * A list of slots that can be compared.
   *
   * @param slots ascending
   */
  record Key(int[] slots) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && Arrays.equals(slots, that.slots);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(slots);
    }
  }

  SlotLists(ChannelSets sets, List<Slot> all) {
    starts = new int[sets.count() + 1];
    visit(sets, all, (root, slot) -> starts[root + 1]++);
    for (int root = 1; root < starts.length; root++) {
      starts[root] += starts[root - 1];
    }
    slots = new int[starts[starts.length - 1]];
    int[] next = starts.clone();
    visit(sets, all, (root, slot) -> slots[next[root]++] = slot);
  }

  private interface Visitor {
    void see(int root, int slot);
  }

  /** Each slot of each removable unit once. */
  private static void visit(ChannelSets sets, List<Slot> all, Visitor visitor) {
    int[] last = new int[sets.count()];
    Arrays.fill(last, -1);
    for (int slot = 0; slot < all.size(); slot++) {
      for (int channel : all.get(slot).channels()) {
        int root = sets.find(channel);
        if (last[root] != slot && sets.pinOf(root) == null) {
          last[root] = slot;
          visitor.see(root, slot);
        }
      }
    }
  }

  /** The slots of a unit; null if it has none, stays, or is no unit of its own. */
  Key of(int root) {
    return starts[root] == starts[root + 1]
        ? null
        : new Key(Arrays.copyOfRange(slots, starts[root], starts[root + 1]));
  }
}
