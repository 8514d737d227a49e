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

import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/**
 * Two copies of a recurrent layer, forward and backward. Unit i of both is one, since both have one
 * configuration; concatenated they are two lists of the same channels.
 */
public final class BidirectionalRule implements CouplingRule<Bidirectional> {

  @Override
  public Class<Bidirectional> type() {
    return Bidirectional.class;
  }

  @Override
  public int[] couple(Bidirectional both, int[][] inputs, Scene scene) {
    int[] forward = scene.rules().couple(both.getFwd(), inputs, scene.under("f"));
    int[] backward = scene.rules().couple(both.getBwd(), inputs, scene.under("b"));
    scene.sets().unite(forward, backward, scene.name(), "both directions have one configuration");
    return both.getMode() == Bidirectional.Mode.CONCAT ? Scene.join(forward, backward) : forward;
  }

  @Override
  public void resize(Bidirectional both, int[][] inputs, int[] output, CouplingRules rules) {
    int units = both.getMode() == Bidirectional.Mode.CONCAT ? output.length / 2 : output.length;
    int[] half = java.util.Arrays.copyOf(output, units);
    // A clone of the wrapper still shares the layers inside, and what was derived from them.
    both.setInitializer(null);
    both.setFwd(both.getFwd().clone());
    both.setBwd(both.getBwd().clone());
    for (Layer layer : new Layer[] {both.getFwd(), both.getBwd()}) {
      rules.resize(layer, inputs, half);
    }
  }

  @Override
  public long expectedInputs(Bidirectional both, CouplingRules rules) {
    return rules.expectedInputs(both.getFwd());
  }
}
