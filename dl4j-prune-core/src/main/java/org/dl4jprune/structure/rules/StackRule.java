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

import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** Minibatches one after the other: all inputs have the same channels. */
public final class StackRule implements CouplingRule<StackVertex> {

  @Override
  public Class<StackVertex> type() {
    return StackVertex.class;
  }

  @Override
  public int[] couple(StackVertex vertex, int[][] inputs, Scene scene) {
    scene.layout(Layouts.known(inputs.length, scene));
    for (int i = 1; i < inputs.length; i++) {
      scene.sets().unite(inputs[0], inputs[i], scene.name(), "stacked along the minibatch");
      if (scene.rest(i) != scene.rest(0)) {
        scene.rest(Double.NaN);
      }
    }
    return inputs[0];
  }

  @Override
  public void resize(StackVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
