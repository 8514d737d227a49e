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

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * One number for each channel. Without input types DL4J pools all axes behind the first two, even
 * where the channels are the last; then they stay.
 */
public final class GlobalPoolingRule implements CouplingRule<GlobalPoolingLayer> {

  @Override
  public Class<GlobalPoolingLayer> type() {
    return GlobalPoolingLayer.class;
  }

  @Override
  public int[] couple(GlobalPoolingLayer layer, int[][] inputs, Scene scene) {
    Layout in = scene.layout(0);
    int[] pooled =
        layer.getPoolingDimensions() == null
            ? IntStream.range(2, Math.max(2, in.rank())).toArray()
            : layer.getPoolingDimensions();
    if (Arrays.stream(pooled).anyMatch(axis -> axis == in.channelAxis())) {
      scene.pin(inputs[0], "it pools the axes %s, channels too".formatted(Arrays.toString(pooled)));
      return null;
    }
    scene.layout(layer.isCollapseDimensions() ? Layout.FLAT : in.withPositions(1));
    scene.rest(scene.rest(0) == 0 ? 0 : Double.NaN);
    return inputs[0];
  }

  @Override
  public void resize(GlobalPoolingLayer layer, int[][] inputs, int[] output, CouplingRules rules) {}
}
