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

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/**
 * Ops whose results carry no channels; where they tell sizes or compare classes, the input stays.
 */
public final class SizeRule implements OpRule {

  /** The rule. */
  public SizeRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("shape_of", "size", "size_at", "rank", "onehot");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    String op = scene.op().opName();
    if (!op.equals("rank")) {
      scene.pinInputs(op.equals("onehot") ? "they are indices" : "its size is read");
    }
    if (op.equals("shape_of")) {
      return List.of(Tensor.of(input.rank()));
    }
    if (!op.equals("onehot")) {
      return List.of(Tensor.of());
    }
    long axis = scene.integer(0, -1);
    long[] shape = Arrays.copyOf(input.shape(), input.rank() + 1);
    int at = (int) (axis < 0 ? axis + shape.length : axis);
    System.arraycopy(input.shape(), at, shape, at + 1, input.rank() - at);
    shape[at] = scene.integer(1, Tensor.UNKNOWN);
    return List.of(Tensor.of(shape));
  }
}
