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
package org.dl4jprune.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

class ActivationStatisticsTest {

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .activation(Activation.IDENTITY);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork convolutional(CNN2DFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(output())
                .setInputType(InputType.convolutional(4, 4, 2, format))
                .build());
    network.init();
    return network;
  }

  private static MultiDataSet batch(INDArray features, long from, long to) {
    return new MultiDataSet(features.get(NDArrayIndex.interval(from, to)).dup(), null);
  }

  private static double[] host(INDArray array) {
    return array.toDoubleVector();
  }

  @Test
  void batchesMergeIntoTheMomentsOfAll() {
    MultiLayerNetwork network = convolutional(CNN2DFormat.NCHW);
    INDArray features = Nd4j.randn(DataType.DOUBLE, 9, 2, 4, 4).addi(1000);
    try (ActivationStatistics all =
            ActivationStatistics.of(PrunableModel.of(network), List.of(batch(features, 0, 9)));
        ActivationStatistics parts =
            ActivationStatistics.of(
                PrunableModel.of(network),
                List.of(batch(features, 0, 4), batch(features, 4, 5), batch(features, 5, 9)))) {
      for (String layer : all.layers()) {
        assertArrayEquals(host(all.mean(layer)), host(parts.mean(layer)), 1e-9);
        assertArrayEquals(host(all.variance(layer)), host(parts.variance(layer)), 1e-9);
      }
      INDArray z = network.getLayer(0).activate(features, false, LayerWorkspaceMgr.noWorkspaces());
      assertArrayEquals(host(z.mean(0, 2, 3)), host(all.mean("0")), 1e-9);
      assertArrayEquals(host(z.var(false, 0, 2, 3)), host(all.variance("0")), 1e-9);
    }
  }

  @Test
  void activationLayersDoNotWriteOverWhatStandsBeforeThem() {
    MultiLayerNetwork network = convolutional(CNN2DFormat.NCHW);
    INDArray features = Nd4j.randn(DataType.DOUBLE, 5, 2, 4, 4);
    Map<String, INDArray> activations =
        PrunableModel.of(network).activations(new MultiDataSet(features, null));
    assertTrue(activations.get("0").minNumber().doubleValue() < 0);
    assertEquals(0, activations.get("1").minNumber().doubleValue());
  }

  @Test
  void aBranchSeesWhatItsVertexMadeAndNotTheOtherBranch() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "a",
                    new DenseLayer.Builder().nOut(3).activation(Activation.IDENTITY).build(),
                    "in")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "a")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "relu", "a")
                .addLayer("out", output(), "sum")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(4))
                .build());
    graph.init();
    INDArray features = Nd4j.randn(DataType.DOUBLE, 6, 4);
    INDArray z = features.mmul(graph.getParam("a_W"));
    Map<String, INDArray> activations =
        PrunableModel.of(graph).activations(new MultiDataSet(features, null));
    INDArray expected = Transforms.relu(z, true).add(z);
    assertEquals(0, expected.sub(activations.get("sum")).amaxNumber().doubleValue(), 1e-12);
  }

  @Test
  void channelsLastAreTheSameChannels() {
    MultiLayerNetwork first = convolutional(CNN2DFormat.NCHW);
    MultiLayerNetwork last = convolutional(CNN2DFormat.NHWC);
    last.getParam("0_W").assign(first.getParam("0_W"));
    INDArray features = Nd4j.randn(DataType.DOUBLE, 5, 2, 4, 4);
    try (ActivationStatistics one =
            ActivationStatistics.of(
                PrunableModel.of(first), List.of(new MultiDataSet(features, null)));
        ActivationStatistics two =
            ActivationStatistics.of(
                PrunableModel.of(last),
                List.of(new MultiDataSet(features.permute(0, 2, 3, 1).dup(), null)))) {
      assertArrayEquals(host(one.mean("1")), host(two.mean("1")), 1e-9);
      assertArrayEquals(host(one.variance("1")), host(two.variance("1")), 1e-9);
    }
  }

  @Test
  void sameDiffShowsItsProducts() {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 4);
    SDVariable w = graph.var("w", Nd4j.rand(DataType.DOUBLE, 4, 3));
    graph.nn().relu(in.mmul("z", w), 0);
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping("in")
            .markLabelsUnused()
            .build());
    INDArray features = Nd4j.rand(DataType.DOUBLE, 7, 4);
    try (ActivationStatistics statistics =
        ActivationStatistics.of(
            PrunableModel.of(graph), List.of(new MultiDataSet(features, null)))) {
      String op = statistics.layers().iterator().next();
      assertArrayEquals(host(features.mmul(w.getArr()).mean(0)), host(statistics.mean(op)), 1e-12);
    }
  }

  @Test
  void masksAndMissingDataAreRefused() {
    PrunableModel model = PrunableModel.of(convolutional(CNN2DFormat.NCHW));
    assertTrue(
        assertThrows(IllegalStateException.class, () -> ActivationStatistics.of(model, List.of()))
            .getMessage()
            .contains("empty"));
    INDArray features = Nd4j.rand(DataType.DOUBLE, 2, 2, 4, 4);
    MultiDataSet masked =
        new MultiDataSet(
            new INDArray[] {features},
            null,
            new INDArray[] {Nd4j.ones(DataType.DOUBLE, 2, 1)},
            null);
    assertThrows(
        IllegalArgumentException.class, () -> ActivationStatistics.of(model, List.of(masked)));
  }
}
