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
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** Division by the norm over channels: exact where dead channels are zero. */
public final class NormalizeRule implements CouplingRule<L2NormalizeVertex> {

  @Override
  public Class<L2NormalizeVertex> type() {
    return L2NormalizeVertex.class;
  }

  @Override
  public int[] couple(L2NormalizeVertex vertex, int[][] inputs, Scene scene) {
    int[] axes = vertex.getDimension();
    boolean overChannels =
        axes == null
            || axes.length == 0
            || Arrays.stream(axes).anyMatch(axis -> axis == scene.layout(0).channelAxis());
    if (scene.rest(0) != 0) {
      if (overChannels) {
        scene.inexact("a dead channel adds to the norm");
      }
      scene.rest(Double.NaN);
    }
    return inputs[0];
  }

  @Override
  public void resize(L2NormalizeVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
