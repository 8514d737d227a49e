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
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * Features that become a channel of an image or volume live and die together.
 *
 * @param <T> the preprocessor's class
 */
public abstract class UnflattenRule<T> implements CouplingRule<T> {
  private final Class<T> type;

  private UnflattenRule(Class<T> type) {
    this.type = type;
  }

  abstract long positions(T unflatten);

  abstract long channels(T unflatten);

  abstract Layout layout(T unflatten);

  @Override
  public final Class<T> type() {
    return type;
  }

  @Override
  public final int[] couple(T unflatten, int[][] inputs, Scene scene) {
    Layout layout = layout(unflatten);
    if (scene.layout(0).rank() == layout.rank()) {
      // What is an image already passes through.
      return inputs[0];
    }
    scene.layout(layout.withPositions(positions(unflatten)));
    return Features.unflatten(inputs[0], positions(unflatten), layout.channelAxis() == 1, scene);
  }

  @Override
  public final long expectedInputs(T unflatten, CouplingRules rules) {
    return channels(unflatten) * positions(unflatten);
  }

  /**
   * The rule for images.
   *
   * @return the rule
   */
  public static CouplingRule<FeedForwardToCnnPreProcessor> image() {
    return new UnflattenRule<>(FeedForwardToCnnPreProcessor.class) {
      @Override
      long positions(FeedForwardToCnnPreProcessor unflatten) {
        return unflatten.getInputHeight() * unflatten.getInputWidth();
      }

      @Override
      long channels(FeedForwardToCnnPreProcessor unflatten) {
        return unflatten.getNumChannels();
      }

      @Override
      Layout layout(FeedForwardToCnnPreProcessor unflatten) {
        return Layout.image(CNN2DFormat.NCHW);
      }

      @Override
      public void resize(
          FeedForwardToCnnPreProcessor unflatten,
          int[][] inputs,
          int[] output,
          CouplingRules rules) {
        unflatten.setNumChannels(output.length);
      }
    };
  }

  /**
   * The rule for volumes.
   *
   * @return the rule
   */
  public static CouplingRule<FeedForwardToCnn3DPreProcessor> volume() {
    return new UnflattenRule<>(FeedForwardToCnn3DPreProcessor.class) {
      @Override
      long positions(FeedForwardToCnn3DPreProcessor unflatten) {
        return (long) unflatten.getInputDepth()
            * unflatten.getInputHeight()
            * unflatten.getInputWidth();
      }

      @Override
      long channels(FeedForwardToCnn3DPreProcessor unflatten) {
        return unflatten.getNumChannels();
      }

      @Override
      Layout layout(FeedForwardToCnn3DPreProcessor unflatten) {
        return Layout.volume(
            unflatten.isNCDHW() ? Convolution3D.DataFormat.NCDHW : Convolution3D.DataFormat.NDHWC);
      }

      @Override
      public void resize(
          FeedForwardToCnn3DPreProcessor unflatten,
          int[][] inputs,
          int[] output,
          CouplingRules rules) {
        unflatten.setNumChannels(output.length);
      }
    };
  }

  /**
   * The rule for sequences of images.
   *
   * @return the rule
   */
  public static CouplingRule<RnnToCnnPreProcessor> sequence() {
    return new UnflattenRule<>(RnnToCnnPreProcessor.class) {
      @Override
      long positions(RnnToCnnPreProcessor unflatten) {
        return (long) unflatten.getInputHeight() * unflatten.getInputWidth();
      }

      @Override
      long channels(RnnToCnnPreProcessor unflatten) {
        return unflatten.getNumChannels();
      }

      @Override
      Layout layout(RnnToCnnPreProcessor unflatten) {
        return Layout.image(CNN2DFormat.NCHW);
      }

      @Override
      public void resize(
          RnnToCnnPreProcessor unflatten, int[][] inputs, int[] output, CouplingRules rules) {
        unflatten.setNumChannels(output.length);
      }

      @Override
      public RnnToCnnPreProcessor resized(
          RnnToCnnPreProcessor unflatten, int[][] inputs, int[] output, CouplingRules rules) {
        // The product of its sizes is computed by the constructor only.
        return new RnnToCnnPreProcessor(
            unflatten.getInputHeight(),
            unflatten.getInputWidth(),
            output.length,
            unflatten.getRnnDataFormat());
      }
    };
  }
}
