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
 * Attention with its projections, Wq, Wk, Wv [heads, d, in] and Wo [heads·d, out]: the units are
 * whole heads, and the input's and output's channels.
 */
public final class MultiHeadAttentionRule implements OpRule {

  /** The rule. */
  public MultiHeadAttentionRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("multi_head_dot_product_attention");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    int[] heads = scene.input(3).channels(0);
    for (int i = 0; i < 3; i++) {
      Tensor input = scene.input(i);
      Tensor weights = scene.input(3 + i);
      scene.pin(input.channels(2), "attention runs along this axis");
      scene.pin(weights.channels(1), "heads stay whole");
      MatmulRule.contract(scene, input, 1, weights, 2);
      heads = scene.unite(heads, weights.channels(0), "a head's query, key and value");
    }
    Tensor out = scene.input(6);
    long size = scene.input(5).size(1);
    if (heads != null && out.channels(0) != null) {
      int[] rows = new int[out.channels(0).length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = heads[(int) (i / size)];
      }
      scene.unite(rows, out.channels(0), "a head's rows of the output projection");
    } else {
      scene.pin(heads, "the output projection stays whole");
      scene.pin(out.channels(0), "the heads stay whole");
    }
    if (scene.inputs().size() > 7) {
      scene.pinAll(scene.input(7), "it is a mask");
    }
    Tensor queries = scene.input(0);
    List<Tensor> outputs = new ArrayList<>();
    outputs.add(
        Tensor.of(queries.size(0), out.size(1), queries.size(2))
            .with(1, out.channels(1), out.zeroWhenMasked(1)));
    for (int i = 1; i < scene.outputCount(); i++) {
      outputs.add(Tensor.unknown());
      scene.pin(heads, "the attention weights are read");
    }
    return outputs;
  }
}
