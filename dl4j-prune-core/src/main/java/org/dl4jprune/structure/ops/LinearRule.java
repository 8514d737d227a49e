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
package org.dl4jprune.structure.ops;

import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/** X·W + b, W [in, out], perhaps rectified. */
public final class LinearRule implements OpRule {

  /** The rule. */
  public LinearRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("xw_plus_b", "relu_layer");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor x = scene.input(0);
    Tensor w = scene.input(1);
    if (x.rank() != 2 || w.rank() != 2 || scene.integer(0, 0) != 0) {
      scene.pinInputs("linear layers of these ranks are not followed");
      return List.of(Tensor.unknown());
    }
    MatmulRule.contract(scene, x, 1, w, 0);
    Tensor product =
        Tensor.of(x.size(0), w.size(1))
            .with(0, x.channels(0), x.zeroWhenMasked(0))
            .with(1, w.channels(1), w.zeroWhenMasked(1));
    return List.of(
        Broadcasting.combine(
            scene, product, scene.input(2), Broadcasting.Zero.BOTH, "the bias of the outputs"));
  }
}
