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
package org.dl4jprune.structure.rules;

import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** Concatenation of channels; nothing is united. */
public final class MergeRule implements CouplingRule<MergeVertex> {

  @Override
  public Class<MergeVertex> type() {
    return MergeVertex.class;
  }

  @Override
  public int[] couple(MergeVertex vertex, int[][] inputs, Scene scene) {
    return Scene.join(inputs);
  }

  @Override
  public void resize(MergeVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
