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
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/**
 * Tensors along a new axis and back: the new axis stays whole, along the others they are united.
 */
public final class StackRule implements OpRule {

  /** The rule. */
  public StackRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("stack", "unstack");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor first = scene.input(0);
    long axis = scene.integer(0, 0);
    if (scene.op().opName().equals("unstack")) {
      int at = first.axis(axis);
      scene.pin(first.channels(at), "it is taken apart along this axis");
      Tensor part = TensordotRule.without(first, List.of(at));
      return new ArrayList<>(java.util.Collections.nCopies(scene.outputCount(), part));
    }
    int at = Math.toIntExact(axis < 0 ? axis + first.rank() + 1 : axis);
    Tensor united = Tensor.of(first.shape());
    for (int i = 0; i < first.rank(); i++) {
      int here = i;
      boolean zero = scene.inputs().stream().allMatch(input -> input.zeroWhenMasked(here));
      united = united.with(i, ConcatRule.united(scene, scene.inputs(), i), zero);
    }
    return List.of(AxesRule.inserted(united, at, scene.inputs().size()));
  }
}
