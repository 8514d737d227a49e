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

import static org.dl4jprune.structure.LayerToy.LAST;
import static org.dl4jprune.structure.LayerToy.ROW;
import static org.dl4jprune.structure.LayerToy.SEQUENCE;
import static org.dl4jprune.structure.LayerToy.conv;
import static org.dl4jprune.structure.LayerToy.dense;
import static org.dl4jprune.structure.LayerToy.lstm;
import static org.dl4jprune.structure.LayerToy.output;
import static org.dl4jprune.structure.LayerToy.read;
import static org.dl4jprune.structure.LayerToy.rnnOutput;
import static org.dl4jprune.structure.LayerToy.rnnOutputLast;
import static org.dl4jprune.structure.LayerToy.toy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layers that read sequences: every unit and head of them can go. */
class SequenceLayerRulesTest {

  static Stream<LayerToy> toys() {
    return Stream.of(
        toy(
            "heads",
            SEQUENCE,
            List.of(6, 4, 8),
            lstm(6),
            new SelfAttentionLayer.Builder()
                .nHeads(4)
                .headSize(3)
                .nOut(8)
                .projectInput(true)
                .build(),
            new GlobalPoolingLayer(PoolingType.AVG),
            output()),
        toy(
            "recurrent heads",
            SEQUENCE,
            List.of(6, 3),
            lstm(6),
            new RecurrentAttentionLayer.Builder()
                .nHeads(3)
                .headSize(2)
                .nOut(4)
                .projectInput(true)
                .hasBias(true)
                .build(),
            rnnOutput()),
        toy(
            "attention without projections",
            SEQUENCE,
            List.of(5, 4),
            lstm(5),
            lstm(6),
            new SelfAttentionLayer.Builder().nHeads(1).nIn(6).nOut(6).projectInput(false).build(),
            lstm(4),
            rnnOutput()),
        toy("old recurrence", SEQUENCE, List.of(5, 4), gravesBothWays(), graves(), rnnOutput()),
        toy(
            "dense in time",
            SEQUENCE,
            List.of(5, 4),
            lstm(5),
            new TimeDistributed(dense(4)),
            rnnOutput()),
        toy(
            "masked",
            SEQUENCE,
            List.of(5, 4),
            new MaskZeroLayer(lstm(5), 0),
            new MaskLayer(),
            lstm(4),
            rnnOutput()),
        toy(
            "channels last",
            LAST,
            List.of(4, 6),
            new LSTM.Builder().nOut(4).dataFormat(RNNFormat.NWC).build(),
            new SimpleRnn.Builder().nOut(6).dataFormat(RNNFormat.NWC).build(),
            rnnOutputLast()),
        // DL4J's backward pass of this convolution fails in this order of axes.
        read(
            "convolution with channels last",
            LAST,
            List.of(5, 4),
            new Convolution1D.Builder().kernelSize(2).nOut(5).rnnDataFormat(RNNFormat.NWC).build(),
            new LSTM.Builder().nOut(4).dataFormat(RNNFormat.NWC).build(),
            rnnOutputLast()),
        toy(
            "places of sequences",
            SEQUENCE,
            List.of(5, 4),
            new Convolution1D.Builder().kernelSize(2).nOut(5).build(),
            new Upsampling1D.Builder(2).build(),
            new ZeroPadding1DLayer(1),
            new Cropping1D(1),
            new Subsampling1DLayer.Builder(PoolingType.MAX).kernelSize(2).stride(2).build(),
            new Convolution1D.Builder().kernelSize(2).nOut(4).build(),
            rnnOutput()),
        toy(
            "locally connected sequences",
            SEQUENCE,
            List.of(5, 4),
            lstm(5),
            new LocallyConnected1D.Builder().kernelSize(2).nOut(4).build(),
            new GlobalPoolingLayer(),
            output()),
        toy(
            "two ways",
            SEQUENCE,
            List.of(5, 4, 3, 6),
            new Bidirectional(lstm(5)),
            new Bidirectional(Bidirectional.Mode.MUL, new SimpleRnn.Builder().nOut(4).build()),
            new Bidirectional(Bidirectional.Mode.AVERAGE, graves(3)),
            new LastTimeStep(lstm(6)),
            output()),
        toy(
            "embedding of sequences",
            InputType.recurrent(5, 6),
            List.of(6, 4),
            new EmbeddingSequenceLayer.Builder().nIn(5).nOut(6).hasBias(true).build(),
            lstm(4),
            new GlobalPoolingLayer(),
            output()),
        new LayerToy(
            "sequences of images",
            SEQUENCE,
            List.of(4, 5, 6),
            true,
            List.of(lstm(36), conv(5), lstm(6), rnnOutput()),
            1,
            new RnnToCnnPreProcessor(3, 3, 4),
            2,
            new CnnToRnnPreProcessor(3, 3, 5)),
        new LayerToy(
            "preprocessors one after the other",
            ROW,
            List.of(4, 5),
            true,
            List.of(dense(36), lstm(5), rnnOutput()),
            1,
            new ComposableInputPreProcessor(
                new FeedForwardToCnnPreProcessor(3, 3, 4), new CnnToRnnPreProcessor(3, 3, 4))));
  }

  @SuppressWarnings("deprecation")
  private static Layer graves() {
    return graves(4);
  }

  @SuppressWarnings("deprecation")
  private static Layer graves(int units) {
    return new org.deeplearning4j.nn.conf.layers.GravesLSTM.Builder().nOut(units).build();
  }

  @SuppressWarnings("deprecation")
  private static Layer gravesBothWays() {
    return new org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM.Builder().nOut(5).build();
  }

  @ParameterizedTest
  @MethodSource("toys")
  void everyUnitCanGo(LayerToy toy) {
    toy.everyUnitCanGo();
  }

  @Test
  void aUnitOfAnLstmIsOneColumnOfEachGate() {
    // The worked example of SPA: three units, unit 1 has columns 1, 4, 7 and 10.
    MultiLayerNetwork network = toy("lstm", SEQUENCE, List.of(3), lstm(3), rnnOutput()).build();
    ChannelGroups groups = ChannelGroups.of(network);
    int unit = groups.groups().get(0).units().get(1);
    for (Slot slot : groups.slots()) {
      if (slot.parameter().name().equals("0_W") && slot.axis() == 1) {
        assertEquals(
            List.of(1, 4, 7, 10),
            java.util.stream.IntStream.range(0, 12)
                .filter(place -> groups.unitOf(slot.channels()[place]) == unit)
                .boxed()
                .toList());
      }
    }
    INDArray cut =
        ((MultiLayerNetwork)
                new Surgeon(groups).cut(RemovalPlan.of(groups, List.of(unit))).unwrap())
            .getParam("0_W");
    INDArray kept =
        Nd4j.hstack(
            Stream.of(0, 2, 3, 5, 6, 8, 9, 11)
                .map(column -> network.getParam("0_W").getColumn(column, true))
                .toArray(INDArray[]::new));
    assertEquals(0, Cutting.distance(kept, cut));
  }

  /** DL4J's own forward pass of learned queries fails in this release: only shapes are compared. */
  @Test
  void learnedQueries() {
    MultiLayerNetwork network =
        read(
                "learned",
                SEQUENCE,
                List.of(),
                lstm(6),
                new LearnedSelfAttentionLayer.Builder()
                    .nQueries(2)
                    .nHeads(4)
                    .headSize(3)
                    .nOut(8)
                    .projectInput(true)
                    .build(),
                new GlobalPoolingLayer(PoolingType.AVG),
                output())
            .build();
    assertThrows(RuntimeException.class, () -> network.output(Graphs.random(2, 3, 6)));
    ChannelGroups groups = ChannelGroups.of(network);
    assertEquals(List.of(6, 4, 8), groups.groups().stream().map(g -> g.units().size()).toList());
    MultiLayerNetwork cut =
        (MultiLayerNetwork) new Surgeon(groups).cut(Cutting.plan(groups, 0.5)).unwrap();
    assertArrayEquals(new long[] {1, 3, 2}, cut.getLayer(1).getParam("Q").shape());
    assertArrayEquals(new long[] {2, 3, 3}, cut.getLayer(1).getParam("Wk").shape());
    assertArrayEquals(new long[] {6, 4}, cut.getLayer(1).getParam("Wo").shape());
  }
}
