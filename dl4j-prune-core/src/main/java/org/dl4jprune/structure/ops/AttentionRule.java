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
 * Dot product attention of [N, d, T] or [N, heads, d, T]: queries and keys are united along d,
 * which stays whole where the scores are divided by its root; values pass on.
 */
public final class AttentionRule implements OpRule {

  /** The rule. */
  public AttentionRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("dot_product_attention");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor queries = scene.input(0);
    Tensor keys = scene.input(1);
    Tensor values = scene.input(2);
    int d = queries.rank() - 2;
    MatmulRule.contract(scene, queries, d, keys, d);
    if (scene.integer(0, 0) != 0) {
      scene.pin(queries.channels(d), "the scores are scaled by its size");
    }
    for (Tensor input : scene.inputs()) {
      scene.pin(input.channels(input.rank() - 1), "attention runs along this axis");
    }
    if (scene.inputs().size() > 3) {
      scene.pinAll(scene.input(3), "it is a mask");
    }
    long[] shape = queries.shape();
    shape[d] = values.size(d);
    Tensor result = Tensor.of(shape);
    long[] square = queries.shape();
    square[d] = keys.size(d + 1);
    Tensor weights = Tensor.of(square);
    for (int axis = 0; axis < d; axis++) {
      String why = "attention for each of them";
      int[] ids = scene.unite(queries.channels(axis), keys.channels(axis), why);
      ids = scene.unite(ids, values.channels(axis), why);
      result = result.with(axis, ids, values.zeroWhenMasked(axis));
      weights = weights.with(axis, ids, false);
    }
    List<Tensor> outputs = new ArrayList<>();
    outputs.add(result.with(d, values.channels(d), values.zeroWhenMasked(d)));
    if (scene.outputCount() > 1) {
      outputs.add(weights);
    }
    return outputs;
  }
}
