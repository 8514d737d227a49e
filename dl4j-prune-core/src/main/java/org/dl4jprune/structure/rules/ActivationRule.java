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

import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** The same channels; inexact if the function looks at all of them, as a softmax does. */
public final class ActivationRule implements CouplingRule<ActivationLayer> {

  @Override
  public Class<ActivationLayer> type() {
    return ActivationLayer.class;
  }

  @Override
  public int[] couple(ActivationLayer layer, int[][] inputs, Scene scene) {
    scene.activation(layer.getActivationFn(), scene.rest(0), scene.layout(0));
    return inputs[0];
  }

  @Override
  public void resize(ActivationLayer layer, int[][] inputs, int[] output, CouplingRules rules) {}
}
