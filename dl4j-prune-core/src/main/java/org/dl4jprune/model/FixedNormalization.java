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

import java.util.Collection;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A batch normalisation at inference, without its additive terms: x·γ / sqrt(variance + ε). DL4J's
 * own layer has no gradient for its inference form: its backward pass always goes through the
 * statistics of the batch.
 */
final class FixedNormalization extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  FixedNormalization(BatchNormalization original) {
    setLayerName(original.getLayerName());
    setNIn(original.getNIn());
    setNOut(original.getNOut());
    setEps(original.getEps());
    setGamma(original.getGamma());
    setLockGammaBeta(original.isLockGammaBeta());
    setUseLogStd(original.isUseLogStd());
    setCnn2DFormat(original.getCnn2DFormat());
    setIUpdater(original.getIUpdater());
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parametersView,
      boolean initialise,
      DataType dataType) {
    Fixed layer = new Fixed(configuration, dataType);
    layer.setIndex(index);
    layer.setParamsViewArray(parametersView);
    layer.setParamTable(initializer().init(configuration, parametersView, initialise));
    layer.setConf(configuration);
    return layer;
  }

  private static final class Fixed
      extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
    private static final long serialVersionUID = 1L;

    Fixed(NeuralNetConfiguration configuration, DataType dataType) {
      super(configuration, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return scaled(input, scale(), ArrayType.ACTIVATIONS, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      Gradient gradient = new DefaultGradient();
      gradientViews.forEach(
          (key, view) -> {
            view.assign(0);
            gradient.setGradientFor(key, view);
          });
      INDArray gamma = gradientViews.get(BatchNormalizationParamInitializer.GAMMA);
      if (gamma != null) {
        int[] others =
            LongStream.range(0, input.rank())
                .filter(axis -> axis != channelAxis())
                .mapToInt(axis -> (int) axis)
                .toArray();
        gamma.assign(epsilon.mul(input).sum(others).mul(inverseDeviation()));
      }
      return Pair.of(gradient, scaled(epsilon, scale(), ArrayType.ACTIVATION_GRAD, workspaces));
    }

    private INDArray scaled(
        INDArray array, INDArray scale, ArrayType type, LayerWorkspaceMgr workspaces) {
      INDArray out = workspaces.createUninitialized(type, array.dataType(), array.shape(), 'c');
      return Broadcast.mul(array, scale, out, channelAxis());
    }

    private int channelAxis() {
      FixedNormalization configured = (FixedNormalization) layerConf();
      boolean last = input.rank() == 4 && configured.getCnn2DFormat() == CNN2DFormat.NHWC;
      return last ? 3 : 1;
    }

    private INDArray scale() {
      INDArray gamma = getParam(BatchNormalizationParamInitializer.GAMMA);
      return gamma == null
          ? inverseDeviation().muli(layerConf().getGamma())
          : inverseDeviation().muli(gamma.reshape(gamma.length()));
    }

    private INDArray inverseDeviation() {
      INDArray logDeviation = getParam(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
      INDArray variance =
          layerConf().isUseLogStd()
              ? Transforms.exp(logDeviation.mul(2 * Math.log(10)), false)
              : getParam(BatchNormalizationParamInitializer.GLOBAL_VAR).dup();
      variance.addi(layerConf().getEps());
      return Transforms.pow(variance, -0.5, false).reshape(variance.length());
    }
  }
}
