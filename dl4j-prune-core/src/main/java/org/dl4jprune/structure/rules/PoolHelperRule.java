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

import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** Drops the first row and column of an image; where the channels come last, a channel. */
public final class PoolHelperRule implements CouplingRule<PoolHelperVertex> {

  @Override
  public Class<PoolHelperVertex> type() {
    return PoolHelperVertex.class;
  }

  @Override
  public int[] couple(PoolHelperVertex vertex, int[][] inputs, Scene scene) {
    if (scene.layout(0).channelAxis() != 1) {
      scene.pin(inputs[0], "it drops the first channel of images with the channels last");
      return null;
    }
    scene.layout(scene.layout(0).withPositions(-1));
    return inputs[0];
  }

  @Override
  public void resize(PoolHelperVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
