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

/** Blocks of pixels become examples, or examples blocks: the channels, last, pass on. */
public final class BatchSpaceRule implements OpRule {

  /** The rule. */
  public BatchSpaceRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("space_to_batch", "batch_to_space", "space_to_batch_nd", "batch_to_space_nd");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    int last = input.rank() - 1;
    long[] shape = input.shape();
    for (int axis = 0; axis < last; axis++) {
      scene.pin(input.channels(axis), "pixels and examples change places");
      shape[axis] = Tensor.UNKNOWN;
    }
    // What pads the space is zero.
    return List.of(Tensor.of(shape).with(last, input.channels(last), input.zeroWhenMasked(last)));
  }
}
