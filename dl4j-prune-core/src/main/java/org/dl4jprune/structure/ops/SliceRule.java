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
import org.dl4jprune.structure.OpResize;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;
import org.nd4j.linalg.factory.Nd4j;

/** A range along each axis, by its begin and its size; a size of −1 reaches to the end. */
public final class SliceRule implements OpRule {

  /** The rule. */
  public SliceRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("slice");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor result = scene.input(0);
    long[][] ranges = ranges(scene);
    if (ranges == null) {
      scene.pinInputs("its range is computed");
      return List.of(Tensor.unknown());
    }
    for (int axis = 0; axis < result.rank(); axis++) {
      long size = ranges[1][axis];
      if (size == -1 && result.size(axis) != Tensor.UNKNOWN) {
        size = result.size(axis) - ranges[0][axis];
      }
      result = SplitRule.part(result, axis, (int) ranges[0][axis], size);
    }
    return List.of(result);
  }

  private static long[][] ranges(OpScene scene) {
    if (scene.inputs().size() > 1) {
      long[] begin = scene.constant(1);
      long[] size = scene.constant(2);
      return begin == null || size == null ? null : new long[][] {begin, size};
    }
    long[] all = scene.integers();
    int rank = all.length / 2;
    return new long[][] {
      java.util.Arrays.copyOf(all, rank), java.util.Arrays.copyOfRange(all, rank, 2 * rank)
    };
  }

  @Override
  public void resize(OpScene scene, OpResize surgery) {
    long[][] ranges = ranges(scene);
    Tensor input = scene.input(0);
    for (int axis = 0; axis < input.rank(); axis++) {
      int[] ids = input.channels(axis);
      if (ids != null) {
        int begin = (int) ranges[0][axis];
        ranges[0][axis] = surgery.keptBetween(ids, 0, begin);
        if (ranges[1][axis] != -1) {
          ranges[1][axis] = surgery.keptBetween(ids, begin, begin + (int) ranges[1][axis]);
        }
      }
    }
    if (scene.inputs().size() > 1) {
      surgery.constant(1, Nd4j.createFromArray(ranges[0]));
      surgery.constant(2, Nd4j.createFromArray(ranges[1]));
    } else {
      long[] all = java.util.Arrays.copyOf(ranges[0], 2 * ranges[0].length);
      System.arraycopy(ranges[1], 0, all, ranges[0].length, ranges[1].length);
      surgery.integers(all);
    }
  }
}
