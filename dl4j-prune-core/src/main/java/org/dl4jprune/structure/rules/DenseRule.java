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

import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** Y = X·W + b, W [in, out]: rows follow the input, columns are the output. */
public final class DenseRule extends FeedForwardRule<DenseLayer> {

  /** The rule. */
  public DenseRule() {
    super(DenseLayer.class);
  }

  @Override
  public int[] couple(DenseLayer layer, int[][] inputs, Scene scene) {
    int[] output = scene.sets().fresh(layer.getNOut());
    scene.slot("W", 0, inputs[0]);
    scene.slot("W", 1, output);
    scene.slot("b", 0, output);
    scene.slot("g", 0, output);
    if (layer.hasLayerNorm()) {
      scene.inexact("layer normalisation takes its statistics over the outputs that are left");
    }
    scene.layout(Layout.FLAT);
    scene.activation(layer.getActivationFn());
    return output;
  }
}
