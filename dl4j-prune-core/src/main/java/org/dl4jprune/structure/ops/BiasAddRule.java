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

/** A bias for each channel; the format says which axis holds them. */
public final class BiasAddRule implements OpRule {

  /** The rule. */
  public BiasAddRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("biasadd");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    int axis = scene.flag(0, false) ? 1 : input.rank() - 1;
    return List.of(bias(scene, input, axis, scene.input(1)));
  }

  /** Adds a bias along one axis. */
  static Tensor bias(OpScene scene, Tensor input, int axis, Tensor bias) {
    int last = bias.rank() - 1;
    int[] ids = scene.unite(input.channels(axis), bias.channels(last), "the bias of the channels");
    Tensor result = input.notZero();
    return result.with(axis, ids, input.zeroWhenMasked(axis) && bias.zeroWhenMasked(last));
  }
}
