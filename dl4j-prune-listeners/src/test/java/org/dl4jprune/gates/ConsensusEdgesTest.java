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
package org.dl4jprune.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Edge cases and refusals of consensus gates, from arXiv 2302.10798 and its extraction. */
class ConsensusEdgesTest {

  private static ConsensusGatesBuilder builder() {
    return ConsensusGates.builder().cost(GateCost.UNIFORM).polarization(Schedule.constant(5));
  }

  private static ComputationGraph gated(ConsensusGates gates) {
    return gates.install(Nets.dense(new Sgd(0.1), DataType.FLOAT, Activation.RELU));
  }

  /** Gates that open for some examples: the first input's sign decides. */
  private static void open(ComputationGraph gated, String site, double... logits) {
    gated.getParam(site + "_W").assign(0);
    gated.getParam(site + "_b").assign(Nd4j.createFromArray(logits).castTo(DataType.FLOAT));
  }

  @Test
  void aLayerWhoseGatesAreAllClosedKeepsTheOneThatIsOpenMostOften() {
    ConsensusGates gates = builder().targetSparsity(0.5).layers("1").build();
    ComputationGraph gated = gated(gates);
    open(gated, "1-gates", -1, -1, -1, -1, -1, -1, -1);
    // Unit 3 and unit 5 are open for the same third of the examples.
    INDArray features = Nets.random(DataType.FLOAT, 4, 9, 8).muli(0.01);
    for (int unit : new int[] {3, 5}) {
      gated.getParam("1-gates_W").getColumn(unit).assign(1e4);
    }
    gated.getParam("0_W").assign(1);
    DataSet data = new DataSet(features, Nd4j.zeros(DataType.FLOAT, 9, 3));
    for (int i = 0; i < 9; i++) {
      features.getRow(i).assign(i < 3 ? 1 : -1);
    }
    Consensus consensus = gates.extract(gated, new ViewIterator(data, 4));
    Folded folded = consensus.folded();
    assertEquals(List.of(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), folded.gates().get("1-gates"));
    assertTrue(folded.warnings().get(0).contains("all 7 gates of 1-gates"), folded.toText());
    // They agree by two thirds on two of seven gates: 0.905 in the mean.
    assertEquals((5 + 2 * 2 / 3.0) / 7, consensus.agreement(), 1e-6);
    assertEquals(1, folded.warnings().size());
    assertEquals(1 / 7.0, consensus.keptCost(), 1e-9);
  }

  @Test
  void halfOfTheExamplesAreEnoughAndLittleAgreementIsSaid() {
    ConsensusGates gates = builder().targetSparsity(0.5).layers("0").build();
    ComputationGraph gated = gated(gates);
    open(gated, "0-gates", 0, 0, 0, 0, -1, -1, -1, -1, -1, -1);
    gated
        .getParam("0-gates_W")
        .get(
            org.nd4j.linalg.indexing.NDArrayIndex.all(),
            org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 4))
        .assign(1);
    INDArray features = Nd4j.ones(DataType.FLOAT, 6, 8);
    for (int i = 0; i < 3; i++) {
      features.getRow(i).assign(-1);
    }
    DataSet data = new DataSet(features, Nd4j.zeros(DataType.FLOAT, 6, 3));
    Consensus consensus = gates.extract(gated, new ViewIterator(data, 4));
    assertEquals(4, consensus.agreements().get(0).kept());
    assertEquals(0.5, consensus.agreements().get(0).least());
    String warning = consensus.folded().warnings().get(0);
    assertTrue(warning.contains("0-gates by 0.800") && warning.contains("larger weight"), warning);
  }

  @Test
  void withoutSparsityOnlyThePolarisationRuns() {
    ComputationGraph gated = gated(builder().targetSparsity(0).oneSided().build());
    ConsensusGates none = builder().activity(0).build();
    ComputationGraph same = gated(none);
    same.setParams(gated.params());
    DataSet data = Nets.rows(16, DataType.FLOAT, 2);
    for (String site : List.of("0-gates", "1-gates")) {
      INDArray logits = Nets.random(DataType.FLOAT, 3, gated.getParam(site + "_b").length());
      gated.getParam(site + "_b").assign(logits);
      same.getParam(site + "_b").assign(logits);
    }
    gated.fit(data);
    same.fit(data);
    assertEquals(0, Nets.distance(gated.params(), same.params()));
  }

  @Test
  void aMinibatchOfOneIsSaidOnce() {
    var logger =
        (ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger(GatePenalties.class);
    var seen =
        new ch.qos.logback.core.read.ListAppender<ch.qos.logback.classic.spi.ILoggingEvent>();
    seen.start();
    logger.addAppender(seen);
    try {
      gated(builder().build()).fit(new ViewIterator(Nets.rows(3, DataType.FLOAT, 2), 1), 2);
      assertEquals(1, seen.list.size());
      assertTrue(seen.list.get(0).getFormattedMessage().contains("0-gates"));
      gated(builder().smoothed(0.9).build())
          .fit(new ViewIterator(Nets.rows(3, DataType.FLOAT, 2), 1), 1);
      assertEquals(1, seen.list.size());
    } finally {
      logger.detachAppender(seen);
    }
  }

  /** With a running mean, single examples end in one network for all. */
  @Test
  void singleExamplesAgreeByARunningMean() {
    ConsensusGates gates =
        ConsensusGates.builder()
            .cost(GateCost.UNIFORM)
            .targetSparsity(0.4)
            .polarization(100, 512)
            .smoothed(0.95)
            .build();
    ComputationGraph gated =
        gates.install(Nets.dense(new Adam(0.01), DataType.FLOAT, Activation.RELU, 20, 15));
    gated.fit(new ViewIterator(Nets.rows(128, DataType.FLOAT, 3), 1), 4);
    Consensus consensus =
        gates.extract(gated, new ViewIterator(Nets.rows(128, DataType.FLOAT, 3), 64));
    assertTrue(consensus.agreement() > 0.97, consensus.toText());
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.1));
  }

  private static MultiLayerNetwork images(Layer... behind) {
    NeuralNetConfiguration.ListBuilder list =
        base()
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build());
    for (Layer layer : behind) {
      list.layer(layer);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(output()).setInputType(InputType.convolutional(6, 6, 2)).build());
    network.init();
    return network;
  }

  private static Layer pooling() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Test
  void whereAZeroIsNoAbsenceNoGateSits() {
    refused(
        "normalises over the channels",
        images(new LocalResponseNormalization.Builder().build()),
        "0");
    refused("softmax", images(new ActivationLayer(Activation.SOFTMAX)), "0");
    refused("makes 0.5 of a zero", images(pooling(), new ActivationLayer(Activation.SIGMOID)), "0");
    refused("of a zero", images(pooling(), new ActivationLayer(Activation.SOFTMAX)), "0");
    refused("batch normalisation 2 behind it", images(pooling(), new BatchNormalization()), "0");
    refused(
        "normalis",
        images(
            new DenseLayer.Builder()
                .nOut(5)
                .hasLayerNorm(true)
                .activation(Activation.RELU)
                .build()),
        "1");
    // A dense layer whose channels are the output.
    MultiLayerNetwork loss =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(6).activation(Activation.RELU).build())
                .layer(new DenseLayer.Builder().nOut(3).activation(Activation.IDENTITY).build())
                .layer(
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(8))
                .build());
    loss.init();
    refused("faces the labels", loss, "1");
  }

  private static void refused(String part, MultiLayerNetwork network, String layer) {
    INDArray before = network.params().dup();
    for (Runnable action :
        List.<Runnable>of(
            () -> builder().layers(layer).build().install(network),
            () -> Gates.builder().layers(layer).build().insert(network))) {
      IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
      assertTrue(refused.getMessage().contains(part), refused.getMessage());
      assertTrue(refused.getMessage().contains(layer), refused.getMessage());
    }
    assertEquals(0, Nets.distance(before, network.params()));
    assertFalse(network.paramTable().keySet().stream().anyMatch(name -> name.contains("gate")));
  }

  /** Between a gate and its reader zero stays zero in most layers. */
  @Test
  void whatKeepsZeroMayLieBetween() {
    MultiLayerNetwork network =
        images(
            pooling(),
            new ActivationLayer(Activation.TANH),
            new Upsampling2D.Builder(2).build(),
            new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.SIGMOID).build(),
            new GlobalPoolingLayer());
    MultiLayerNetwork gated = Gates.builder().layers("0", "4").build().insert(network);
    Nets.scatterLogits(gated, 4);
    DataSet data = Nets.images(6, DataType.FLOAT, 2);
    INDArray expected = gated.output(data.getFeatures());
    Folded folded = GateFolding.fold(gated);
    MultiLayerNetwork plain = (MultiLayerNetwork) folded.model().unwrap();
    assertTrue(plain.numParams() < network.numParams());
    assertEquals(0, Nets.distance(expected, plain.output(data.getFeatures())), 1e-5);
  }

  @Test
  void dropoutBehindAGateIsFine() {
    MultiLayerNetwork network =
        images(
            new DropoutLayer(0.5),
            new DenseLayer.Builder().nOut(6).dropOut(0.7).activation(Activation.RELU).build());
    ConsensusGates gates = builder().build();
    ComputationGraph gated = gates.install(network);
    DataSet data = Nets.images(12, DataType.FLOAT, 2);
    gated.fit(new ViewIterator(data, 4), 2);
    gated.getParam("0-gates_W").assign(0);
    gated.getParam("2-gates_W").assign(0);
    open(gated, "0-gates", 1, -1, 1, 1);
    INDArray expected = gated.outputSingle(data.getFeatures());
    ComputationGraph plain =
        (ComputationGraph)
            gates.extract(gated, new ViewIterator(data, 4)).folded().model().unwrap();
    assertEquals(3, plain.getParam("0_W").size(0));
    assertEquals(0, Nets.distance(expected, plain.outputSingle(data.getFeatures())), 1e-5);
  }

  @Test
  void networksOfSeveralInputs() {
    ComputationGraph network =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("a", "b")
                .addLayer(
                    "left",
                    new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(),
                    "a")
                .addLayer(
                    "right",
                    new DenseLayer.Builder().nOut(4).activation(Activation.RELU).build(),
                    "b")
                .addLayer(
                    "third",
                    new DenseLayer.Builder().nOut(2).activation(Activation.SIGMOID).build(),
                    "a")
                .addVertex("both", new MergeVertex(), "left", "third", "right")
                .addLayer("out", output(), "both")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(8), InputType.feedForward(3))
                .build());
    network.init();
    ConsensusGates gates = builder().layers("left", "right").build();
    ComputationGraph gated = gates.install(network);
    DataSet rows = Nets.rows(10, DataType.FLOAT, 1);
    MultiDataSet data =
        new org.nd4j.linalg.dataset.MultiDataSet(
            new INDArray[] {rows.getFeatures(), Nets.random(DataType.FLOAT, 2, 10, 3)},
            new INDArray[] {rows.getLabels()});
    gated.fit(data);
    open(gated, "left-gates", 1, -1, 1, -1, 1);
    open(gated, "right-gates", -1, 1, 1, -1);
    INDArray expected = gated.outputSingle(data.getFeatures());
    Consensus consensus = gates.extract(gated, new SingletonMultiDataSetIterator(data));
    ComputationGraph plain = (ComputationGraph) consensus.folded().model().unwrap();
    assertEquals(0, Nets.distance(expected, plain.outputSingle(data.getFeatures())), 1e-5);
    // The third layer has 2 units of 8 inputs, and the output reads them too.
    assertEquals(
        3 * 8 + 2 * 3 + 2 * 8 + 7 * 3,
        consensus.keptOperations() * (5 * 8 + 4 * 3 + 2 * 8 + 11 * 3),
        1e-9);
    assertEquals(
        List.of("left-gates", "right-gates"), List.copyOf(consensus.folded().gates().keySet()));
  }
}
