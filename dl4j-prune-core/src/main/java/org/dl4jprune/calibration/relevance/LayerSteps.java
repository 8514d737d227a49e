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
package org.dl4jprune.calibration.relevance;

import java.util.Set;
import java.util.function.BinaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The step of each kind of layer. */
final class LayerSteps {
  private static final String SUPPORTED =
      "there are rules for DenseLayer without layer normalisation, OutputLayer, LossLayer,"
          + " ConvolutionLayer (2D), BatchNormalization, SubsamplingLayer and GlobalPoolingLayer"
          + " (MAX, AVG, SUM), ActivationLayer, DropoutLayer, ZeroPaddingLayer, Cropping2D,"
          + " Upsampling2D, and frozen layers of these kinds";
  private static final Set<Class<?>> FORESEEN =
      Set.of(
          ActivationReLU.class,
          ActivationReLU6.class,
          ActivationLReLU.class,
          ActivationIdentity.class,
          ActivationSoftmax.class);

  private LayerSteps() {}

  static Step of(String name, org.deeplearning4j.nn.api.Layer runtime, INDArray input, Tape tape) {
    Layer layer = unwrap(runtime.conf().getLayer());
    Class<?> type = layer.getClass();
    if (layer instanceof DenseLayer dense && !dense.hasLayerNorm() && input.rank() == 2) {
      return linear(name, new DenseMap(), runtime, dense.getActivationFn(), tape);
    }
    if (type == OutputLayer.class && input.rank() == 2) {
      OutputLayer output = (OutputLayer) layer;
      return new LinearStep(
          new DenseMap(), runtime.getParam("W"), bias(runtime), output.getActivationFn());
    }
    if (type == ConvolutionLayer.class || type == Convolution2D.class) {
      ConvolutionLayer convolution = (ConvolutionLayer) layer;
      return linear(name, map(convolution), runtime, convolution.getActivationFn(), tape);
    }
    if (layer instanceof BatchNormalization normalisation) {
      return scale(normalisation, runtime, input.rank());
    }
    if (layer instanceof ActivationLayer activation) {
      IActivation function = activation.getActivationFn();
      remark(name, function, tape);
      return PassStep.function((in, given) -> function.backprop(in.dup(), given.dup()).getFirst());
    }
    if (layer instanceof DropoutLayer || layer instanceof LossLayer) {
      return PassStep.identity();
    }
    PoolingType pooling = pooling(layer);
    if (pooling != null && pooling != PoolingType.PNORM || isLinear(layer)) {
      return new SpatialStep(backward(runtime), pooling == PoolingType.MAX);
    }
    throw new IllegalArgumentException(
        "Relevance has no rule for %s %s; %s".formatted(type.getSimpleName(), name, SUPPORTED));
  }

  /** The layer inside wrappers that do not change what it computes at inference. */
  static Layer unwrap(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrap(frozen.getLayer());
    }
    return layer instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop
        ? unwrap(((BaseWrapperLayer) layer).getUnderlying())
        : layer;
  }

  static boolean isIdentity(IActivation activation) {
    return activation instanceof ActivationIdentity;
  }

  private static LinearStep linear(
      String name,
      LinearMap map,
      org.deeplearning4j.nn.api.Layer runtime,
      IActivation activation,
      Tape tape) {
    remark(name, activation, tape);
    return new LinearStep(map, runtime.getParam("W"), bias(runtime), activation);
  }

  private static void remark(String name, IActivation activation, Tape tape) {
    if (!FORESEEN.contains(activation.getClass())) {
      tape.remark("Relevance passes the %s of %s as if it were a ReLU".formatted(activation, name));
    }
  }

  private static INDArray bias(org.deeplearning4j.nn.api.Layer runtime) {
    return runtime.getParam("b");
  }

  private static ConvolutionMap map(ConvolutionLayer layer) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] padding = layer.getPadding();
    int[] dilation = layer.getDilation();
    return new ConvolutionMap(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        dilation[0],
        dilation[1],
        layer.getConvolutionMode() == ConvolutionMode.Same ? 1 : 0,
        layer.getCnn2dDataFormat() == CNN2DFormat.NHWC ? 1 : 0,
        WeightsFormat.OIYX.ordinal());
  }

  private static ScaleStep scale(
      BatchNormalization layer, org.deeplearning4j.nn.api.Layer runtime, int rank) {
    INDArray logDeviation = runtime.getParam("log10stdev");
    INDArray variance =
        logDeviation == null
            ? runtime.getParam("var").dup()
            : Transforms.exp(logDeviation.mul(2 * Math.log(10)), false);
    variance = variance.reshape(variance.length()).addi(layer.getEps());
    INDArray scale = Transforms.pow(variance, -0.5, false);
    INDArray gamma = runtime.getParam("gamma");
    INDArray beta = runtime.getParam("beta");
    scale.muli(gamma == null ? scale.ulike().assign(layer.getGamma()) : flat(gamma));
    INDArray shift = flat(runtime.getParam("mean")).mul(scale).negi();
    shift.addi(beta == null ? shift.ulike().assign(layer.getBeta()) : flat(beta));
    boolean last = rank == 4 && layer.getCnn2DFormat() == CNN2DFormat.NHWC;
    return new ScaleStep(scale, shift, last ? 3 : 1);
  }

  private static INDArray flat(INDArray array) {
    return array.reshape(array.length());
  }

  private static PoolingType pooling(Layer layer) {
    if (layer.getClass() == SubsamplingLayer.class || layer.getClass() == Pooling2D.class) {
      return ((SubsamplingLayer) layer).getPoolingType();
    }
    return layer instanceof GlobalPoolingLayer global ? global.getPoolingType() : null;
  }

  private static boolean isLinear(Layer layer) {
    return layer instanceof ZeroPaddingLayer
        || layer instanceof Cropping2D
        || layer instanceof Upsampling2D;
  }

  /** These layers have no weights, so DL4J's own backward pass is the transposed layer. */
  private static BinaryOperator<INDArray> backward(org.deeplearning4j.nn.api.Layer runtime) {
    return (input, given) -> {
      LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
      runtime.setInput(input, none);
      INDArray back = runtime.backpropGradient(given, none).getSecond();
      runtime.clear();
      return back;
    };
  }
}
