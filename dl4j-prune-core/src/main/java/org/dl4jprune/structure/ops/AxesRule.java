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

/** Axes in another order, or with axes of size one more or fewer: channels move with their axis. */
public final class AxesRule implements OpRule {

  /** The rule. */
  public AxesRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("permute", "transpose", "expand_dims", "squeeze");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    long[] arguments = scene.inputs().size() > 1 ? scene.constant(1) : scene.integers();
    if (arguments == null) {
      scene.pinInputs("its axes are computed");
      return List.of(Tensor.unknown());
    }
    return List.of(
        switch (scene.op().opName()) {
          case "expand_dims" -> expanded(input, arguments[0]);
          case "squeeze" -> squeezed(scene, input, arguments);
          default -> permuted(input, arguments);
        });
  }

  private static Tensor permuted(Tensor input, long[] axes) {
    int rank = input.rank();
    return input.permute(
        axes.length == 0
            ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : Arrays.stream(axes).mapToInt(input::axis).toArray());
  }

  private static Tensor expanded(Tensor input, long axis) {
    int at = Math.toIntExact(axis < 0 ? axis + input.rank() + 1 : axis);
    return inserted(input, at, 1);
  }

  /** A new axis that stays whole. */
  static Tensor inserted(Tensor input, int at, long size) {
    long[] shape = new long[input.rank() + 1];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = axis == at ? size : input.size(axis < at ? axis : axis - 1);
    }
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < input.rank(); axis++) {
      int to = axis < at ? axis : axis + 1;
      result = result.with(to, input.channels(axis), input.zeroWhenMasked(axis));
    }
    return result;
  }

  private static Tensor squeezed(OpScene scene, Tensor input, long[] axes) {
    boolean[] gone = new boolean[input.rank()];
    for (long axis : axes) {
      gone[input.axis(axis)] = true;
    }
    for (int axis = 0; axis < gone.length; axis++) {
      gone[axis] |= axes.length == 0 && input.size(axis) == 1;
      if (gone[axis]) {
        scene.pin(input.channels(axis), "the axis is dropped");
      }
    }
    return input.permute(IntStream.range(0, gone.length).filter(axis -> !gone[axis]).toArray());
  }
}
