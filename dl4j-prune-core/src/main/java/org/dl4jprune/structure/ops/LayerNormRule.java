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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/**
 * Normalisation over channels: gain and shift follow the input. The statistics change with the
 * number of channels, so removal and masking differ.
 */
public final class LayerNormRule implements OpRule {

  /** The rule. */
  public LayerNormRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("layer_norm", "standardize", "lrn");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    if (scene.op().opName().equals("lrn")) {
      warn(scene, input, List.of(1));
      return List.of(input);
    }
    List<Integer> axes = new ArrayList<>();
    for (long axis : scene.integers()) {
      axes.add(input.axis(axis));
    }
    for (int axis = 0; axis < input.rank(); axis++) {
      if (!axes.contains(axis)) {
        // A masked slice has no variance to divide by.
        scene.pin(input.channels(axis), "each of them is normalised by itself");
      }
    }
    warn(scene, input, axes);
    Tensor result = input.notZero();
    if (scene.inputs().size() == 1) {
      return List.of(result);
    }
    int channelAxis = scene.flag(0, false) ? 1 : input.rank() - 1;
    Tensor gain = scene.input(1);
    int[] ids =
        scene.unite(input.channels(channelAxis), gain.channels(0), "the gain of the channels");
    result = result.with(channelAxis, ids, gain.zeroWhenMasked(0));
    return List.of(
        scene.inputs().size() == 2
            ? result
            : BiasAddRule.bias(scene, result, channelAxis, scene.input(2)));
  }

  private static void warn(OpScene scene, Tensor input, List<Integer> axes) {
    if (axes.stream().anyMatch(axis -> input.channels(axis) != null)) {
      scene.inexact("it normalises over the channels that are left");
    }
  }
}
