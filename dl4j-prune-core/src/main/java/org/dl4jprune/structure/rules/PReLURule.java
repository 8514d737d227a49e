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
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/**
 * A slope for each place of each channel, or one for all places or channels where their axis is
 * shared.
 */
public final class PReLURule implements CouplingRule<PReLULayer> {

  @Override
  public Class<PReLULayer> type() {
    return PReLULayer.class;
  }

  @Override
  public int[] couple(PReLULayer layer, int[][] inputs, Scene scene) {
    int[] channels = inputs[0];
    int axis = scene.layout(0).channelAxis() - 1;
    long[] shape = layer.getInputShape();
    boolean shared =
        layer.getSharedAxes() != null
            && Arrays.stream(layer.getSharedAxes()).anyMatch(a -> a == axis + 1);
    if (shared) {
      // DL4J writes 1 into the shape: nothing changes with the number of channels.
      scene.rest(scene.rest(0) >= 0 ? scene.rest(0) : Double.NaN);
      return channels;
    }
    if (axis >= shape.length || shape[axis] != channels.length) {
      scene.pin(
          channels,
          "axis %d of its input shape %s does not have the %d channels"
              .formatted(axis, Arrays.toString(shape), channels.length));
      return channels;
    }
    scene.slot("W", axis, channels);
    // As many numbers as there are axes before that of the channels: that is how it is found again.
    int[] before = scene.sets().fresh(axis);
    scene.pin(before, "an axis of places");
    scene.inner(before);
    scene.rest(scene.rest(0) >= 0 ? scene.rest(0) : Double.NaN);
    return channels;
  }

  @Override
  public void resize(PReLULayer layer, int[][] inputs, int[] output, CouplingRules rules) {
    if (inputs.length > 1) {
      long[] shape = layer.getInputShape().clone();
      shape[inputs[1].length] = output.length;
      layer.setInputShape(shape);
    }
  }
}
