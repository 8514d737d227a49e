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

import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.dl4jprune.structure.Scene;

/** The one-class output layer: its inputs are free, its hidden units and its output stay. */
public final class OneClassRule extends FeedForwardRule<OCNNOutputLayer> {

  /** The rule. */
  public OneClassRule() {
    super(OCNNOutputLayer.class);
  }

  @Override
  public int[] couple(OCNNOutputLayer layer, int[][] inputs, Scene scene) {
    scene.slot("v", 0, inputs[0]);
    int[] output = scene.sets().fresh(layer.getNOut());
    scene.pin(output, "the outputs face the labels");
    return output;
  }
}
