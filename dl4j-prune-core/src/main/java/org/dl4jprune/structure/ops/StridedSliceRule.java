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
import org.dl4jprune.structure.OpResize;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/**
 * A range with a stride along each axis: the picked channels. A stride of s unites each s channels
 * in a row, so that what is left is picked by the same stride.
 */
public final class StridedSliceRule implements OpRule {
  private static final int MASKS = 5;

  /** The rule. */
  public StridedSliceRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("strided_slice");
  }

  /** The range along one axis: every stride-th place from begin on, count of them. */
  private record Range(int begin, int stride, int count) {}

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    if (scene.inputs().size() > 1 || scene.integer(1, 0) != 0 || scene.integer(3, 0) != 0) {
      scene.pinInputs("computed ranges, ellipses and new axes are not followed");
      return List.of(Tensor.unknown());
    }
    long[] shape = input.shape();
    int[][] picked = new int[shape.length][];
    boolean[] dropped = new boolean[shape.length];
    for (int axis = 0; axis < shape.length; axis++) {
      dropped[axis] = axis < ranges(scene) && bit(scene.integer(4, 0), axis);
      picked[axis] = input.channels(axis);
      if (dropped[axis]) {
        scene.pin(picked[axis], "a single one of them is picked");
      } else if (!isWhole(scene, axis)) {
        Range range = range(scene, axis, shape[axis]);
        shape[axis] = range == null ? Tensor.UNKNOWN : range.count;
        picked[axis] = range == null ? null : picked(scene, picked[axis], range);
      }
    }
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      if (!dropped[axis]) {
        result = result.with(axis, picked[axis], input.zeroWhenMasked(axis));
      }
    }
    return List.of(
        result.permute(IntStream.range(0, shape.length).filter(axis -> !dropped[axis]).toArray()));
  }

  private static int[] picked(OpScene scene, int[] ids, Range range) {
    if (ids == null) {
      return null;
    }
    if (range.stride < 1) {
      scene.pin(ids, "backward strides are not followed");
    }
    for (int place = 0; range.stride > 1 && place < ids.length; place++) {
      int first = place - place % range.stride;
      scene.unite(new int[] {ids[first]}, new int[] {ids[place]}, "picked by a stride");
    }
    return IntStream.range(0, range.count).map(i -> ids[range.begin + i * range.stride]).toArray();
  }

  private static int ranges(OpScene scene) {
    return (scene.integers().length - MASKS) / 3;
  }

  private static boolean bit(long mask, int axis) {
    return (mask >> axis & 1) != 0;
  }

  private static boolean isWhole(OpScene scene, int axis) {
    int ranges = ranges(scene);
    return axis >= ranges
        || (scene.integer(MASKS + 2 * ranges + axis, 1) == 1
            && (bit(scene.integer(0, 0), axis) || scene.integer(MASKS + axis, 0) == 0)
            && bit(scene.integer(2, 0), axis));
  }

  private static Range range(OpScene scene, int axis, long size) {
    if (size == Tensor.UNKNOWN) {
      return null;
    }
    int ranges = ranges(scene);
    int stride = (int) scene.integer(MASKS + 2 * ranges + axis, 1);
    long begin = scene.integer(MASKS + axis, 0);
    long end = scene.integer(MASKS + ranges + axis, 0);
    begin = begin < 0 ? begin + size : begin;
    end = end < 0 ? end + size : end;
    if (bit(scene.integer(0, 0), axis)) {
      begin = stride > 0 ? 0 : size - 1;
    }
    if (bit(scene.integer(2, 0), axis)) {
      end = stride > 0 ? size : -1;
    }
    end = Math.min(end, size);
    long steps = (end - begin + stride - Integer.signum(stride)) / stride;
    return new Range((int) begin, stride, (int) Math.max(0, steps));
  }

  @Override
  public void resize(OpScene scene, OpResize surgery) {
    long[] arguments = scene.integers().clone();
    int ranges = ranges(scene);
    Tensor input = scene.input(0);
    for (int axis = 0; axis < ranges; axis++) {
      int[] ids = input.channels(axis);
      boolean loses = ids != null && surgery.keptPlaces(ids).length < ids.length;
      if (loses && !isWhole(scene, axis)) {
        Range range = range(scene, axis, ids.length);
        int offset = range.begin % range.stride;
        int begin = surgery.keptBetween(ids, 0, range.begin - offset) + offset;
        int count =
            (int)
                IntStream.range(0, range.count)
                    .filter(
                        i ->
                            surgery.keptPlaces(new int[] {ids[range.begin + i * range.stride]})
                                    .length
                                > 0)
                    .count();
        arguments[0] &= ~(1L << axis);
        arguments[2] &= ~(1L << axis);
        arguments[MASKS + axis] = begin;
        arguments[MASKS + ranges + axis] =
            count == 0 ? begin : begin + (long) (count - 1) * range.stride + 1;
      }
    }
    if (!Arrays.equals(arguments, scene.integers())) {
      surgery.integers(arguments);
    }
  }
}
