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
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * Convolutions of one to three dimensions, transposed, depthwise and separable ones; each keeps its
 * weights in an order of its own, whatever the order of the activations' axes.
 */
public final class ConvolutionRule extends FeedForwardRule<ConvolutionLayer> {

  /** The rule. */
  public ConvolutionRule() {
    super(ConvolutionLayer.class);
  }

  @Override
  public int[] couple(ConvolutionLayer layer, int[][] inputs, Scene scene) {
    int[] output = output(layer, inputs[0], scene);
    scene.layout(
        layout(layer).withPositions(isPointwise(layer) ? scene.layout(0).positions() : -1));
    scene.activation(layer.getActivationFn());
    return output;
  }

  private static int[] output(ConvolutionLayer layer, int[] input, Scene scene) {
    if (layer instanceof DepthwiseConvolution2D depthwise) {
      // Output c·m + q comes from input c alone, so it lives and dies with it.
      int[] output = Scene.repeat(input, depthwise.getDepthMultiplier());
      scene.slot("W", 2, input);
      scene.slot("b", 0, output);
      return output;
    }
    int[] output = scene.sets().fresh(layer.getNOut());
    scene.slot("b", 0, output);
    if (layer instanceof SeparableConvolution2D separable) {
      scene.slot("W", 1, input);
      scene.slot("pW", 0, output);
      scene.slot("pW", 1, Scene.repeat(input, separable.getDepthMultiplier()));
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

  @Override
  public void resize(ConvolutionLayer layer, int[][] inputs, int[] output, CouplingRules rules) {
    if (layer instanceof SeparableConvolution2D && inputs[0].length == 1 && layer.getNIn() > 1) {
      throw new IllegalArgumentException(
          ("The plan leaves one of the %d input channels of the separable convolution %s; keep two:"
                  + " ND4J's op ignores the pointwise weights of a single channel")
              .formatted(layer.getNIn(), layer.getLayerName()));
    }
    super.resize(layer, inputs, output, rules);
  }

  private static Layout layout(ConvolutionLayer layer) {
    if (layer instanceof Convolution1DLayer sequence) {
      return Layout.sequence(sequence.getRnnDataFormat());
    }
    if (layer instanceof Convolution3D volume) {
      return Layout.volume(volume.getDataFormat());
    }
    return layer instanceof Deconvolution3D volume
        ? Layout.volume(volume.getDataFormat())
        : Layout.image(layer.getCnn2dDataFormat());
  }

  private static boolean isPointwise(ConvolutionLayer layer) {
    return allEqual(layer.getKernelSize(), 1)
        && allEqual(layer.getStride(), 1)
        && (layer.getConvolutionMode() == ConvolutionMode.Same || allEqual(layer.getPadding(), 0));
  }

  private static boolean allEqual(int[] values, int value) {
    return Arrays.stream(values).allMatch(v -> v == value);
  }
}
