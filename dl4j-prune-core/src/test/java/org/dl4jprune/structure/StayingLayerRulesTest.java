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
import static org.dl4jprune.structure.LayerToy.ROW;
import static org.dl4jprune.structure.LayerToy.SEQUENCE;
import static org.dl4jprune.structure.LayerToy.conv;
import static org.dl4jprune.structure.LayerToy.conv3d;
import static org.dl4jprune.structure.LayerToy.dense;
import static org.dl4jprune.structure.LayerToy.lstm;
import static org.dl4jprune.structure.LayerToy.output;
import static org.dl4jprune.structure.LayerToy.read;
import static org.dl4jprune.structure.LayerToy.toy;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers whose own units stay, in networks whose other units can go. */
class StayingLayerRulesTest {

  /** A lambda layer as users write it. */
  public static final class Doubling extends SameDiffLambdaLayer {
    @Override
    public SDVariable defineLayer(SameDiff graph, SDVariable input) {
      return input.mul(2);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return input;
    }
  }

  static Stream<LayerToy> toys() {
    return Stream.of(
        toy(
            "loss",
            ROW,
            List.of(7),
            dense(7),
            dense(3),
            new LossLayer.Builder(LossFunction.MSE).build()),
        toy(
            "loss of images",
            IMAGE,
            List.of(4),
            conv(4),
            conv(3),
            new CnnLossLayer.Builder(LossFunction.MSE).build()),
        toy(
            "loss of sequences",
            SEQUENCE,
            List.of(4),
            lstm(4),
            lstm(3),
            new RnnLossLayer.Builder(LossFunction.MSE).build()),
        toy(
            "loss of volumes",
            InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 4, 4, 2),
            List.of(4),
            conv3d(4, Convolution3D.DataFormat.NCDHW),
            conv3d(3, Convolution3D.DataFormat.NCDHW),
            new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).build()),
        toy(
            "variational",
            ROW,
            List.of(7, 4),
            dense(7),
            dense(5),
            new VariationalAutoencoder.Builder()
                .encoderLayerSizes(4)
                .decoderLayerSizes(4)
                .nOut(3)
                .build(),
            dense(4),
            output()),
        read(
            "capsules",
            IMAGE,
            List.of(4),
            conv(4),
            conv(5),
            new PrimaryCapsules.Builder(2, 3).kernelSize(3, 3).stride(2, 2).build(),
            new CapsuleLayer.Builder(3, 2, 2).build(),
            new CapsuleStrengthLayer.Builder().build(),
            new LossLayer.Builder(LossFunction.MSE).build()),
        toy("lambda", ROW, List.of(7, 4), dense(7), dense(5), new Doubling(), dense(4), output()));
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyUnitCanGo(LayerToy toy) {
    toy.everyUnitCanGo();
  }

  @Test
  void whatStaysSaysWhy() {
    List.of("attention without projections", "variational", "capsules", "lambda", "loss")
        .forEach(
            name -> {
              LayerToy toy =
                  Stream.concat(toys(), SequenceLayerRulesTest.toys())
                      .filter(t -> t.name().equals(name))
                      .findFirst()
                      .orElseThrow();
              String text = ChannelGroups.of(toy.build()).explain();
              String why =
                  switch (name) {
                    case "variational" -> "it reconstructs its inputs";
                    case "capsules" -> "capsules are groups of channels";
                    case "lambda" -> "its ops are not followed";
                    case "loss" -> "what enters a loss faces the labels";
                    default -> "attention without projections compares whole inputs";
                  };
              assertTrue(text.contains(why), text);
            });
  }
}
