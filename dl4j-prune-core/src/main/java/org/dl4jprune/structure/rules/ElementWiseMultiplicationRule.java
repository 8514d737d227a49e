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

import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.dl4jprune.structure.Scene;

/** One weight and one bias for each channel. */
public final class ElementWiseMultiplicationRule
    extends FeedForwardRule<ElementWiseMultiplicationLayer> {

  /** The rule. */
  public ElementWiseMultiplicationRule() {
    super(ElementWiseMultiplicationLayer.class);
  }

  @Override
  public int[] couple(ElementWiseMultiplicationLayer layer, int[][] inputs, Scene scene) {
    scene.slot("W", -1, inputs[0]);
    scene.slot("b", -1, inputs[0]);
    scene.activation(layer.getActivationFn());
    return inputs[0];
  }
}
