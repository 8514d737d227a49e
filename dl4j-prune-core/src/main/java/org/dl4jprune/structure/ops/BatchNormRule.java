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

/** Normalisation of each channel by itself: mean, variance, gain and shift follow the input. */
public final class BatchNormRule implements OpRule {

  /** The rule. */
  public BatchNormRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("batchnorm");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    boolean gain = scene.integer(0, 0) != 0;
    boolean shift = scene.integer(1, 0) != 0;
    int axis = input.axis(scene.integer(2, -1));
    if (scene.integers().length > 3) {
      scene.pinInputs("statistics over several axes are not followed");
      return List.of(Tensor.of(input.shape()));
    }
    int[] ids = input.channels(axis);
    boolean zero = true;
    for (int i = 1; i < scene.inputs().size(); i++) {
      Tensor parameter = scene.input(i);
      int at = parameter.rank() == 1 ? 0 : axis;
      ids = scene.unite(ids, parameter.channels(at), "statistics, gain and shift of the channels");
      zero &= i < 3 || parameter.zeroWhenMasked(at);
    }
    return List.of(
        input.notZero().with(axis, ids, zero && gain && (shift || scene.inputs().size() == 4)));
  }
}
