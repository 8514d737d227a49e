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
import static org.dl4jprune.structure.LayerToy.dense;
import static org.dl4jprune.structure.LayerToy.lstm;
import static org.dl4jprune.structure.LayerToy.output;
import static org.dl4jprune.structure.LayerToy.prelu;
import static org.dl4jprune.structure.LayerToy.read;
import static org.dl4jprune.structure.LayerToy.rnnOutput;
import static org.dl4jprune.structure.LayerToy.toy;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers that read rows: every unit of them can go. */
class RowLayerRulesTest {

  static Stream<LayerToy> toys() {
    return Stream.of(
        toy("autoencoder", ROW, List.of(7, 5), dense(7), autoEncoder(), output()),
        toy(
            "one weight for each",
            ROW,
            List.of(7, 5),
            dense(7),
            new ElementWiseMultiplicationLayer.Builder().nIn(7).nOut(7).build(),
            dense(5),
            output()),
        toy("slopes", ROW, List.of(7, 5), dense(7), prelu(7), dense(5), output()),
        toy(
            "center loss",
            ROW,
            List.of(7),
            dense(7),
            new CenterLossOutputLayer.Builder(LossFunction.MSE)
                .nOut(3)
                .activation(Activation.IDENTITY)
                .build()),
        read(
            "one class",
            ROW,
            List.of(7),
            dense(7),
            new OCNNOutputLayer.Builder().nIn(7).hiddenLayerSize(4).build()),
        toy(
            "embedding",
            InputType.feedForward(5),
            List.of(6),
            new EmbeddingLayer.Builder().nIn(5).nOut(6).hasBias(true).build(),
            output()),
        toy(
            "frozen",
            ROW,
            List.of(7, 5),
            new FrozenLayer(dense(7)),
            new FrozenLayerWithBackprop(dense(5)),
            output()),
        toy(
            "repeated",
            ROW,
            List.of(5, 4),
            dense(5),
            new RepeatVector.Builder<>(3).build(),
            lstm(4),
            rnnOutput()));
  }

  private static Layer autoEncoder() {
    return new AutoEncoder.Builder().nOut(5).activation(Activation.SIGMOID).build();
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyUnitCanGo(LayerToy toy) {
    toy.everyUnitCanGo();
  }
}
