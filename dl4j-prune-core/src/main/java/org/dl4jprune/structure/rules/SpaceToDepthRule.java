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

import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** All channels for the first place of a block, then all for the next. */
public final class SpaceToDepthRule implements CouplingRule<SpaceToDepthLayer> {

  @Override
  public Class<SpaceToDepthLayer> type() {
    return SpaceToDepthLayer.class;
  }

  @Override
  public int[] couple(SpaceToDepthLayer layer, int[][] inputs, Scene scene) {
    int[][] blocks = new int[layer.getBlockSize() * layer.getBlockSize()][];
    java.util.Arrays.fill(blocks, inputs[0]);
    scene.layout(Layout.image(layer.getDataFormat()));
    return Scene.join(blocks);
  }

  @Override
  public void resize(SpaceToDepthLayer layer, int[][] inputs, int[] output, CouplingRules rules) {}
}
