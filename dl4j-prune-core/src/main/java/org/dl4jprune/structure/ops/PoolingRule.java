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

/** Pooling, up-sampling and resizing: the channels are those of the input. */
public final class PoolingRule implements OpRule {

  /** The rule. */
  public PoolingRule() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "maxpool2d",
        "avgpool2d",
        "pnormpool2d",
        "maxpool3dnew",
        "avgpool3dnew",
        "upsampling2d",
        "upsampling3d",
        "resize_bilinear",
        "resize_nearest_neighbor",
        "resize_bicubic",
        "resize_area",
        "image_resize");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    String op = scene.op().opName();
    int dimensions = input.rank() - 2;
    if (dimensions < 2) {
      scene.pinInputs("images of this rank are not followed");
      return List.of(Tensor.unknown());
    }
    boolean last =
        switch (op) {
          case "maxpool2d", "avgpool2d", "pnormpool2d" -> scene.integer(10, 0) != 0;
          case "maxpool3dnew", "avgpool3dnew" -> scene.integer(14, 0) != 0;
          case "upsampling2d" -> scene.integers().length == 3 && scene.integer(2, 1) == 0;
          case "upsampling3d" -> scene.integer(scene.integers().length - 1, 1) == 0;
          default -> true;
        };
    int channelAxis = Space.channelAxis(input, last);
    Space.pinSpace(scene, input, channelAxis);
    long[] shape = input.shape();
    for (int i = 0; i < dimensions; i++) {
      int axis = Space.firstAxis(last) + i;
      shape[axis] = size(scene, op, dimensions, i, shape[axis]);
    }
    return List.of(
        Tensor.of(shape)
            .with(0, input.channels(0), input.zeroWhenMasked(0))
            .with(channelAxis, input.channels(channelAxis), input.zeroWhenMasked(channelAxis)));
  }

  private static long size(OpScene scene, String op, int dimensions, int i, long size) {
    if (op.contains("pool")) {
      return ConvolutionRule.slide(scene, dimensions, i, size);
    }
    if (op.startsWith("upsampling")) {
      boolean one = scene.integers().length == 1;
      return size == Tensor.UNKNOWN ? size : size * scene.integer(one ? 0 : i, 1);
    }
    long[] target = scene.inputs().size() > 1 ? scene.constant(1) : null;
    return target != null && target.length == dimensions ? target[i] : Tensor.UNKNOWN;
  }
}
