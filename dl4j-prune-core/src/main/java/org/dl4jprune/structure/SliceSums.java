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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of a criterion's scores over each slice of each slot. */
final class SliceSums {
  private SliceSums() {}

  /** In the order of the slots; rank 1, one number for each slice. */
  static Map<Slot, INDArray> of(Criterion criterion, Evidence evidence, List<Slot> slots) {
    Map<Slot, INDArray> inOrder = new LinkedHashMap<>();
    Map<Slot, INDArray> sums =
        criterion.scoresEachParameterAlone()
            ? perParameter(criterion, evidence, slots)
            : ofWholeNetwork(criterion, evidence, slots);
    slots.forEach(slot -> inOrder.put(slot, sums.get(slot)));
    return inOrder;
  }

  private static Map<Slot, INDArray> perParameter(
      Criterion criterion, Evidence evidence, List<Slot> slots) {
    Map<Parameter, List<Slot>> ofParameter = new LinkedHashMap<>();
    slots.forEach(
        slot -> ofParameter.computeIfAbsent(slot.parameter(), p -> new ArrayList<>()).add(slot));
    Map<Slot, INDArray> sums = new HashMap<>();
    ofParameter.forEach(
        (parameter, own) -> {
          try (INDArray scores = criterion.score(parameter, evidence)) {
            own.forEach(slot -> sums.put(slot, sum(slot, scores)));
          }
        });
    return sums;
  }

  private static Map<Slot, INDArray> ofWholeNetwork(
      Criterion criterion, Evidence evidence, List<Slot> slots) {
    Layout layout = evidence.layout();
    Map<Slot, INDArray> sums = new HashMap<>();
    try (INDArray vector = criterion.scores(evidence)) {
      for (Slot slot : slots) {
        Parameter parameter = slot.parameter();
        sums.put(slot, sum(slot, parameter.fromFlat(layout.flat(vector, parameter))));
      }
    }
    return sums;
  }

  private static INDArray sum(Slot slot, INDArray scores) {
    int[] others = IntStream.range(0, scores.rank()).filter(axis -> axis != slot.axis()).toArray();
    return others.length == 0
        ? scores.dup()
        : scores.sum(others).reshape(new long[] {slot.channels().length});
  }
}
