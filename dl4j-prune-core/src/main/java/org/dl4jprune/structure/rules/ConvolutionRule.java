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

import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.dl4jprune.structure.Scene;

/** Convolutions: the axes differ by kind, the coupling is that of a dense layer. */
public final class ConvolutionRule extends FeedForwardRule<ConvolutionLayer> {

  /** The rule. */
  public ConvolutionRule() {
    super(ConvolutionLayer.class);
  }

  @Override
  public int[] couple(ConvolutionLayer layer, int[][] inputs, Scene scene) {
    int[] input = inputs[0];
    if (layer instanceof DepthwiseConvolution2D depthwise) {
      return depthwise(depthwise.getDepthMultiplier(), 2, input, scene, true);
    }
    int[] output = scene.sets().fresh(layer.getNOut());
    scene.slot("b", 0, output);
    if (layer instanceof SeparableConvolution2D separable) {
      int[] middle = depthwise(separable.getDepthMultiplier(), 1, input, scene, false);
      scene.slot("pW", 0, output);
      scene.slot("pW", 1, middle);
      return output;
    }
    int outputAxis = 0;
    int inputAxis = 1;
    if (layer instanceof Convolution1DLayer) {
      outputAxis = 2;
    } else if (layer instanceof Deconvolution2D) {
      outputAxis = 1;
      inputAxis = 0;
    } else if (layer instanceof Deconvolution3D) {
      outputAxis = 3;
      inputAxis = 4;
    }
    scene.slot("W", inputAxis, input);
    scene.slot("W", outputAxis, output);
    return output;
  }

  // Output c·m + q comes from input c alone, so it lives and dies with it.
  private static int[] depthwise(
      int multiplier, int inputAxis, int[] input, Scene scene, boolean bias) {
    int[] output = new int[input.length * multiplier];
    for (int i = 0; i < output.length; i++) {
      output[i] = input[i / multiplier];
    }
    scene.slot("W", inputAxis, input);
    if (bias) {
      scene.slot("b", 0, output);
    }
    return output;
  }
}
