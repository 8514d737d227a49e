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
 * Depthwise convolutions, W [kH, kW, in, m]: outputs c·m … c·m + m − 1 live and die with input c.
 * Separable ones mix them by a second kernel [1, 1, in·m, out].
 */
public final class DepthwiseRule implements OpRule {
  private static final int DIMENSIONS = 2;

  /** The rule. */
  public DepthwiseRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("depthwise_conv2d", "sconv2d");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    Tensor depth = scene.input(1);
    boolean last = scene.integer(9, 0) != 0;
    boolean separable = scene.op().opName().equals("sconv2d");
    if (depth.rank() != 4 || scene.integer(10, 0) != 0) {
      scene.pinInputs("depthwise weights of this format are not followed");
      return List.of(Tensor.unknown());
    }
    int channelAxis = Space.channelAxis(input, last);
    Space.pinSpace(scene, input, channelAxis);
    for (int axis : new int[] {0, 1, 3}) {
      scene.pin(depth.channels(axis), "the kernel and the multiplier stay whole");
    }
    int[] channels =
        scene.unite(input.channels(channelAxis), depth.channels(2), "a kernel for each channel");
    boolean zero = input.zeroWhenMasked(channelAxis) || depth.zeroWhenMasked(2);
    long multiplier = depth.size(3);
    long[] shape = input.shape();
    shape[channelAxis] = depth.size(2) * multiplier;
    for (int i = 0; i < DIMENSIONS; i++) {
      int axis = Space.firstAxis(last) + i;
      shape[axis] = ConvolutionRule.slide(scene, DIMENSIONS, i, shape[axis]);
    }
    Tensor result = Tensor.of(shape).with(0, input.channels(0), false);
    if (channels != null) {
      int[] copies = new int[(int) (channels.length * multiplier)];
      for (int i = 0; i < copies.length; i++) {
        copies[i] = channels[(int) (i / multiplier)];
      }
      result = result.with(channelAxis, copies, zero);
    }
    int bias = 2;
    if (separable && scene.inputs().size() > 2) {
      result = mixed(scene, result, channelAxis, scene.input(2));
      bias = 3;
    }
    return List.of(
        scene.inputs().size() > bias
            ? BiasAddRule.bias(scene, result, channelAxis, scene.input(bias))
            : result);
  }

  private static Tensor mixed(OpScene scene, Tensor input, int channelAxis, Tensor weights) {
    MatmulRule.contract(scene, input, channelAxis, weights, 2);
    long[] shape = input.shape();
    shape[channelAxis] = weights.size(3);
    return Tensor.of(shape)
        .with(0, input.channels(0), false)
        .with(channelAxis, weights.channels(3), weights.zeroWhenMasked(3));
  }
}
