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

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/** Tiling and reversing along axes, and padding: places are repeated, turned round, or shifted. */
public final class RepeatRule implements OpRule {

  /** The rule. */
  public RepeatRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("tile", "reverse", "pad", "mirror_pad");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    long[] arguments = scene.inputs().size() > 1 ? scene.constant(1) : scene.integers();
    if (arguments == null) {
      scene.pinInputs("its arguments are computed");
      return List.of(Tensor.unknown());
    }
    return List.of(
        switch (scene.op().opName()) {
          case "tile" -> tiled(input, arguments);
          case "reverse" -> reversed(input, arguments);
          default -> padded(scene, input, arguments);
        });
  }

  private static Tensor tiled(Tensor input, long[] times) {
    long[] shape = input.shape();
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = shape[axis] == Tensor.UNKNOWN ? shape[axis] : shape[axis] * times[axis];
    }
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      int[] ids = input.channels(axis);
      int[] repeated =
          ids == null
              ? null
              : IntStream.range(0, (int) shape[axis]).map(i -> ids[i % ids.length]).toArray();
      result = result.with(axis, repeated, input.zeroWhenMasked(axis));
    }
    return result;
  }

  private static Tensor reversed(Tensor input, long[] axes) {
    Tensor result = input;
    for (long named : axes) {
      int axis = input.axis(named);
      int[] ids = input.channels(axis);
      if (ids != null) {
        int[] back = IntStream.range(0, ids.length).map(i -> ids[ids.length - 1 - i]).toArray();
        result = result.with(axis, back, input.zeroWhenMasked(axis));
      }
    }
    return result;
  }

  private static Tensor padded(OpScene scene, Tensor input, long[] paddings) {
    long[] shape = input.shape();
    for (int axis = 0; axis < shape.length; axis++) {
      long more = paddings[2 * axis] + paddings[2 * axis + 1];
      if (more > 0) {
        scene.pin(input.channels(axis), "it is padded along this axis");
      }
      shape[axis] = shape[axis] == Tensor.UNKNOWN ? shape[axis] : shape[axis] + more;
    }
    boolean zero = Arrays.stream(scene.numbers()).allMatch(value -> value == 0);
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == input.size(axis)) {
        result = result.with(axis, input.channels(axis), zero && input.zeroWhenMasked(axis));
      }
    }
    return result;
  }
}
