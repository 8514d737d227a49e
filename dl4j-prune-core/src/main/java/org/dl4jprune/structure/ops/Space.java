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

/** Windows that slide over the spatial axes of [N, C, …] or [N, …, C]. */
final class Space {
  private static final int SAME = 1;
  private static final int CAUSAL = 2;

  private Space() {}

  /** The axis that holds the channels. */
  static int channelAxis(Tensor tensor, boolean channelsLast) {
    return channelsLast ? tensor.rank() - 1 : 1;
  }

  /** The first spatial axis. */
  static int firstAxis(boolean channelsLast) {
    return channelsLast ? 1 : 2;
  }

  /** How many places a window of a size has along an axis. */
  static long slide(long size, long kernel, long stride, long padding, long dilation, long mode) {
    if (size == Tensor.UNKNOWN) {
      return size;
    }
    if (mode == SAME || mode == CAUSAL) {
      return (size + stride - 1) / stride;
    }
    return (size - (kernel - 1) * dilation - 1 + 2 * padding) / stride + 1;
  }

  /** How many places the window of a transposed convolution makes. */
  static long spread(long size, long kernel, long stride, long padding, long dilation, long mode) {
    if (size == Tensor.UNKNOWN) {
      return size;
    }
    return mode == SAME
        ? size * stride
        : stride * (size - 1) + (kernel - 1) * dilation + 1 - 2 * padding;
  }

  /** Spatial axes are worked on as a whole. */
  static void pinSpace(OpScene scene, Tensor input, int channelAxis) {
    for (int axis = 1; axis < input.rank(); axis++) {
      if (axis != channelAxis) {
        scene.pin(input.channels(axis), "windows slide along this axis");
      }
    }
  }
}
