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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.criterion.ActivationCriterion;
import org.dl4jprune.criterion.ActivationMean;
import org.dl4jprune.criterion.ActivationVariance;
import org.dl4jprune.criterion.FilterCriterion;
import org.dl4jprune.criterion.FilterFisher;
import org.dl4jprune.criterion.FilterNorm;
import org.dl4jprune.criterion.FilterTaylor;
import org.dl4jprune.criterion.Fpgm;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.NormScale;
import org.dl4jprune.criterion.SquaredMagnitude;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class UnitImportanceTest {
  private static final double PRINTED = 6e-7;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(11)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .activation(Activation.RELU);
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nOut(classes)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static MultiLayerNetwork perceptron(int inputs, int hidden) {
    return built(
        base()
            .list()
            .layer(new DenseLayer.Builder().nOut(hidden).build())
            .layer(output(1))
            .setInputType(InputType.feedForward(inputs)));
  }

  private static MultiLayerNetwork built(NeuralNetConfiguration.ListBuilder layers) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  /** Convolution, normalisation, output on images of 5×5. */
  private static MultiLayerNetwork normalised() {
    return built(
        base()
            .list()
            .layer(
                new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.IDENTITY).build())
            .layer(new BatchNormalization())
            .layer(output(2))
            .setInputType(InputType.convolutional(5, 5, 1)));
  }

  private static double[] scores(Object model, UnitImportance importance, MultiDataSet... data) {
    return importance.score(ChannelGroups.of(model), List.of(data), 3).values().stream()
        .mapToDouble(d -> d)
        .toArray();
  }

  private static FilterImportance filters(FilterCriterion criterion) {
    return new FilterImportance(criterion, Aggregation.SUM, Normalisation.NONE);
  }

  private static MultiLayerNetwork filtersOfTheCard() {
    MultiLayerNetwork network = perceptron(2, 4);
    network.setParam("0_W", Nd4j.create(new double[][] {{3, 0, 1, 1}, {4, 0, 1, 2}}));
    return network;
  }

  @Test
  void distancesAreThoseOfTheCard() {
    assertArrayEquals(
        new double[] {11.433978, 8.650282, 6.019765, 6.064495},
        scores(filtersOfTheCard(), filters(new Fpgm())),
        PRINTED);
  }

  @Test
  void distancesDoNotSeeWhatAllFiltersShare() {
    MultiLayerNetwork network = normalised();
    double[] before = scores(network, filters(new Fpgm()));
    network.getParam("0_W").addi(Nd4j.rand(DataType.DOUBLE, 1, 1, 2, 2).mul(1000));
    assertArrayEquals(before, scores(network, filters(new Fpgm())), 1e-9);
    MultiLayerNetwork single = perceptron(2, 1);
    assertArrayEquals(new double[] {0}, scores(single, filters(new Fpgm())), 0);
  }

  @Test
  void normsAreThoseOfTheFiltersAlone() {
    assertArrayEquals(
        new double[] {7, 0, 2, 3}, scores(filtersOfTheCard(), filters(FilterNorm.l1())), 1e-12);
    assertArrayEquals(
        new double[] {5, 0, Math.sqrt(2), Math.sqrt(5)},
        scores(filtersOfTheCard(), filters(FilterNorm.l2())),
        1e-12);
    double norm = Math.sqrt(49 + 4 + 9);
    assertArrayEquals(
        new double[] {7 / norm, 0, 2 / norm, 3 / norm},
        scores(filtersOfTheCard(), filters(new FilterNorm(1, true))),
        1e-12);
    assertThrows(IllegalArgumentException.class, () -> new FilterNorm(3, false));
  }

  @Test
  void squaredMagnitudesOfAllSlicesAddUp() {
    MultiLayerNetwork network = filtersOfTheCard();
    network.setParam("1_W", Nd4j.create(new double[][] {{1}, {2}, {3}, {0}}));
    assertArrayEquals(
        new double[] {26, 4, 11, 5},
        scores(
            network,
            new GroupImportance(new SquaredMagnitude(), Aggregation.SUM, Normalisation.NONE)),
        1e-12);
  }

  /** The network and the data of the card: no biases, ½(y − t)². */
  private static MultiLayerNetwork twoLayers() {
    MultiLayerNetwork network =
        built(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(2).hasBias(false).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(2)
                        .nOut(1)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .lossFunction(new LossMSE(Nd4j.createFromArray(new double[][] {{0.5}})))
                        .build()));
    network.setParam("0_W", Nd4j.create(new double[][] {{1, 0.25}, {-0.5, 2}}));
    network.setParam("1_W", Nd4j.create(new double[][] {{0.5}, {-1}}));
    return network;
  }

  private static MultiDataSet dataOfTheCard() {
    return new MultiDataSet(
        Nd4j.create(new double[][] {{1, 1}, {2, -1}}), Nd4j.create(new double[][] {{1}, {0.5}}));
  }

  @Test
  void taylorAndFisherOfFiltersAreThoseOfTheCard() {
    assertArrayEquals(
        new double[] {0.008789, 11.390625},
        scores(twoLayers(), filters(new FilterTaylor()), dataOfTheCard()),
        PRINTED);
    assertArrayEquals(
        new double[] {0.720703 / 2, 22.78125 / 2},
        scores(twoLayers(), filters(new FilterFisher()), dataOfTheCard()),
        PRINTED);
  }

  @Test
  void taylorIsTheMeanOverBatchesAndFisherDoesNotSeeThem() {
    MultiDataSet first =
        new MultiDataSet(Nd4j.create(new double[][] {{1, 1}}), Nd4j.create(new double[][] {{1}}));
    MultiDataSet second =
        new MultiDataSet(
            Nd4j.create(new double[][] {{2, -1}}), Nd4j.create(new double[][] {{0.5}}));
    // Each batch's own Σ w·g is that of its only example: (−0.75, 6.75) and (0.9375, 0).
    assertArrayEquals(
        new double[] {(0.5625 + 0.87890625) / 2, 6.75 * 6.75 / 2},
        scores(twoLayers(), filters(new FilterTaylor()), first, second),
        1e-9);
    assertArrayEquals(
        scores(twoLayers(), filters(new FilterFisher()), dataOfTheCard()),
        scores(twoLayers(), filters(new FilterFisher()), first, second),
        1e-9);
  }

  @Test
  void scalesOfNormalisationsCountByTheirSize() {
    MultiLayerNetwork network = normalised();
    network.setParam("1_gamma", Nd4j.create(new double[] {0.5, -2, 1}));
    assertArrayEquals(new double[] {0.5, 2, 1}, scores(network, filters(new NormScale())), 0);
  }

  @Test
  void aGroupWithoutWhatIsMeasuredIsNamed() {
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> scores(perceptron(2, 3), filters(new NormScale())))
            .getMessage();
    assertTrue(message.contains("NormScale") && message.contains("0_W[1]"), message);
  }

  @Test
  void dataAreAskedForByName() {
    for (UnitImportance importance :
        new UnitImportance[] {
          filters(new FilterTaylor()),
          new ActivationImportance(new ActivationMean()),
          new ActivationImportance(new ActivationVariance())
        }) {
      assertTrue(
          assertThrows(IllegalStateException.class, () -> scores(perceptron(2, 3), importance))
              .getMessage()
              .contains("data"));
    }
  }

  @Test
  void scoresThatAreNotFiniteNameTheirPlace() {
    MultiLayerNetwork network = perceptron(2, 3);
    network.getParam("0_W").putScalar(0, 1, Double.NaN);
    for (UnitImportance importance :
        new UnitImportance[] {
          filters(FilterNorm.l2()),
          new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.NONE)
        }) {
      String message =
          assertThrows(IllegalStateException.class, () -> scores(network, importance)).getMessage();
      assertTrue(message.contains("0_W"), message);
    }
    MultiDataSet data = new MultiDataSet(Nd4j.ones(DataType.DOUBLE, 2, 2), null);
    assertTrue(
        assertThrows(
                IllegalStateException.class,
                () -> scores(network, new ActivationImportance(new ActivationMean()), data))
            .getMessage()
            .contains("layer 0"));
  }

  @Test
  void randomScoresFollowTheSeedAndTheGroup() {
    MultiLayerNetwork small = perceptron(2, 6);
    ChannelGroups groups = ChannelGroups.of(small);
    RandomImportance random = new RandomImportance();
    assertEquals(random.score(groups, List.of(), 5), random.score(groups, List.of(), 5));
    assertFalse(random.score(groups, List.of(), 5).equals(random.score(groups, List.of(), 6)));
    double[] scores = scores(small, random);
    assertTrue(Arrays.stream(scores).allMatch(score -> score >= 0 && score < 1));
    assertEquals(6, Arrays.stream(scores).distinct().count());
  }

  @Test
  void activationsOfDeadAndConstantChannelsScoreZero() {
    MultiLayerNetwork network = perceptron(2, 3);
    network.setParam("0_W", Nd4j.create(new double[][] {{1, 0, 0}, {0, 0, 0}}));
    network.setParam("0_b", Nd4j.create(new double[] {0, 2, -1}));
    INDArray features = Nd4j.create(new double[][] {{1, 0}, {3, 5}});
    MultiDataSet data = new MultiDataSet(features, null);
    assertArrayEquals(
        new double[] {2, 2, 0},
        scores(network, new ActivationImportance(new ActivationMean()), data),
        1e-12);
    assertArrayEquals(
        new double[] {1, 0, 0},
        scores(network, new ActivationImportance(new ActivationVariance()), data),
        1e-12);
  }

  @Test
  void membersOfAResidualGroupAddUp() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", new DenseLayer.Builder().nOut(3).build(), "in")
                .addLayer("b", new DenseLayer.Builder().nOut(3).build(), "a")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("out", output(2), "sum")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(4))
                .build());
    graph.init();
    double[] expected = new double[3];
    for (String name : new String[] {"a_W", "b_W"}) {
      INDArray norms = graph.getParam(name).norm1(0);
      for (int i = 0; i < 3; i++) {
        expected[i] += norms.getDouble(i);
      }
    }
    assertArrayEquals(expected, scores(graph, filters(FilterNorm.l1())), 1e-12);
  }

  @Test
  void channelsOfOneUnitInOneLayerAddUp() {
    MultiLayerNetwork network =
        built(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(2).build())
                .layer(
                    new DepthwiseConvolution2D.Builder(2, 2)
                        .depthMultiplier(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(output(2))
                .setInputType(InputType.convolutional(5, 5, 1)));
    network.getParam("0_W").assign(0);
    network.getParam("0_b").assign(Nd4j.create(new double[] {1, 2}));
    network.getParam("1_W").assign(0);
    network.getParam("1_b").assign(Nd4j.create(new double[] {1, 2, 3, 4}));
    MultiDataSet data = new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 2, 1, 5, 5), null);
    assertArrayEquals(
        new double[] {1 + (1 + 2), 2 + (3 + 4)},
        scores(network, new ActivationImportance(new ActivationMean()), data),
        1e-12);
  }

  @Test
  void criteriaSurviveJson() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    for (FilterCriterion criterion :
        List.of(
            new FilterNorm(2, true),
            new Fpgm(),
            new FilterTaylor(),
            new FilterFisher(),
            new NormScale())) {
      String text = mapper.writeValueAsString(criterion);
      assertEquals(criterion, mapper.readValue(text, FilterCriterion.class), text);
    }
    for (ActivationCriterion criterion : List.of(new ActivationMean(), new ActivationVariance())) {
      String text = mapper.writeValueAsString(criterion);
      assertEquals(criterion, mapper.readValue(text, ActivationCriterion.class), text);
    }
  }
}
