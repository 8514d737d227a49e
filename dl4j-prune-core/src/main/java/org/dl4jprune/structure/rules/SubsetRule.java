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
package org.dl4jprune.structure.rules;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** A range of channels; where the channels come last it is a range of places, and they stay. */
public final class SubsetRule implements CouplingRule<SubsetVertex> {

  @Override
  public Class<SubsetVertex> type() {
    return SubsetVertex.class;
  }

  @Override
  public int[] couple(SubsetVertex vertex, int[][] inputs, Scene scene) {
    if (scene.layout(0).channelAxis() != 1) {
      scene.pin(inputs[0], "it picks a range of axis 1, which is not that of the channels");
      return null;
    }
    return Arrays.copyOfRange(inputs[0], vertex.getFrom(), vertex.getTo() + 1);
  }

  @Override
  public void resize(SubsetVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {
    int from = (int) Arrays.stream(inputs[0]).filter(place -> place < vertex.getFrom()).count();
    vertex.setFrom(from);
    vertex.setTo(from + output.length - 1);
  }
}
