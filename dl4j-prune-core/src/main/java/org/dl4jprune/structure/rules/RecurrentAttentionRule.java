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

import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** Heads and inputs of an attention whose queries are its own last outputs; the outputs stay. */
public final class RecurrentAttentionRule implements CouplingRule<RecurrentAttentionLayer> {

  @Override
  public Class<RecurrentAttentionLayer> type() {
    return RecurrentAttentionLayer.class;
  }

  @Override
  public int[] couple(RecurrentAttentionLayer layer, int[][] inputs, Scene scene) {
    int[] input = inputs[0];
    int[] units = scene.sets().fresh(layer.getNOut());
    scene.pin(units, "its outputs are its own queries");
    scene.slot("W", 0, input);
    scene.slot("W", 1, units);
    scene.slot("RW", 0, units);
    scene.slot("RW", 1, units);
    scene.slot("b", -1, units);
    if (layer.isProjectInput()) {
      Heads.couple(layer.getNHeads(), layer.getHeadSize(), units, input, input, scene);
      scene.slot("Wo", 1, units);
    } else {
      scene.pin(input, Heads.UNPROJECTED);
    }
    scene.layout(Layout.sequence(null));
    scene.activation(layer.getActivation().getActivationFunction());
    return units;
  }

  @Override
  public void resize(
      RecurrentAttentionLayer layer, int[][] inputs, int[] output, CouplingRules rules) {
    layer.setNIn(inputs[0].length);
    if (layer.isProjectInput()) {
      layer.setNHeads(inputs[1].length);
    }
    // What was derived from the old widths is shared with the original.
    layer.setLayerParams(null);
  }

  @Override
  public long expectedInputs(RecurrentAttentionLayer layer, CouplingRules rules) {
    return layer.getNIn();
  }
}
