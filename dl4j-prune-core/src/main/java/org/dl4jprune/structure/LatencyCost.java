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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The sum of the measured times of the layers. */
final class LatencyCost implements Cost {
  private final RemainingShapes shapes;
  private final LatencyTable table;
  private final List<TimedLayer> layers;
  private final int[] places;

  LatencyCost(ChannelGroups groups, LatencyTable table, MultiDataSet example) {
    this.shapes = new RemainingShapes(groups);
    this.table = table;
    this.layers = TimedLayer.of(groups.model(), example);
    Map<String, Integer> byName = new HashMap<>();
    for (int p = 0; p < shapes.parameters().size(); p++) {
      byName.put(shapes.parameters().get(p).name(), p);
    }
    this.places = layers.stream().mapToInt(l -> byName.get(l.weights().name())).toArray();
    layers.forEach(layer -> table.nanoseconds(layer.shape()));
  }

  @Override
  public boolean fallsWithEveryUnit() {
    return false;
  }

  @Override
  public long after(Set<Integer> gone) {
    long[][] left = shapes.after(gone);
    double total = 0;
    for (int i = 0; i < places.length; i++) {
      total += table.nanoseconds(layers.get(i).shape(left[places[i]]));
    }
    return Math.round(total);
  }
}
