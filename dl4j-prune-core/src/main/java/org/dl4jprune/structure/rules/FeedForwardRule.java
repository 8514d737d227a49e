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

import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;

/** What all layers with nIn and nOut share: both are set to what is kept. */
abstract class FeedForwardRule<T extends FeedForwardLayer> implements CouplingRule<T> {
  private final Class<T> type;

  FeedForwardRule(Class<T> type) {
    this.type = type;
  }

  @Override
  public final Class<T> type() {
    return type;
  }

  @Override
  public void resize(T layer, int[][] inputs, int[] output, CouplingRules rules) {
    layer.setNIn(inputs[0].length);
    layer.setNOut(output.length);
  }

  @Override
  public long expectedInputs(T layer, CouplingRules rules) {
    return layer.getNIn();
  }
}
