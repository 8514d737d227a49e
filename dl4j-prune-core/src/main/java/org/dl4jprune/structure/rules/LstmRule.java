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

import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * Four gates side by side: unit c is column g·n + c of the input and recurrent weights and of the
 * bias for every gate g, row c of the recurrent weights, and output c. The last three columns of a
 * Graves LSTM's recurrent weights are peepholes, whose rows follow the units.
 */
public final class LstmRule extends FeedForwardRule<AbstractLSTM> {

  /** The rule. */
  public LstmRule() {
    super(AbstractLSTM.class);
  }

  // Old models still have Graves LSTMs.
  @SuppressWarnings("deprecation")
  @Override
  public int[] couple(AbstractLSTM layer, int[][] inputs, Scene scene) {
    int[] units = scene.sets().fresh(layer.getNOut());
    int[] gates = Scene.join(units, units, units, units);
    scene.slot("W", 0, inputs[0]);
    scene.slot("W", 1, gates);
    scene.slot("b", 0, gates);
    scene.slot("RW", 0, units);
    if (layer instanceof org.deeplearning4j.nn.conf.layers.GravesLSTM) {
      int[] peepholes = scene.sets().fresh(3);
      scene.pin(peepholes, "peepholes are one column for each gate");
      scene.slot("RW", 1, Scene.join(gates, peepholes));
    } else {
      scene.slot("RW", 1, gates);
    }
    scene.layout(Layout.sequence(layer.getRnnDataFormat()));
    // Each time step is a matrix of its own.
    scene.activation(layer.getActivationFn(), 0, Layout.FLAT);
    return units;
  }
}
