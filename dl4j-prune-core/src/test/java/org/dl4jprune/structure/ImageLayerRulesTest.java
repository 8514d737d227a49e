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

import static org.dl4jprune.structure.LayerToy.IMAGE;
import static org.dl4jprune.structure.LayerToy.IMAGE_LAST;
import static org.dl4jprune.structure.LayerToy.conv;
import static org.dl4jprune.structure.LayerToy.dense;
import static org.dl4jprune.structure.LayerToy.output;
import static org.dl4jprune.structure.LayerToy.prelu;
import static org.dl4jprune.structure.LayerToy.read;
import static org.dl4jprune.structure.LayerToy.toy;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;

/** Layers that read images: every channel of them can go. */
class ImageLayerRulesTest {

  static Stream<LayerToy> toys() {
    return Stream.of(
        toy(
            "channels last",
            IMAGE_LAST,
            List.of(4, 6, 5, 7),
            last(new ConvolutionLayer.Builder(3, 3).nOut(4)),
            new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build(),
            new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .dataFormat(CNN2DFormat.NHWC)
                .build(),
            new SeparableConvolution2D.Builder(2, 2).nOut(6).dataFormat(CNN2DFormat.NHWC).build(),
            last(new ConvolutionLayer.Builder(1, 1).nOut(5)),
            dense(7),
            output()),
        toy(
            "depthwise and transposed, channels last",
            IMAGE_LAST,
            List.of(4, 5, 7),
            last(new ConvolutionLayer.Builder(3, 3).nOut(4)),
            new DepthwiseConvolution2D.Builder(2, 2)
                .depthMultiplier(2)
                .dataFormat(CNN2DFormat.NHWC)
                .build(),
            new Deconvolution2D.Builder(2, 2).nOut(5).dataFormat(CNN2DFormat.NHWC).build(),
            dense(7),
            output()),
        toy(
            "places",
            IMAGE,
            List.of(4, 5),
            conv(4),
            new Upsampling2D.Builder(2).build(),
            new ZeroPaddingLayer(1, 2),
            new Cropping2D(1, 1),
            new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(2, 2).stride(2, 2).build(),
            new DropoutLayer(0.5),
            new ActivationLayer(Activation.SOFTPLUS),
            conv(5),
            new GlobalPoolingLayer(PoolingType.PNORM),
            output()),
        toy("slopes of places", IMAGE, List.of(4, 5), conv(4), prelu(4, 8, 8), conv(5), output()),
        toy(
            "slopes of places, channels last",
            IMAGE_LAST,
            List.of(8, 5),
            last(new ConvolutionLayer.Builder(3, 3).nOut(8)),
            prelu(8, 8, 8),
            last(new ConvolutionLayer.Builder(3, 3).nOut(5)),
            output()),
        // The gradient of shared slopes fails in DL4J.
        read(
            "slopes of channels",
            IMAGE,
            List.of(4, 5),
            conv(4),
            new PReLULayer.Builder().inputShape(4, 8, 8).sharedAxes(2, 3).build(),
            conv(5),
            output()),
        read(
            "slopes shared by channels",
            IMAGE,
            List.of(4, 5),
            conv(4),
            new PReLULayer.Builder().inputShape(4, 8, 8).sharedAxes(1).build(),
            conv(5),
            output()),
        toy(
            "locally connected",
            IMAGE,
            List.of(4, 5),
            conv(4),
            new LocallyConnected2D.Builder().kernelSize(3, 2).nOut(5).build(),
            output()),
        toy(
            "locally connected, channels last",
            IMAGE_LAST,
            List.of(4, 5),
            last(new ConvolutionLayer.Builder(3, 3).nOut(4)),
            new LocallyConnected2D.Builder()
                .kernelSize(2, 2)
                .nOut(5)
                .dataFormat(CNN2DFormat.NHWC)
                .build(),
            output()),
        toy(
            "space to depth",
            IMAGE,
            List.of(4, 5),
            conv(4),
            new SpaceToDepthLayer.Builder<>(2, CNN2DFormat.NCHW).build(),
            conv(5),
            output()),
        toy(
            "space to depth, channels last",
            IMAGE_LAST,
            List.of(4, 5),
            last(new ConvolutionLayer.Builder(3, 3).nOut(4)),
            new SpaceToDepthLayer.Builder<>(2, CNN2DFormat.NHWC).build(),
            last(new ConvolutionLayer.Builder(3, 3).nOut(5)),
            output()),
        read(
            "space to batch",
            IMAGE,
            List.of(4, 5),
            conv(4),
            new SpaceToBatchLayer.Builder<>(new int[] {2, 2}).build(),
            conv(5),
            new GlobalPoolingLayer(),
            output()));
  }

  private static Layer last(ConvolutionLayer.Builder builder) {
    return builder.dataFormat(CNN2DFormat.NHWC).build();
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyUnitCanGo(LayerToy toy) {
    toy.everyUnitCanGo();
  }
}
