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

import static org.dl4jprune.structure.LayerToy.ROW;
import static org.dl4jprune.structure.LayerToy.conv3d;
import static org.dl4jprune.structure.LayerToy.dense;
import static org.dl4jprune.structure.LayerToy.output;
import static org.dl4jprune.structure.LayerToy.toy;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that read volumes: every channel of them can go. */
class VolumeLayerRulesTest {

  static Stream<LayerToy> toys() {
    Convolution3D.DataFormat first = Convolution3D.DataFormat.NCDHW;
    Convolution3D.DataFormat last = Convolution3D.DataFormat.NDHWC;
    return Stream.of(
        toy(
            "volumes",
            InputType.convolutional3D(first, 4, 4, 4, 2),
            List.of(4, 3, 5),
            conv3d(4, first),
            new ZeroPadding3DLayer.Builder(1).build(),
            new Cropping3D.Builder(1, 1, 1).build(),
            new Upsampling3D.Builder(2).build(),
            new Subsampling3DLayer.Builder(PoolingType.MAX, new int[] {2, 2, 2})
                .stride(2, 2, 2)
                .build(),
            new Deconvolution3D.Builder().kernelSize(2, 2, 2).nOut(3).build(),
            dense(5),
            output()),
        toy(
            "volumes, channels last",
            InputType.convolutional3D(last, 4, 4, 4, 2),
            List.of(4, 3, 5),
            conv3d(4, last),
            conv3d(3, last),
            dense(5),
            output()),
        new LayerToy(
            "rows as volumes",
            ROW,
            List.of(4, 3),
            true,
            List.of(dense(32), conv3d(3, first), output()),
            1,
            new FeedForwardToCnn3DPreProcessor(2, 2, 2, 4, true)),
        new LayerToy(
            "rows as volumes, channels last",
            ROW,
            List.of(4, 3),
            true,
            List.of(dense(32), conv3d(3, last), output()),
            1,
            new FeedForwardToCnn3DPreProcessor(2, 2, 2, 4, false)));
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyUnitCanGo(LayerToy toy) {
    toy.everyUnitCanGo();
  }
}
