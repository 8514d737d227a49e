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

/** A product over any axes: these are united, the others pass on, the first tensor's first. */
public final class TensordotRule implements OpRule {

  /** The rule. */
  public TensordotRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("tensordot", "tensormmul");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    long[] arguments = scene.integers();
    Tensor a = scene.input(0);
    Tensor b = scene.input(1);
    int count = arguments.length < 4 ? 0 : (int) arguments[0];
    boolean transposed = scene.flag(0, false) || scene.flag(1, false) || scene.flag(2, false);
    if (transposed || arguments.length != 2 * count + 2) {
      scene.pinInputs("transposed products over axes are not followed");
      return List.of(Tensor.unknown());
    }
    List<Integer> axesOfA = new ArrayList<>();
    List<Integer> axesOfB = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      axesOfA.add(a.axis(arguments[1 + i]));
      axesOfB.add(b.axis(arguments[2 + count + i]));
      MatmulRule.contract(scene, a, axesOfA.get(i), b, axesOfB.get(i));
    }
    List<Tensor> parts = List.of(without(a, axesOfA), without(b, axesOfB));
    long[] shape = new long[parts.get(0).rank() + parts.get(1).rank()];
    Tensor result = Tensor.of(shape);
    int axis = 0;
    for (Tensor part : parts) {
      for (int i = 0; i < part.rank(); i++) {
        shape[axis++] = part.size(i);
      }
    }
    result = Tensor.of(shape);
    axis = 0;
    for (Tensor part : parts) {
      for (int i = 0; i < part.rank(); i++) {
        result = result.with(axis++, part.channels(i), part.zeroWhenMasked(i));
      }
    }
    return List.of(result);
  }

  /** The tensor without some axes. */
  static Tensor without(Tensor tensor, List<Integer> axes) {
    List<Integer> left = new ArrayList<>();
    for (int axis = 0; axis < tensor.rank(); axis++) {
      if (!axes.contains(axis)) {
        left.add(axis);
      }
    }
    return tensor.permute(left.stream().mapToInt(i -> i).toArray());
  }
}
