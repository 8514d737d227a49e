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

/** Ops along one axis whose channels stay, since every value depends on all of them. */
public final class SoftmaxRule implements OpRule {

  /** The rule. */
  public SoftmaxRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("softmax", "log_softmax", "cumsum", "cumprod");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    boolean cumulative = scene.op().opName().startsWith("cum");
    int first = cumulative ? 2 : 0;
    boolean[] along = new boolean[input.rank()];
    for (int i = first; i < scene.integers().length; i++) {
      along[input.axis(scene.integer(i, 0))] = true;
    }
    if (scene.integers().length <= first) {
      along[cumulative ? 0 : input.rank() - 1] = true;
    }
    for (int axis = 0; axis < along.length; axis++) {
      if (along[axis]) {
        scene.pin(input.channels(axis), "each value depends on all along this axis");
      }
    }
    return List.of(scene.op().opName().equals("cumsum") ? input : input.notZero());
  }
}
