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

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The worked example of arXiv 2302.10798's card, through the layers themselves. */
class ConsensusWorkedExampleTest {
  private static final INDArray LOGITS =
      Nd4j.createFromArray(
          new double[][] {{1, -0.5, 0.2}, {2, -1, -0.3}, {0.5, -0.2, 0.4}, {1.5, 0, -0.1}});
  private static final INDArray ACTIVATIONS =
      Nd4j.createFromArray(new double[][] {{1, 2, 0}, {0, 1, 1}, {3, 0, 2}, {1, 1, 1}});
  private static final INDArray CONSUMER = Nd4j.createFromArray(0.5, -1.0, 2.0);
  private static final INDArray COSTS = Nd4j.createFromArray(0.5, 0.3, 0.2);

  /** Logits pass through the module unchanged, since its W is the identity and its b is zero. */
  private static ComputationGraph network() {
    GateModule module = new GateModule();
    module.setNIn(3);
    module.setNOut(3);
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(1))
                .graphBuilder()
                .addInputs("a", "r")
                .addLayer("gates", module, "a")
                .addVertex("gated", new GateProduct(false), "r", "gates")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "gated")
                .setOutputs("out")
                .build());
    graph.init();
    graph.getParam("gates_W").assign(Nd4j.eye(3));
    graph.getParam("gates_b").assign(0);
    graph.getParam("out_W").assign(CONSUMER.reshape(3, 1));
    graph.getParam("out_b").assign(0);
    return graph;
  }

  /** What the polarisation is not: the mean of g(1 − g), or that of the soft gates' means. */
  @Test
  void wrongPenaltiesHaveOtherValues() {
    INDArray gates = LOGITS.gte(0).castTo(DataType.DOUBLE);
    INDArray soft = Nd4j.math().tanh(LOGITS.div(2)).addi(1).divi(2).mean(0);
    assertEquals(0, gates.mul(gates.rsub(1)).sumNumber().doubleValue());
    assertEquals(0.223509, soft.mul(soft.rsub(1)).meanNumber().doubleValue(), 1e-6);
    INDArray mean = gates.mean(0);
    assertEquals(0, Nets.distance(Nd4j.createFromArray(1, 0.25, 0.5), mean), 1e-12);
    assertEquals(0.145833, GatePenalty.polarization().value(mean, COSTS).getDouble(0), 1e-6);
  }

  /** A penalty whose gates cost what the card says. */
  private record WithCosts(GatePenalty penalty) implements GatePenalty {
    @Override
    public INDArray value(INDArray gates, INDArray costs) {
      return penalty.value(gates, COSTS);
    }

    @Override
    public INDArray gradient(INDArray gates, INDArray costs) {
      return penalty.gradient(gates, COSTS);
    }
  }

  @Test
  void gatesAndOutputs() {
    ComputationGraph graph = network();
    INDArray gates = graph.feedForward(new INDArray[] {LOGITS, ACTIVATIONS}, false).get("gates");
    INDArray expected =
        Nd4j.createFromArray(new double[][] {{1, 0, 1}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}});
    assertEquals(0, Nets.distance(expected, gates));
    INDArray output = graph.outputSingle(LOGITS, ACTIVATIONS).reshape(4);
    assertEquals(0, Nets.distance(Nd4j.createFromArray(0.5, 0, 5.5, -0.5), output), 1e-12);
    INDArray kept = Nd4j.createFromArray(1.0, 0.0, 1.0);
    INDArray fixed = ACTIVATIONS.mulRowVector(kept).mmul(CONSUMER.reshape(3, 1)).reshape(4);
    assertEquals(0, Nets.distance(Nd4j.createFromArray(0.5, 2, 5.5, 2.5), fixed), 1e-12);
    for (int row = 0; row < 4; row++) {
      boolean agrees = Nets.distance(kept, gates.getRow(row)) == 0;
      assertEquals(agrees, Math.abs(fixed.getDouble(row) - output.getDouble(row)) < 1e-12);
    }
    double[] agreement = {1, 0.75, 0.5};
    double[] means = gates.mean(0).toDoubleVector();
    Consensus.Agreement site = Consensus.Agreement.of("gates", means, new double[] {1, 0, 1});
    assertEquals((agreement[0] + agreement[1] + agreement[2]) / 3, site.mean(), 1e-12);
    assertEquals(0.5, site.least());
    assertEquals(1.0 / 3, site.unanimous());
  }

  @Test
  void penaltiesOnly() {
    ComputationGraph graph = network();
    GatePenalties penalties =
        GatePenalties.of(graph)
            .add(GatePenalty.polarization(), 2)
            .add(new WithCosts(GatePenalty.activity()), 1);
    graph.setListeners(penalties);
    INDArray expected =
        Nd4j.createFromArray(
            new double[][] {
              {-0.008192, 0.037209, 0.012376},
              {-0.004375, 0.031130, 0.012223},
              {-0.009792, 0.039190, 0.012013},
              {-0.006214, 0.039583, 0.012469}
            });
    INDArray ofLogits = backward(graph, Nd4j.zeros(DataType.DOUBLE, 4, 3));
    assertEquals(0, Nets.distance(expected, ofLogits.div(4)), 1e-6);
    assertEquals(0, Nets.distance(Nd4j.createFromArray(1, 0.25, 0.5), penalties.open()), 1e-12);
    assertEquals(2 * 0.145833 + 0.675, graph.getLayer("gates").calcRegularizationScore(true), 1e-6);
  }

  @Test
  void closedGatesGetTheTasksGradient() {
    ComputationGraph graph = network();
    INDArray epsilon = ACTIVATIONS.mulRowVector(CONSUMER);
    INDArray ofLogits = backward(graph, epsilon);
    INDArray expected = Nd4j.createFromArray(-0.470007, -0.196612, 0, -0.25);
    assertEquals(0, Nets.distance(expected, ofLogits.getColumn(1)), 1e-6);
  }

  /** What flows out of the module: the gradient of the logits, since W is the identity. */
  private static INDArray backward(ComputationGraph graph, INDArray ofGates) {
    graph.initGradientsView();
    graph.feedForward(new INDArray[] {LOGITS, ACTIVATIONS}, true, false);
    var layer = graph.getLayer("gates");
    layer.setInput(LOGITS, LayerWorkspaceMgr.noWorkspaces());
    return layer.backpropGradient(ofGates, LayerWorkspaceMgr.noWorkspaces()).getSecond();
  }

  @Test
  void theWholeLossIsDifferentiated() {
    ComputationGraph graph = network();
    graph.setListeners(
        GatePenalties.of(graph)
            .add(GatePenalty.polarization(), 2)
            .add(GatePenalty.budget(0.5), 20));
    INDArray labels = Nd4j.createFromArray(new double[][] {{1}, {0}, {2}, {-1}});
    graph.setInputs(LOGITS, ACTIVATIONS);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    INDArray gates = graph.feedForward(new INDArray[] {LOGITS, ACTIVATIONS}, false).get("gates");
    INDArray sigmoid = Nd4j.math().tanh(LOGITS.div(2)).addi(1).divi(2);
    INDArray slope = sigmoid.mul(sigmoid.rsub(1));
    INDArray residual = ACTIVATIONS.mul(gates).mmul(CONSUMER.reshape(3, 1)).subi(labels).muli(2);
    INDArray task = ACTIVATIONS.mul(residual.mmul(CONSUMER.reshape(1, 3)));
    INDArray mean = gates.mean(0);
    INDArray shares = Nd4j.createFromArray(1 / 3.0, 1 / 3.0, 1 / 3.0);
    INDArray penalty =
        mean.mul(-2)
            .addi(1)
            .muli(2 / 3.0)
            .addi(shares.mul(2 * 20 * (mean.meanNumber().doubleValue() - 0.5)));
    INDArray expected = task.addRowVector(penalty).muli(slope);
    assertTrue(mean.meanNumber().doubleValue() > 0.5);
    assertEquals(
        0, Nets.distance(expected.sum(0), graph.gradient().getGradientFor("gates_b")), 1e-9);
    assertEquals(
        0,
        Nets.distance(
            LOGITS.transpose().mmul(expected), graph.gradient().getGradientFor("gates_W")),
        1e-9);
  }
}
