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

import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * The distance of two inputs. It is exact where dead channels of both have the same value, so that
 * their difference is zero.
 */
public final class DistanceRule implements CouplingRule<L2Vertex> {

  @Override
  public Class<L2Vertex> type() {
    return L2Vertex.class;
  }

  @Override
  public int[] couple(L2Vertex vertex, int[][] inputs, Scene scene) {
    scene.sets().unite(inputs[0], inputs[1], scene.name(), "distance, channel by channel");
    if (scene.rest(0) != scene.rest(1)) {
      scene.inexact("a dead channel adds to the distance", inputs[0]);
    }
    int[] distance = scene.sets().fresh(1);
    scene.pin(distance, "a distance is one number");
    scene.layout(Layout.FLAT);
    scene.rest(Double.NaN);
    return distance;
  }

  @Override
  public void resize(L2Vertex vertex, int[][] inputs, int[] output, CouplingRules rules) {}
}
