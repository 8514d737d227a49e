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

import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * What is added, multiplied or compared channel by channel lives and dies together, whatever the
 * number of places, as in squeeze-and-excitation. A single channel that acts on all others stays.
 */
public final class ElementWiseRule implements CouplingRule<ElementWiseVertex> {

  @Override
  public Class<ElementWiseVertex> type() {
    return ElementWiseVertex.class;
  }

  @Override
  public int[] couple(ElementWiseVertex vertex, int[][] inputs, Scene scene) {
    int[] widest = inputs[0];
    Layout layout = scene.layout(0);
    for (int i = 1; i < inputs.length; i++) {
      widest = inputs[i].length > widest.length ? inputs[i] : widest;
      if (scene.layout(i).rank() > layout.rank() || scene.layout(i).positions() != 1) {
        layout = scene.layout(i).isKnown() ? scene.layout(i) : layout;
      }
    }
    scene.layout(layout);
    scene.rest(rest(vertex, inputs.length, scene));
    for (int[] input : inputs) {
      if (input.length == widest.length) {
        if (input != widest) {
          String why = "%s of its inputs, channel by channel".formatted(vertex.getOp());
          scene.sets().unite(widest, input, scene.name(), why);
        }
      } else if (input.length == 1) {
        scene.pin(input, "one channel acts on all others");
      } else {
        String why = "inputs of %d and %d channels".formatted(widest.length, input.length);
        for (int[] other : inputs) {
          scene.pin(other, why);
        }
        return null;
      }
    }
    return widest;
  }

  private static double rest(ElementWiseVertex vertex, int inputs, Scene scene) {
    double rest = scene.rest(0);
    for (int i = 1; i < inputs; i++) {
      double other = scene.rest(i);
      rest =
          switch (vertex.getOp()) {
            case Add, Average -> rest + other;
            case Subtract -> rest - other;
            // A zero silences whatever comes from the other side.
            case Product -> rest == 0 || other == 0 ? 0 : rest * other;
            case Max -> Math.max(rest, other);
          };
    }
    return vertex.getOp() == ElementWiseVertex.Op.Average ? rest / inputs : rest;
  }

  @Override
  public void resize(ElementWiseVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
