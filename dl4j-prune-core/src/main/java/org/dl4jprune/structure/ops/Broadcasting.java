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

import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/** Two tensors combined value by value, their axes aligned at the end. */
final class Broadcasting {
  private Broadcasting() {}

  /** When a result is zero on a masked channel. */
  enum Zero {
    /** If both are, as in a sum. */
    BOTH,
    /** If one is, as in a product. */
    EITHER,
    /** If the first is. */
    FIRST,
    /** Never for sure. */
    NEVER
  }

  static Tensor combine(OpScene scene, Tensor first, Tensor second, Zero zero, String why) {
    int rank = Math.max(first.rank(), second.rank());
    Tensor[] both = {first, second};
    long[] shape = new long[rank];
    int[][] channels = new int[rank][];
    boolean[] zeros = new boolean[rank];
    for (int axis = 0; axis < rank; axis++) {
      int[] at = {axis - rank + first.rank(), axis - rank + second.rank()};
      boolean[] spans = {spans(first, at[0]), spans(second, at[1])};
      if (spans[0] && spans[1]) {
        channels[axis] = scene.unite(first.channels(at[0]), second.channels(at[1]), why);
        shape[axis] = Math.max(first.size(at[0]), second.size(at[1]));
      } else if (spans[0] || spans[1]) {
        int wide = spans[0] ? 0 : 1;
        channels[axis] = both[wide].channels(at[wide]);
        shape[axis] = both[wide].size(at[wide]);
      } else {
        shape[axis] = 1;
        int[] one = single(first, at[0]);
        int[] other = single(second, at[1]);
        channels[axis] = one == null || other == null ? one : scene.unite(one, other, why);
        channels[axis] = channels[axis] == null ? other : channels[axis];
      }
      boolean a = at[0] >= 0 && first.zeroWhenMasked(at[0]) && spans[0] == (shape[axis] != 1);
      boolean b = at[1] >= 0 && second.zeroWhenMasked(at[1]) && spans[1] == (shape[axis] != 1);
      zeros[axis] =
          switch (zero) {
            case BOTH -> a && b;
            case EITHER -> a || b;
            case FIRST -> a;
            case NEVER -> false;
          };
    }
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < rank; axis++) {
      result = result.with(axis, channels[axis], zeros[axis]);
    }
    return result;
  }

  /** The channel of an axis of size one, which most such axes do not have. */
  private static int[] single(Tensor tensor, int axis) {
    return axis >= 0 ? tensor.channels(axis) : null;
  }

  private static boolean spans(Tensor tensor, int axis) {
    return axis >= 0 && tensor.size(axis) != 1;
  }
}
