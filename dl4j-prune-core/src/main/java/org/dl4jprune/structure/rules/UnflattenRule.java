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

import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** A row becomes an image: all features of a channel are one. */
public final class UnflattenRule implements CouplingRule<FeedForwardToCnnPreProcessor> {

  @Override
  public Class<FeedForwardToCnnPreProcessor> type() {
    return FeedForwardToCnnPreProcessor.class;
  }

  @Override
  public int[] couple(FeedForwardToCnnPreProcessor unflatten, int[][] inputs, Scene scene) {
    int positions = Math.toIntExact(unflatten.getInputHeight() * unflatten.getInputWidth());
    int[] features = inputs[0];
    int[] channels = new int[features.length / positions];
    int[] owners = new int[features.length];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = features[c * positions];
      java.util.Arrays.fill(owners, c * positions, (c + 1) * positions, channels[c]);
    }
    scene.sets().unite(owners, features, scene.name(), "the features of a channel");
    return channels;
  }

  @Override
  public void resize(
      FeedForwardToCnnPreProcessor unflatten, int[][] inputs, int[] output, CouplingRules rules) {
    unflatten.setNumChannels(output.length);
  }

  @Override
  public long expectedInputs(FeedForwardToCnnPreProcessor unflatten, CouplingRules rules) {
    return unflatten.getNumChannels() * unflatten.getInputHeight() * unflatten.getInputWidth();
  }
}
