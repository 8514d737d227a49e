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

import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** Self-attention whose queries Q [1, inputs, queries] are parameters. */
public final class LearnedSelfAttentionRule implements CouplingRule<LearnedSelfAttentionLayer> {

  @Override
  public Class<LearnedSelfAttentionLayer> type() {
    return LearnedSelfAttentionLayer.class;
  }

  @Override
  public int[] couple(LearnedSelfAttentionLayer layer, int[][] inputs, Scene scene) {
    int[] input = inputs[0];
    scene.slot("Q", 1, input);
    scene.layout(Layout.sequence(null));
    if (!layer.isProjectInput()) {
      scene.pin(input, Heads.UNPROJECTED);
      return input;
    }
    Heads.couple(layer.getNHeads(), layer.getHeadSize(), input, input, input, scene);
    return Heads.output(layer.getNOut(), scene);
  }

  @Override
  public void resize(
      LearnedSelfAttentionLayer layer, int[][] inputs, int[] output, CouplingRules rules) {
    layer.setNIn(inputs[0].length);
    layer.setNOut(output.length);
    if (layer.isProjectInput()) {
      layer.setNHeads(inputs[1].length);
    }
    // What was derived from the old widths is shared with the original.
    layer.setLayerParams(null);
  }

  @Override
  public long expectedInputs(LearnedSelfAttentionLayer layer, CouplingRules rules) {
    return layer.getNIn();
  }
}
