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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.schedule.Schedule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The gradients of gates and penalties through whole networks, by finite differences. */
class GateGradientTest {
  private static final Set<String> STATISTICS = Set.of("1_mean", "1_var", "1_log10stdev");

  private static DataType before;

  @BeforeAll
  static void doubles() {
    before = Nd4j.dataType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void asBefore() {
    Nd4j.setDefaultDataTypes(before, before);
  }

  private static GatePenalties penalties(Model gated) {
    return GatePenalties.of(gated)
        .add(GatePenalty.l0(), 0.3)
        .add(GatePenalty.l1(), 0.2)
        .add(GatePenalty.polarization(), Schedule.linear(0, 2, 0, 1))
        .add(GatePenalty.budget(0.4), 2)
        .add(new Lagrangian(0.3, 0.1, 0.5), 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Relaxation.class,
      names = {"SIGMOID", "HARD_CONCRETE"})
  void channelGatesOfAList(Relaxation relaxation) {
    MultiLayerNetwork gated =
        Gates.builder()
            .relaxation(relaxation)
            .build()
            .insert(Nets.convolutional(new Sgd(1), DataType.DOUBLE));
    check(gated, Nets.images(5, DataType.DOUBLE, 1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Relaxation.class,
      names = {"SIGMOID", "HARD_CONCRETE"})
  void weightGatesOfAList(Relaxation relaxation) {
    MultiLayerNetwork gated =
        Gates.builder()
            .granularity(Granularity.WEIGHT)
            .relaxation(relaxation)
            .build()
            .insert(Nets.dense(new Sgd(1), DataType.DOUBLE, Activation.TANH));
    check(gated, Nets.rows(5, DataType.DOUBLE, 1));
  }

  /**
   * A dense layer on all steps of a sequence at once: more rows than the minibatch has examples.
   */
  @ParameterizedTest
  @EnumSource(
      value = Granularity.class,
      names = {"CHANNEL", "WEIGHT"})
  void gatesOnEachStepOfASequence(Granularity granularity) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(1))
                .list()
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.LEAKYRELU).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(3, 6))
                .build());
    network.init();
    MultiLayerNetwork gated =
        Gates.builder()
            .granularity(granularity)
            .relaxation(Relaxation.SIGMOID)
            .layers("1")
            .build()
            .insert(network);
    check(
        gated,
        new DataSet(
            Nets.random(DataType.DOUBLE, 1, 4, 3, 6), Nets.random(DataType.DOUBLE, 2, 4, 3, 6)));
  }

  /** What flows out of consensus gates is that of the examples, however many rows a layer sees. */
  @Test
  void consensusGatesOnEachStepOfASequence() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "in")
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(),
                    "lstm")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "dense")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, 6))
                .build());
    network.init();
    ConsensusGates gates =
        ConsensusGates.builder().activity(1).polarization(Schedule.constant(0)).build();
    ComputationGraph gated = gates.install(network);
    gated.getParam("out_W").assign(0);
    gated.getParam("out_b").assign(0);
    gated.getParam("dense-gates_W").assign(0);
    gated.setInputs(Nets.random(DataType.DOUBLE, 1, 4, 3, 6));
    gated.setLabels(Nd4j.zeros(DataType.DOUBLE, 4, 3, 6));
    gated.computeGradientAndScore();
    // Only the penalty Σ f ḡ is left: f = 1/5 times σ'(1), times the four examples.
    double slope = 1 / (1 + Math.exp(-1)) * (1 - 1 / (1 + Math.exp(-1)));
    INDArray gradient = gated.gradient().getGradientFor("dense-gates_b");
    assertEquals(4 * slope / 5, gradient.getDouble(2), 1e-12);
  }

  private void check(MultiLayerNetwork gated, DataSet data) {
    Nets.scatterLogits(gated, 3);
    gated.setListeners(penalties(gated));
    assertTrue(
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(gated)
                .input(data.getFeatures())
                .labels(data.getLabels())
                .epsilon(1e-6)
                .maxRelError(1e-4)
                .minAbsoluteError(1e-9)
                .excludeParams(STATISTICS)
                .callEachIter(net -> Nd4j.getRandom().setSeed(12))));
  }

  @ParameterizedTest
  @EnumSource(
      value = Relaxation.class,
      names = {"SIGMOID", "HARD_CONCRETE"})
  void channelAndBranchGatesOfAGraph(Relaxation relaxation) {
    ComputationGraph channels =
        Gates.builder()
            .relaxation(relaxation)
            .build()
            .insert(Nets.residual(new Sgd(1), DataType.DOUBLE));
    ComputationGraph gated =
        Gates.builder()
            .granularity(Granularity.LAYER)
            .relaxation(relaxation)
            .build()
            .insert(channels);
    Nets.scatterLogits(gated, 3);
    gated.setListeners(penalties(gated));
    DataSet data = Nets.images(4, DataType.DOUBLE, 2);
    Nd4j.getRandom().setSeed(12);
    gated.setInputs(data.getFeatures());
    gated.setLabels(data.getLabels());
    gated.computeGradientAndScore();
    Map<String, INDArray> gradients = new HashMap<>();
    gated
        .gradient()
        .gradientForVariable()
        .forEach((name, array) -> gradients.put(name, array.dup().divi(4)));
    int checked = 0;
    for (String name : List.of("inner-gate_gate", "norm-gate_gate", "dense-gate_gate", "stem_W")) {
      INDArray values = gated.getParam(name);
      for (long i = 0; i < Math.min(8, values.length()); i++) {
        double difference =
            (scoreAt(gated, data, values, i, 1e-6) - scoreAt(gated, data, values, i, -1e-6)) / 2e-6;
        assertEquals(difference, gradients.get(name).getDouble(i), 1e-7, name + " " + i);
        checked++;
      }
    }
    assertEquals(5 + 1 + 6 + 8, checked);
  }

  private static double scoreAt(
      ComputationGraph gated, DataSet data, INDArray values, long i, double step) {
    double before = values.getDouble(i);
    values.putScalar(i, before + step);
    Nd4j.getRandom().setSeed(12);
    double score = gated.score(data, true);
    values.putScalar(i, before);
    return score;
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void slopesAreThoseOfTheValues(Relaxation relaxation) {
    INDArray logits = Nd4j.createFromArray(-4.0, -1.0, -0.2, 0.3, 1.5, 4.0);
    INDArray noise = Nd4j.createFromArray(0.4, -0.3, 1.0, -2.0, 0.1, 0.2);
    boolean noisy = relaxation == Relaxation.HARD_CONCRETE;
    INDArray slope = relaxation.slope(logits, noisy ? noise : null);
    INDArray openSlope = relaxation.openSlope(logits);
    double step = 1e-6;
    for (int i = 0; i < 6; i++) {
      INDArray up = logits.dup().putScalar(i, logits.getDouble(i) + step);
      INDArray down = logits.dup().putScalar(i, logits.getDouble(i) - step);
      if (relaxation == Relaxation.STRAIGHT_THROUGH) {
        double s = 1 / (1 + Math.exp(-logits.getDouble(i)));
        assertEquals(s * (1 - s), slope.getDouble(i), 1e-12);
        assertEquals(logits.getDouble(i) >= 0 ? 1 : 0, relaxation.value(logits, null).getDouble(i));
      } else {
        INDArray used = noisy ? noise : null;
        double difference =
            relaxation.value(up, used).sub(relaxation.value(down, used)).getDouble(i) / 2 / step;
        assertEquals(difference, slope.getDouble(i), 1e-7);
        double ofOpen = relaxation.open(up).sub(relaxation.open(down)).getDouble(i) / 2 / step;
        assertEquals(ofOpen, openSlope.getDouble(i), 1e-7);
      }
    }
  }
}
