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

import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * A table [vocabulary, out]: the vocabulary stays, the columns are the output.
 *
 * @param <T> the layer class
 */
public final class EmbeddingRule<T extends FeedForwardLayer> extends FeedForwardRule<T> {
  private EmbeddingRule(Class<T> type) {
    super(type);
  }

  /**
   * The rule of the layer that looks up one row.
   *
   * @return the rule
   */
  public static EmbeddingRule<EmbeddingLayer> single() {
    return new EmbeddingRule<>(EmbeddingLayer.class);
  }

  /**
   * The rule of the layer that looks up a sequence of rows.
   *
   * @return the rule
   */
  public static EmbeddingRule<EmbeddingSequenceLayer> sequence() {
    return new EmbeddingRule<>(EmbeddingSequenceLayer.class);
  }

  @Override
  public int[] couple(T layer, int[][] inputs, Scene scene) {
    int[] vocabulary = scene.sets().fresh(layer.getNIn());
    scene.pin(vocabulary, "the vocabulary is looked up by number");
    int[] output = scene.sets().fresh(layer.getNOut());
    scene.slot("W", 0, vocabulary);
    scene.slot("W", 1, output);
    scene.slot("b", 0, output);
    scene.layout(
        layer instanceof EmbeddingSequenceLayer sequence
            ? Layout.sequence(sequence.getOutputFormat())
            : Layout.FLAT);
    scene.activation(layer.getActivationFn());
    return output;
  }

  @Override
  public void resize(T layer, int[][] inputs, int[] output, CouplingRules rules) {
    layer.setNOut(output.length);
  }

  @Override
  public long expectedInputs(T layer, CouplingRules rules) {
    return 1;
  }
}
