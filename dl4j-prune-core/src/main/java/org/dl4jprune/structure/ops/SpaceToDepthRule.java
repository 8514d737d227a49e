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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/**
 * Blocks of b × b pixels become channels, or channels become blocks. Channel c owns the channels
 * offset·C + c of all b² offsets.
 */
public final class SpaceToDepthRule implements OpRule {

  /** The rule. */
  public SpaceToDepthRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("space_to_depth", "depth_to_space");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    boolean down = scene.op().opName().equals("space_to_depth");
    int block = (int) scene.integer(0, 1);
    boolean last = scene.integer(1, 0) != 0;
    int channelAxis = Space.channelAxis(input, last);
    Space.pinSpace(scene, input, channelAxis);
    long[] shape = input.shape();
    for (int axis = Space.firstAxis(last), i = 0; i < 2; i++, axis++) {
      if (shape[axis] != Tensor.UNKNOWN) {
        shape[axis] = down ? shape[axis] / block : shape[axis] * block;
      }
    }
    int[] ids = input.channels(channelAxis);
    int[] moved = ids == null ? null : down ? repeated(ids, block) : united(scene, ids, block);
    if (shape[channelAxis] != Tensor.UNKNOWN) {
      shape[channelAxis] =
          down ? shape[channelAxis] * block * block : shape[channelAxis] / (block * block);
    }
    return List.of(
        Tensor.of(shape)
            .with(0, input.channels(0), input.zeroWhenMasked(0))
            .with(channelAxis, moved, input.zeroWhenMasked(channelAxis)));
  }

  private static int[] repeated(int[] ids, int block) {
    int[] all = new int[ids.length * block * block];
    Arrays.setAll(all, i -> ids[i % ids.length]);
    return all;
  }

  private static int[] united(OpScene scene, int[] ids, int block) {
    int channels = ids.length / (block * block);
    int[] first = Arrays.copyOf(ids, channels);
    List<int[]> offsets = new ArrayList<>();
    for (int offset = 1; offset < block * block; offset++) {
      offsets.add(Arrays.copyOfRange(ids, offset * channels, (offset + 1) * channels));
    }
    offsets.forEach(other -> scene.unite(first, other, "the pixels of a block are one channel"));
    return first;
  }
}
