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

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** Both directions have the same units, and their outputs are summed. */
// Old models still have this layer.
@SuppressWarnings("deprecation")
public final class GravesBidirectionalRule
    extends FeedForwardRule<org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM> {

  /** The rule. */
  public GravesBidirectionalRule() {
    super(org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM.class);
  }

  @Override
  public int[] couple(
      org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM layer,
      int[][] inputs,
      Scene scene) {
    int[] units = scene.sets().fresh(layer.getNOut());
    int[] gates = Scene.join(units, units, units, units);
    int[] peepholes = scene.sets().fresh(3);
    scene.pin(peepholes, "peepholes are one column for each gate");
    for (String direction : new String[] {"F", "B"}) {
      scene.slot("W" + direction, 0, inputs[0]);
      scene.slot("W" + direction, 1, gates);
      scene.slot("b" + direction, 0, gates);
      scene.slot("RW" + direction, 0, units);
      scene.slot("RW" + direction, 1, Scene.join(gates, peepholes));
    }
    BaseRecurrentLayer recurrent = layer;
    scene.layout(Layout.sequence(recurrent.getRnnDataFormat()));
    // Each time step is a matrix of its own.
    scene.activation(recurrent.getActivationFn(), 0, Layout.FLAT);
    return units;
  }
}
