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

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.LatencyTable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Widths that pay: of the widths that were measured, those that are faster than every wider one. A
 * group gets the one nearest to what it would keep, the wider of two.
 */
final class PayingWidths implements Rounding {
  private final Cost latency;
  private final int points;
  private final int[] original;
  private final int minimumKept;
  private final Map<Integer, NavigableMap<Integer, Long>> paying = new HashMap<>();

  PayingWidths(
      ChannelGroups groups,
      LatencyTable table,
      MultiDataSet example,
      int[] original,
      int minimumKept) {
    this.latency = Cost.latency(groups, table, example);
    this.points = table.points();
    this.original = original;
    this.minimumKept = minimumKept;
  }

  @Override
  public int kept(ChannelGroup group, int wanted) {
    NavigableMap<Integer, Long> widths =
        paying.computeIfAbsent(group.index(), index -> paying(group));
    Integer below = widths.floorKey(wanted);
    Integer above = widths.ceilingKey(wanted);
    if (below == null || above == null) {
      return below == null ? above : below;
    }
    return wanted - below < above - wanted ? below : above;
  }

  private NavigableMap<Integer, Long> paying(ChannelGroup group) {
    int size = group.units().size();
    NavigableMap<Integer, Long> widths = new TreeMap<>();
    widths.put(size, time(group, size));
    long fastest = widths.get(size);
    for (int i = points; i >= 1; i--) {
      int width = Math.max(1, Math.round((float) original[group.index()] * i / points));
      if (width < widths.firstKey() && width >= minimumKept) {
        long time = time(group, width);
        if (time < fastest) {
          widths.put(width, time);
          fastest = time;
        }
      }
    }
    return widths;
  }

  private long time(ChannelGroup group, int width) {
    return latency.after(new HashSet<>(group.units().subList(width, group.units().size())));
  }

  /** A sentence if a wider width was measured to be faster, or null. */
  String warning(ChannelGroup group, int width) {
    long time = time(group, width);
    for (int wider = width + 1; wider <= group.units().size(); wider++) {
      long other = isMeasured(group, wider) ? time(group, wider) : Long.MAX_VALUE;
      if (other < time) {
        return "%s: %d units are slower than %d (%,d ns against %,d ns for the whole model); widthsThatPay chooses widths by the table"
            .formatted(group.name(), width, wider, time, other);
      }
    }
    return null;
  }

  private boolean isMeasured(ChannelGroup group, int width) {
    int place = Math.round((float) width * points / original[group.index()]);
    return Math.max(1, Math.round((float) original[group.index()] * place / points)) == width;
  }
}
