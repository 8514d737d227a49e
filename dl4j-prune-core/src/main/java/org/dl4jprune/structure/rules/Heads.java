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

import org.dl4jprune.structure.Scene;

/**
 * What DL4J's attention layers have in common: projections Wq, Wk and Wv [heads, head size,
 * inputs], and Wo [heads × head size, outputs]. A head is a unit, since the scale of its scores
 * depends on the head's size and the softmax on all of the head.
 */
final class Heads {
  static final String UNPROJECTED =
      "attention without projections compares whole inputs, scaled by their number";

  private Heads() {}

  static void couple(long heads, long size, int[] query, int[] key, int[] value, Scene scene) {
    int[] units = scene.sets().fresh(heads);
    scene.slot("Wq", 0, units);
    scene.slot("Wk", 0, units);
    scene.slot("Wv", 0, units);
    scene.slot("Wo", 0, Scene.repeat(units, Math.toIntExact(size)));
    scene.slot("Wq", 2, query);
    scene.slot("Wk", 2, key);
    scene.slot("Wv", 2, value);
    scene.inner(units);
  }

  static int[] output(long outputs, Scene scene) {
    int[] output = scene.sets().fresh(outputs);
    scene.slot("Wo", 1, output);
    // No bias and no activation follow.
    scene.rest(0);
    return output;
  }
}
