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

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.dl4jprune.structure.Scene;

/** A dense layer whose outputs face the labels and stay. */
public final class OutputRule extends FeedForwardRule<BaseOutputLayer> {

  /** The rule. */
  public OutputRule() {
    super(BaseOutputLayer.class);
  }

  @Override
  public int[] couple(BaseOutputLayer layer, int[][] inputs, Scene scene) {
    int[] output = scene.sets().fresh(layer.getNOut());
    scene.pin(output, "the outputs face the labels");
    scene.slot("W", 0, inputs[0]);
    scene.slot("W", 1, output);
    scene.slot("b", 0, output);
    // The centres of a center loss are points in the space of the inputs.
    scene.slot("cL", 1, inputs[0]);
    return output;
  }
}
