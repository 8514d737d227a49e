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
package org.dl4jprune.gates;

import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gates [1 or examples, gates] beside activations [examples, channels, …] or channels last. */
final class Channels {

  private Channels() {}

  /** The gates in a shape that broadcasts over the activation. */
  static INDArray spread(INDArray gates, INDArray activation, boolean last) {
    int axis = axis(activation, last);
    long rows = gates.size(0);
    long count = gates.size(1);
    long channels = activation.size(axis);
    INDArray all = gates;
    if (count < channels) {
      all =
          gates
              .reshape('c', rows, count, 1)
              .broadcast(rows, count, channels / count)
              .dup('c')
              .reshape('c', rows, channels);
    }
    long[] shape = new long[activation.rank()];
    java.util.Arrays.fill(shape, 1);
    shape[0] = rows;
    shape[axis] = channels;
    return all.reshape('c', shape);
  }

  /**
   * Sums an activation over its positions and over the channels of each gate: [examples, gates].
   */
  static INDArray gather(INDArray activation, long gates, boolean last) {
    int axis = axis(activation, last);
    int[] positions =
        IntStream.range(1, activation.rank()).filter(other -> other != axis).toArray();
    INDArray sums = positions.length == 0 ? activation : activation.sum(positions);
    long channels = sums.size(1);
    return gates == channels
        ? sums
        : sums.dup('c').reshape('c', sums.size(0), gates, channels / gates).sum(2);
  }

  /** The number of positions of an activation. */
  static long positions(INDArray activation, boolean last) {
    return activation.length() / activation.size(0) / activation.size(axis(activation, last));
  }

  private static int axis(INDArray activation, boolean last) {
    return last ? activation.rank() - 1 : 1;
  }
}
