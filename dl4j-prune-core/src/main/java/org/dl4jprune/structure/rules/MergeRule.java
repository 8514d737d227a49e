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
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** One list of channels after the other; along any other axis, channel by channel. */
public final class MergeRule implements CouplingRule<MergeVertex> {

  @Override
  public Class<MergeVertex> type() {
    return MergeVertex.class;
  }

  @Override
  public int[] couple(MergeVertex vertex, int[][] inputs, Scene scene) {
    Layout layout = Layouts.known(inputs.length, scene);
    double rest = scene.rest(0);
    for (int i = 1; i < inputs.length; i++) {
      rest = scene.rest(i) == rest ? rest : Double.NaN;
    }
    scene.rest(rest);
    scene.layout(layout.withPositions(inputs.length == 1 ? layout.positions() : -1));
    if (vertex.getMergeAxis() == layout.channelAxis()) {
      if (layout.rank() == 2) {
        scene.layout(layout);
      }
      return Scene.join(inputs);
    }
    if (Arrays.stream(inputs).anyMatch(input -> input.length != inputs[0].length)) {
      for (int[] input : inputs) {
        scene.pin(
            input, "it merges axis %d, but the channels differ".formatted(vertex.getMergeAxis()));
      }
      return null;
    }
    for (int i = 1; i < inputs.length; i++) {
      String why = "merged along axis %d, channel by channel".formatted(vertex.getMergeAxis());
      scene.sets().unite(inputs[0], inputs[i], scene.name(), why);
    }
    return inputs[0];
  }

  @Override
  public void resize(MergeVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
