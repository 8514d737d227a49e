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

import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/**
 * Layers, vertices and preprocessors that treat every channel alike: activations, pooling, padding,
 * cropping, upsampling, dropout, scaling.
 *
 * @param <T> the configuration class
 */
public final class SameChannels<T> implements CouplingRule<T> {
  private final Class<T> type;
  private final String inexact;

  private SameChannels(Class<T> type, String inexact) {
    this.type = type;
    this.inexact = inexact;
  }

  /**
   * A rule for a class whose channels do not see each other.
   *
   * @param type the configuration class
   * @return the rule
   * @param <T> the configuration class
   */
  public static <T> SameChannels<T> of(Class<T> type) {
    return new SameChannels<>(type, null);
  }

  /**
   * A rule for a class that normalises over channels.
   *
   * @param type the configuration class
   * @param why why removal and masking differ
   * @return the rule
   * @param <T> the configuration class
   */
  public static <T> SameChannels<T> inexact(Class<T> type, String why) {
    return new SameChannels<>(type, why);
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public int[] couple(T configuration, int[][] inputs, Scene scene) {
    if (inexact != null) {
      scene.inexact(inexact);
    }
    return inputs[0];
  }

  @Override
  public void resize(T configuration, int[][] inputs, int[] output, CouplingRules rules) {
    if (configuration instanceof org.deeplearning4j.nn.conf.layers.FeedForwardLayer layer) {
      layer.setNIn(inputs[0].length);
      layer.setNOut(output.length);
    }
  }
}
