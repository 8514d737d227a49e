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
import org.dl4jprune.structure.Scene;
import org.dl4jprune.structure.Tensor;

/** Tensors in a row along one axis: their channels in a row; along the others they are united. */
public final class ConcatRule implements OpRule {

  /** The rule. */
  public ConcatRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("concat");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    if (scene.flag(0, false)) {
      scene.pinInputs("its axis is computed");
      return List.of(Tensor.unknown());
    }
    List<Tensor> inputs = scene.inputs();
    Tensor first = inputs.get(0);
    int along = first.axis(scene.integer(0, 0));
    long[] shape = first.shape();
    shape[along] = total(inputs, along);
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      int here = axis;
      boolean zero = inputs.stream().allMatch(input -> input.zeroWhenMasked(here));
      result =
          result.with(
              axis, axis == along ? row(scene, inputs, along) : united(scene, inputs, axis), zero);
    }
    return List.of(result);
  }

  private static long total(List<Tensor> inputs, int axis) {
    boolean known = inputs.stream().allMatch(input -> input.size(axis) != Tensor.UNKNOWN);
    return known ? inputs.stream().mapToLong(input -> input.size(axis)).sum() : Tensor.UNKNOWN;
  }

  private static int[] row(OpScene scene, List<Tensor> inputs, int axis) {
    if (inputs.stream().allMatch(input -> input.channels(axis) == null)) {
      return null;
    }
    if (total(inputs, axis) == Tensor.UNKNOWN) {
      inputs.forEach(input -> scene.pin(input.channels(axis), "another input's size is unknown"));
      return null;
    }
    int[][] parts = new int[inputs.size()][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = inputs.get(i).channels(axis);
      if (parts[i] == null) {
        parts[i] = scene.fresh(inputs.get(i).size(axis));
        scene.pin(parts[i], "this input stays whole");
      }
    }
    return Scene.join(parts);
  }

  /** The channels of an axis that all tensors share. */
  static int[] united(OpScene scene, List<Tensor> tensors, int axis) {
    int[] ids = tensors.get(0).channels(axis);
    for (Tensor other : tensors) {
      ids = scene.unite(ids, other.channels(axis), "its inputs lie side by side");
    }
    return ids;
  }
}
