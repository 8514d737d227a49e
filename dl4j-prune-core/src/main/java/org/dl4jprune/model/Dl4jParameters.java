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
package org.dl4jprune.model;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;

/** Role and axes of DL4J's parameters, by layer and key. */
final class Dl4jParameters {
  private static final String RECURRENT_PREFIX = "RW";

  private Dl4jParameters() {}

  static Parameter describe(
      String name,
      String layerName,
      Layer configured,
      String vertexType,
      String key,
      long[] shape) {
    Layer layer = unwrap(configured);
    String innerKey = isBidirectional(configured) && key.length() > 1 ? key.substring(1) : key;
    Role role = layer == null ? vertexRole(shape) : role(layer, innerKey);
    long[] readAs = layer instanceof Convolution1DLayer ? oneDimensional(shape) : shape;
    int[][] axes = axes(layer, innerKey, readAs);
    return new Parameter(
        name,
        layerName,
        layer == null ? vertexType : layer.getClass().getSimpleName(),
        role,
        !isFrozen(configured) && role != Role.NORM_STATISTIC,
        readAs,
        axes[0],
        axes[1]);
  }

  /** The layer inside wrappers such as Frozen, Bidirectional, LastTimeStep and MaskZero. */
  static Layer unwrap(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrap(frozen.getLayer());
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return unwrap(wrapper.getUnderlying());
    }
    return layer instanceof Bidirectional both ? unwrap(both.getFwd()) : layer;
  }

  /** Whether images pass the layer with their channels last. */
  static boolean isNhwc(Layer layer) {
    return layer instanceof ConvolutionLayer convolution
            && !(layer instanceof Convolution1DLayer)
            && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC
        || layer instanceof BatchNormalization normalisation
            && normalisation.getCnn2DFormat() == CNN2DFormat.NHWC;
  }

  /** Whether series pass the layer with their channels last. */
  static boolean isNwc(Layer layer) {
    return layer instanceof BaseRecurrentLayer recurrent
            && recurrent.getRnnDataFormat() == RNNFormat.NWC
        || layer instanceof Convolution1DLayer convolution
            && convolution.getRnnDataFormat() == RNNFormat.NWC;
  }

  private static boolean isBidirectional(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return isBidirectional(frozen.getLayer());
    }
    return layer instanceof Bidirectional
        || (layer instanceof BaseWrapperLayer wrapper && isBidirectional(wrapper.getUnderlying()));
  }

  private static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer
        || layer instanceof FrozenLayerWithBackprop
        || (layer instanceof BaseWrapperLayer wrapper && isFrozen(wrapper.getUnderlying()));
  }

  private static Role vertexRole(long[] shape) {
    return shape.length >= 2 && IntStream.range(0, shape.length).allMatch(i -> shape[i] > 1)
        ? Role.WEIGHT
        : Role.OTHER;
  }

  private static Role role(Layer layer, String key) {
    if (layer instanceof BatchNormalization) {
      return switch (key) {
        case BatchNormalizationParamInitializer.GAMMA -> Role.NORM_SCALE;
        case BatchNormalizationParamInitializer.BETA -> Role.NORM_SHIFT;
        default -> Role.NORM_STATISTIC;
      };
    }
    if (layer instanceof PReLULayer) {
      return Role.OTHER;
    }
    if (key.equals(DefaultParamInitializer.GAIN_KEY)) {
      return Role.NORM_SCALE;
    }
    if (layer.initializer().isBiasParam(layer, key)) {
      return Role.BIAS;
    }
    if (!layer.initializer().isWeightParam(layer, key)) {
      return Role.OTHER;
    }
    if (layer instanceof EmbeddingLayer || layer instanceof EmbeddingSequenceLayer) {
      return Role.EMBEDDING;
    }
    return key.startsWith(RECURRENT_PREFIX) ? Role.RECURRENT_WEIGHT : Role.WEIGHT;
  }

  // DL4J reports [out, in, k, 1] but its 1D convolution reads the same memory as [k, in, out].
  private static long[] oneDimensional(long[] shape) {
    return shape.length == 4 ? new long[] {shape[2], shape[1], shape[0]} : shape;
  }

  private static int[][] axes(Layer layer, String key, long[] shape) {
    if (shape.length == 0) {
      return new int[][] {{}, {}};
    }
    if (shape.length == 1) {
      return new int[][] {{0}, {}};
    }
    if (shape.length == 2) {
      return new int[][] {{1}, {0}};
    }
    if (layer instanceof Convolution1DLayer) {
      return new int[][] {{2}, {1}};
    }
    if (layer instanceof Deconvolution2D) {
      return new int[][] {{1}, {0}};
    }
    if (layer instanceof Deconvolution3D) {
      return new int[][] {{3}, {4}};
    }
    if (layer instanceof DepthwiseConvolution2D) {
      return new int[][] {{2, 3}, {}};
    }
    if (layer instanceof SeparableConvolution2D
        && !key.equals(SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY)) {
      return new int[][] {{0, 1}, {}};
    }
    if (layer instanceof ConvolutionLayer) {
      return new int[][] {{0}, {1}};
    }
    // Attention layers and vertices keep one [head size, inputs] projection for each head.
    if (shape.length == 3 && key.matches("W[qkv]")) {
      return new int[][] {{0, 1}, {2}};
    }
    return new int[][] {{shape.length - 1}, {shape.length - 2}};
  }
}
