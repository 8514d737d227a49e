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
import org.dl4jprune.structure.Tensor;

/**
 * Convolutions and transposed convolutions of one to three dimensions. The weights are [k…, in,
 * out], or as the weights' format says; transposed ones are [k…, out, in].
 */
public final class ConvolutionRule implements OpRule {
  private static final int OUT_IN_KERNEL = 1;
  private static final int OUT_KERNEL_IN = 2;

  /** The rule. */
  public ConvolutionRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("conv1d", "conv2d", "conv3dnew", "deconv2d", "deconv3d");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    Tensor weights = scene.input(1);
    int dimensions = input.rank() - 2;
    boolean transposed = scene.op().opName().startsWith("deconv");
    boolean last = scene.integer(4 * dimensions + 1, 0) != 0;
    int channelAxis = Space.channelAxis(input, last);
    int outAxis = weights.rank() - (transposed ? 2 : 1);
    int inAxis = weights.rank() - (transposed ? 1 : 2);
    long format = scene.integer(4 * dimensions + 2, 0);
    if (format == OUT_IN_KERNEL || format == OUT_KERNEL_IN) {
      outAxis = transposed ? (format == OUT_IN_KERNEL ? 1 : weights.rank() - 1) : 0;
      inAxis = transposed ? 0 : format == OUT_IN_KERNEL ? 1 : weights.rank() - 1;
    }
    for (int axis = 0; axis < weights.rank(); axis++) {
      if (axis != inAxis && axis != outAxis) {
        scene.pin(weights.channels(axis), "the kernel stays whole");
      }
    }
    Space.pinSpace(scene, input, channelAxis);
    MatmulRule.contract(scene, input, channelAxis, weights, inAxis);
    long[] shape = input.shape();
    shape[channelAxis] = weights.size(outAxis);
    for (int i = 0; i < dimensions; i++) {
      int axis = Space.firstAxis(last) + i;
      shape[axis] =
          transposed
              ? spread(scene, dimensions, i, shape[axis])
              : slide(scene, dimensions, i, shape[axis]);
    }
    Tensor result =
        Tensor.of(shape)
            .with(0, input.channels(0), false)
            .with(channelAxis, weights.channels(outAxis), weights.zeroWhenMasked(outAxis));
    return List.of(
        scene.inputs().size() < 3
            ? result
            : BiasAddRule.bias(scene, result, channelAxis, scene.input(2)));
  }

  /** The arguments are kernels, strides, paddings and dilations, one for each dimension. */
  static long slide(OpScene scene, int dimensions, int i, long size) {
    return Space.slide(
        size,
        scene.integer(i, 1),
        scene.integer(dimensions + i, 1),
        scene.integer(2 * dimensions + i, 0),
        scene.integer(3 * dimensions + i, 1),
        scene.integer(4 * dimensions, 0));
  }

  private static long spread(OpScene scene, int dimensions, int i, long size) {
    return Space.spread(
        size,
        scene.integer(i, 1),
        scene.integer(dimensions + i, 1),
        scene.integer(2 * dimensions + i, 0),
        scene.integer(3 * dimensions + i, 1),
        scene.integer(4 * dimensions, 0));
  }
}
