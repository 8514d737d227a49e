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

import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.dl4jprune.structure.Scene;

/** Each channel has a scale, a shift and statistics of its own. */
public final class BatchNormalizationRule extends FeedForwardRule<BatchNormalization> {

  /** The rule. */
  public BatchNormalizationRule() {
    super(BatchNormalization.class);
  }

  @Override
  public int[] couple(BatchNormalization layer, int[][] inputs, Scene scene) {
    for (String key : new String[] {"gamma", "beta", "mean", "var", "log10stdev"}) {
      scene.slot(key, 0, inputs[0]);
    }
    // Without a scale and a shift of its own a dead channel keeps what the statistics make of it.
    scene.rest(scene.has("gamma") ? 0 : Double.NaN);
    return inputs[0];
  }
}
