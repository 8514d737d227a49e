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

import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** One gate: unit c is column c of all weights and row c of the recurrent ones. */
public final class SimpleRnnRule extends FeedForwardRule<SimpleRnn> {

  /** The rule. */
  public SimpleRnnRule() {
    super(SimpleRnn.class);
  }

  @Override
  public int[] couple(SimpleRnn layer, int[][] inputs, Scene scene) {
    int[] units = scene.sets().fresh(layer.getNOut());
    scene.slot("W", 0, inputs[0]);
    scene.slot("W", 1, units);
    scene.slot("RW", 0, units);
    scene.slot("RW", 1, units);
    scene.slot("b", 0, units);
    if (scene.has("g")) {
      scene.slot("g", 0, Scene.join(units, units));
      scene.inexact("layer normalisation takes its statistics over the units that are left");
    }
    scene.layout(Layout.sequence(layer.getRnnDataFormat()));
    // Each time step is a matrix of its own.
    scene.activation(layer.getActivationFn(), 0, Layout.FLAT);
    return units;
  }
}
