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
package org.dl4jprune.structure;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.convolution.Convolution;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The inputs of linear layers as matrices, by the layer's configuration. */
final class LinearInputs {
  private final PrunableModel model;

  /** Where a layer's input comes from. */
  private record Place(Layer layer, InputPreProcessor before, String source) {}

  LinearInputs(PrunableModel model) {
    if (!(model.unwrap() instanceof MultiLayerNetwork)
        && !(model.unwrap() instanceof ComputationGraph)) {
      throw new IllegalArgumentException(
          "The inputs of layers are known for MultiLayerNetwork and ComputationGraph, not for "
              + model.unwrap().getClass().getSimpleName());
    }
    this.model = model;
  }

  /** How to compute the inputs, or null if the layer is not linear, is frozen or comes first. */
  BiFunction<PrunableModel, MultiDataSet, INDArray> of(Parameter weight) {
    if (!weight.trainable() || !weight.name().endsWith("_W")) {
      return null;
    }
    Place place = place(weight.name().substring(0, weight.name().lastIndexOf('_')));
    UnaryOperator<INDArray> rows = place == null ? null : rows(place.layer);
    if (rows == null) {
      return null;
    }
    return (at, batch) -> {
      INDArray input = at.activations(batch, List.of(place.source)).get(place.source);
      int examples = Math.toIntExact(batch.getFeatures(0).size(0));
      INDArray entering =
          place.before == null
              ? input
              : place.before.preProcess(input, examples, LayerWorkspaceMgr.noWorkspaces());
      return rows.apply(entering);
    };
  }

  private Place place(String key) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      int number = Integer.parseInt(key);
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
      return number == 0
          ? null
          : new Place(
              configuration.getConf(number).getLayer(),
              configuration.getInputPreProcess(number),
              String.valueOf(number - 1));
    }
    ComputationGraphConfiguration configuration =
        ((ComputationGraph) model.unwrap()).getConfiguration();
    return configuration.getVertices().get(key) instanceof LayerVertex vertex
        ? new Place(
            vertex.getLayerConf().getLayer(),
            vertex.getPreProcessor(),
            configuration.getVertexInputs().get(key).get(0))
        : null;
  }

  private static UnaryOperator<INDArray> rows(Layer layer) {
    if (layer instanceof RnnOutputLayer output) {
      return input -> sequence(input, output.getRnnDataFormat() == RNNFormat.NWC);
    }
    if (layer instanceof DenseLayer || layer instanceof OutputLayer) {
      return input -> input.rank() == 3 ? sequence(input, false) : input;
    }
    // Subclasses compute something else with the same fields.
    boolean plain =
        layer.getClass() == ConvolutionLayer.class || layer.getClass() == Convolution2D.class;
    return plain ? input -> patches((ConvolutionLayer) layer, input) : null;
  }

  private static INDArray sequence(INDArray input, boolean channelsLast) {
    INDArray last = channelsLast ? input : input.permute(0, 2, 1);
    return last.dup('c').reshape('c', input.length() / last.size(2), last.size(2));
  }

  /** One row for each output position, of the input's channels and, within them, the kernel. */
  private static INDArray patches(ConvolutionLayer layer, INDArray input) {
    INDArray image =
        layer.getCnn2dDataFormat() == CNN2DFormat.NHWC ? input.permute(0, 3, 1, 2).dup('c') : input;
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] padding = same ? null : layer.getPadding();
    int[] size =
        ConvolutionUtils.getOutputSize(
            image, kernel, stride, padding, layer.getConvolutionMode(), dilation, CNN2DFormat.NCHW);
    if (same) {
      int[] entering = {(int) image.size(2), (int) image.size(3)};
      padding =
          ConvolutionUtils.getSameModeTopLeftPadding(size, entering, kernel, stride, dilation);
    }
    long n = image.size(0);
    long c = image.size(1);
    INDArray patches =
        Nd4j.createUninitialized(
            image.dataType(), new long[] {n, size[0], size[1], c, kernel[0], kernel[1]}, 'c');
    Convolution.im2col(
        image,
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        dilation[0],
        dilation[1],
        same,
        patches.permute(0, 3, 4, 5, 1, 2));
    return patches.reshape('c', n * size[0] * size[1], c * kernel[0] * kernel[1]);
  }
}
