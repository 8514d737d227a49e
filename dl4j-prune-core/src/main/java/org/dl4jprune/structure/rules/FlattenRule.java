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

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/**
 * An image becomes a row: channel c owns the H·W features c·H·W … for channels first, and every
 * C-th feature from c on for channels last.
 */
public final class FlattenRule implements CouplingRule<CnnToFeedForwardPreProcessor> {

  @Override
  public Class<CnnToFeedForwardPreProcessor> type() {
    return CnnToFeedForwardPreProcessor.class;
  }

  @Override
  public int[] couple(CnnToFeedForwardPreProcessor flatten, int[][] inputs, Scene scene) {
    int positions = Math.toIntExact(flatten.getInputHeight() * flatten.getInputWidth());
    int[] channels = inputs[0];
    int[] features = new int[positions * channels.length];
    boolean first = flatten.getFormat() == CNN2DFormat.NCHW;
    for (int i = 0; i < features.length; i++) {
      features[i] = channels[first ? i / positions : i % channels.length];
    }
    return features;
  }

  @Override
  public void resize(
      CnnToFeedForwardPreProcessor flatten, int[][] inputs, int[] output, CouplingRules rules) {
    flatten.setNumChannels(inputs[0].length);
  }

  @Override
  public long expectedInputs(CnnToFeedForwardPreProcessor flatten, CouplingRules rules) {
    return flatten.getNumChannels();
  }
}
