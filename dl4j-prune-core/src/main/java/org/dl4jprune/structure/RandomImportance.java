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

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Uniform scores between 0 and 1, the baseline that each importance has to beat: all choices of the
 * same number of units are equally likely. Each group has a stream of its own, made of the seed and
 * the group's name.
 */
public record RandomImportance() implements UnitImportance {

  @Override
  public Map<Integer, Double> score(
      ChannelGroups groups, List<? extends MultiDataSet> batches, long seed) {
    Map<Integer, Double> scores = new LinkedHashMap<>();
    for (ChannelGroup group : groups.groups()) {
      byte[] key = (seed + ":" + group.name()).getBytes(StandardCharsets.UTF_8);
      SplittableRandom stream =
          new SplittableRandom(UUID.nameUUIDFromBytes(key).getLeastSignificantBits());
      group.units().forEach(unit -> scores.put(unit, stream.nextDouble()));
    }
    return scores;
  }
}
