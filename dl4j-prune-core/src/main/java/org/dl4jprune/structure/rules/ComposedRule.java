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

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/** One preprocessor after the other; if one of them has no rule, all stays. */
public final class ComposedRule implements CouplingRule<ComposableInputPreProcessor> {

  @Override
  public Class<ComposableInputPreProcessor> type() {
    return ComposableInputPreProcessor.class;
  }

  @Override
  public int[] couple(ComposableInputPreProcessor composed, int[][] inputs, Scene scene) {
    int[] channels = inputs[0];
    InputPreProcessor[] parts = composed.getInputPreProcessors();
    for (int i = 0; i < parts.length; i++) {
      if (!scene.rules().knows(parts[i])) {
        scene.pin(channels, parts[i].getClass().getSimpleName() + " has no coupling rule");
        return null;
      }
      Scene at = i == 0 ? scene : scene.next();
      channels = scene.rules().couple(parts[i], new int[][] {channels}, at);
      if (channels == null) {
        return null;
      }
      if (i < parts.length - 1) {
        scene.inner(channels);
      }
    }
    return channels;
  }

  @Override
  public void resize(
      ComposableInputPreProcessor composed, int[][] inputs, int[] output, CouplingRules rules) {
    InputPreProcessor[] parts = composed.getInputPreProcessors();
    for (int i = 0; i < parts.length; i++) {
      int[] after = i == parts.length - 1 ? output : inputs[i + 1];
      parts[i] = rules.resized(parts[i], new int[][] {inputs[i]}, after);
    }
  }

  @Override
  public long expectedInputs(ComposableInputPreProcessor composed, CouplingRules rules) {
    return rules.knows(composed.getInputPreProcessors()[0])
        ? rules.expectedInputs(composed.getInputPreProcessors()[0])
        : -1;
  }
}
