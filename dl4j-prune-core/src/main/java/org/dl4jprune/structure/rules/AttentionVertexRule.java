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

import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** Attention over queries, keys and values, in this order. */
public final class AttentionVertexRule implements CouplingRule<AttentionVertex> {

  @Override
  public Class<AttentionVertex> type() {
    return AttentionVertex.class;
  }

  @Override
  public int[] couple(AttentionVertex vertex, int[][] inputs, Scene scene) {
    scene.layout(Layout.sequence(null));
    if (!vertex.isProjectInput()) {
      for (int[] input : inputs) {
        scene.pin(input, Heads.UNPROJECTED);
      }
      return inputs[2];
    }
    Heads.couple(vertex.getNHeads(), vertex.getHeadSize(), inputs[0], inputs[1], inputs[2], scene);
    return Heads.output(vertex.getNOut(), scene);
  }

  @Override
  public void resize(AttentionVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {
    vertex.setNInQueries(inputs[0].length);
    vertex.setNInKeys(inputs[1].length);
    vertex.setNInValues(inputs[2].length);
    vertex.setNOut(output.length);
    if (vertex.isProjectInput()) {
      vertex.setNHeads(inputs[3].length);
    }
    vertex.setVertexParams(null);
  }
}
