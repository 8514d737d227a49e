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
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * A flattened image or volume names each of its channels once for each of its positions.
 *
 * @param <T> the preprocessor's class
 */
public abstract class FlattenRule<T> implements CouplingRule<T> {
  private final Class<T> type;

  private FlattenRule(Class<T> type) {
    this.type = type;
  }

  abstract long positions(T flatten);

  abstract boolean channelsFirst(T flatten);

  Layout layout(T flatten) {
    return Layout.FLAT;
  }

  @Override
  public final Class<T> type() {
    return type;
  }

  @Override
  public final int[] couple(T flatten, int[][] inputs, Scene scene) {
    if (scene.layout(0).rank() == 2) {
      // Rows of features pass through.
      return inputs[0];
    }
    scene.layout(layout(flatten));
    if (positions(flatten) == 0) {
      scene.pin(inputs[0], "the image's size is not configured; run one forward pass first");
      return null;
    }
    return Features.flatten(inputs[0], positions(flatten), channelsFirst(flatten));
  }

  /**
   * The rule for images.
   *
   * @return the rule
   */
  public static CouplingRule<CnnToFeedForwardPreProcessor> image() {
    return new FlattenRule<>(CnnToFeedForwardPreProcessor.class) {
      @Override
      long positions(CnnToFeedForwardPreProcessor flatten) {
        return flatten.getInputHeight() * flatten.getInputWidth();
      }

      @Override
      boolean channelsFirst(CnnToFeedForwardPreProcessor flatten) {
        return flatten.getFormat() == CNN2DFormat.NCHW;
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
    };
  }

  /**
   * The rule for volumes.
   *
   * @return the rule
   */
  public static CouplingRule<Cnn3DToFeedForwardPreProcessor> volume() {
    return new FlattenRule<>(Cnn3DToFeedForwardPreProcessor.class) {
      @Override
      long positions(Cnn3DToFeedForwardPreProcessor flatten) {
        return flatten.getInputDepth() * flatten.getInputHeight() * flatten.getInputWidth();
      }

      @Override
      boolean channelsFirst(Cnn3DToFeedForwardPreProcessor flatten) {
        return flatten.isNCDHW();
      }

      @Override
      public void resize(
          Cnn3DToFeedForwardPreProcessor flatten,
          int[][] inputs,
          int[] output,
          CouplingRules rules) {
        flatten.setNumChannels(inputs[0].length);
      }

      @Override
      public long expectedInputs(Cnn3DToFeedForwardPreProcessor flatten, CouplingRules rules) {
        return flatten.getNumChannels();
      }
    };
  }

  /**
   * The rule for sequences of images.
   *
   * @return the rule
   */
  public static CouplingRule<CnnToRnnPreProcessor> sequence() {
    return new FlattenRule<>(CnnToRnnPreProcessor.class) {
      @Override
      long positions(CnnToRnnPreProcessor flatten) {
        return flatten.getInputHeight() * flatten.getInputWidth();
      }

      @Override
      boolean channelsFirst(CnnToRnnPreProcessor flatten) {
        return true;
      }

      @Override
      Layout layout(CnnToRnnPreProcessor flatten) {
        return Layout.sequence(flatten.getRnnDataFormat());
      }

      @Override
      public void resize(
          CnnToRnnPreProcessor flatten, int[][] inputs, int[] output, CouplingRules rules) {
        flatten.setNumChannels(inputs[0].length);
      }

      @Override
      public CnnToRnnPreProcessor resized(
          CnnToRnnPreProcessor flatten, int[][] inputs, int[] output, CouplingRules rules) {
        // The product of its sizes is computed by the constructor only.
        return new CnnToRnnPreProcessor(
            flatten.getInputHeight(),
            flatten.getInputWidth(),
            inputs[0].length,
            flatten.getRnnDataFormat());
      }

      @Override
      public long expectedInputs(CnnToRnnPreProcessor flatten, CouplingRules rules) {
        return flatten.getNumChannels();
      }
    };
  }
}
