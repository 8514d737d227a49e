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

import static org.dl4jprune.structure.OpCase.config;
import static org.dl4jprune.structure.OpCase.image;
import static org.dl4jprune.structure.OpCase.last;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.ImageResizeMethod;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv3DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Convolutions and images: the units one would draw, and removal equals masking. */
class ImageOpsTest {

  static Stream<OpCase> spaces() {
    return Stream.of(
        image(
            "conv2d, weights [out, in, k, k]",
            5,
            (s, h) ->
                s.sd.cnn.conv2d(h, s.weight("w", 5, 6, 3, 3), config("NCHW", WeightsFormat.OIYX)),
            5,
            6),
        image(
            "conv2d, weights [out, k, k, in]",
            5,
            (s, h) ->
                s.sd.cnn.conv2d(h, s.weight("w", 5, 3, 3, 6), config("NCHW", WeightsFormat.OYXI)),
            5,
            6),
        last(
            "conv2d, channels last",
            5,
            (s, h) -> s.sd.cnn.conv2d(h, s.weight("w", 3, 3, 6, 5), config("NHWC")),
            5,
            6),
        image(
            "depthwise, multiplier 2",
            12,
            (s, h) ->
                s.sd.cnn.depthWiseConv2d(
                    h, s.weight("w", 3, 3, 6, 2), s.weight("b", 12), config("NCHW")),
            6),
        image(
            "separable, multiplier 2",
            5,
            (s, h) ->
                s.sd.cnn.separableConv2d(
                    h,
                    s.weight("d", 3, 3, 6, 2),
                    s.weight("p", 1, 1, 12, 5),
                    s.weight("b", 5),
                    config("NCHW")),
            5,
            6),
        image(
            "deconv2d",
            5,
            (s, h) ->
                s.sd.cnn.deconv2d(
                    h,
                    s.weight("w", 2, 2, 5, 6),
                    s.weight("b", 5),
                    DeConv2DConfig.builder()
                        .kH(2)
                        .kW(2)
                        .sH(2)
                        .sW(2)
                        .dH(1)
                        .dW(1)
                        .dataFormat("NCHW")
                        .isSameMode(false)
                        .build()),
            5,
            6),
        new OpCase(
            "conv1d",
            List.of(5, 6),
            new long[] {2, 2, 7},
            (s, x) -> {
              Conv1DConfig config =
                  Conv1DConfig.builder()
                      .k(3)
                      .s(1)
                      .p(0)
                      .d(1)
                      .paddingMode(PaddingMode.VALID)
                      .dataFormat("NCW")
                      .build();
              SDVariable h = s.sd.cnn.conv1d(x, s.weight("w1", 3, 2, 6), s.weight("b1", 6), config);
              return s.sd
                  .cnn
                  .conv1d(h, s.weight("w2", 3, 6, 5), config)
                  .mean(2)
                  .mmul(s.weight("out", 5, 3));
            }),
        new OpCase(
            "conv3d",
            List.of(5, 6),
            new long[] {2, 2, 4, 4, 4},
            (s, x) -> {
              Conv3DConfig config =
                  Conv3DConfig.builder()
                      .kD(2)
                      .kH(2)
                      .kW(2)
                      .sD(1)
                      .sH(1)
                      .sW(1)
                      .dD(1)
                      .dH(1)
                      .dW(1)
                      .dataFormat("NCDHW")
                      .paddingMode(PaddingMode.VALID)
                      .build();
              SDVariable h =
                  s.sd.cnn.conv3d(x, s.weight("w1", 2, 2, 2, 2, 6), s.weight("b1", 6), config);
              return s.sd
                  .cnn
                  .conv3d(h, s.weight("w2", 2, 2, 2, 6, 5), config)
                  .mean(2, 3, 4)
                  .mmul(s.weight("out", 5, 3));
            }),
        image(
            "pooling and up-sampling",
            6,
            (s, h) ->
                s.sd.cnn.upsampling2d(
                    s.sd.cnn.avgPooling2d(
                        h, Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build()),
                    2,
                    2,
                    true),
            6),
        last(
            "resizing",
            6,
            (s, h) ->
                s.sd
                    .image
                    .imageResize(
                        h,
                        s.sd.constant(Nd4j.createFromArray(8, 8)),
                        ImageResizeMethod.ResizeNearest)
                    .castTo(DataType.DOUBLE),
            6),
        image(
            "flatten",
            6,
            (s, h) ->
                s.sd.reshape(s.sd.reshape(h, -1, 96).mmul(s.weight("w", 96, 96)), -1, 6, 4, 4),
            6,
            6),
        last(
            "flatten, channels last",
            6,
            (s, h) -> s.sd.reshape(s.sd.reshape(h, -1, 96), -1, 4, 4, 6),
            6),
        new OpCase(
            "image of a row, channels last",
            List.of(5, 6),
            new long[] {2, 4},
            (s, x) -> {
              SDVariable h = s.sd.reshape(s.dense("h", x, 4, 96), -1, 4, 4, 6);
              SDVariable w = s.weight("w", 3, 3, 6, 5);
              return s.sd.cnn.conv2d(h, w, config("NHWC")).mean(1, 2).mmul(s.weight("out", 5, 3));
            }),
        image("space to depth", 24, (s, h) -> s.sd.cnn.spaceToDepth(h, 2, DataFormat.NCHW), 6),
        last(
            "space to depth, channels last",
            24,
            (s, h) -> s.sd.cnn.spaceToDepth(h, 2, DataFormat.NHWC),
            6),
        image(
            "depth to space",
            2,
            (s, h) -> s.sd.cnn.depthToSpace(s.conv("g", h, 6, 8, 1), 2, DataFormat.NCHW),
            2,
            6),
        last(
            "space to batch",
            6,
            (s, h) -> s.sd.cnn.spaceToBatch(h, new int[] {2, 2}, new int[] {0, 0}, 0, 0),
            6),
        image(
            "zeros around an image",
            6,
            (s, h) ->
                s.sd.nn.pad(
                    h,
                    s.sd.constant(
                        Nd4j.createFromArray(new int[][] {{0, 0}, {0, 0}, {1, 1}, {1, 1}})),
                    0),
            6),
        image(
            "squeeze and excitation",
            6,
            (s, h) ->
                h.mul(
                    s.sd.expandDims(
                        s.sd.expandDims(s.sd.nn.sigmoid(s.dense("g", h.mean(2, 3), 6, 6)), 2), 3)),
            6));
  }

  @ParameterizedTest
  @MethodSource({"spaces"})
  void unitsCanGo(OpCase of) {
    of.check();
  }
}
