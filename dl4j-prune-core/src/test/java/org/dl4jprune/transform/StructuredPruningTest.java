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
package org.dl4jprune.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class StructuredPruningTest {

  private static MultiLayerNetwork network(int inputs, int... widths) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(1e-2))
            .activation(Activation.RELU)
            .list();
    for (int i = 0; i < widths.length - 1; i++) {
      layers.layer(new DenseLayer.Builder().nOut(widths[i]).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(widths[widths.length - 1])
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(inputs))
                .build());
    network.init();
    return network;
  }

  /** The worked example of the card: rows of W1 are units, columns of W2 read them. */
  private static MultiLayerNetwork workedExample() {
    MultiLayerNetwork network = network(2, 3, 2);
    network.setParam("0_W", Nd4j.create(new double[][] {{1, 0.2, 2}, {-1, 0.1, 0}}));
    network.setParam("0_b", Nd4j.create(new double[] {0, 0.1, 0.5}));
    network.setParam("1_W", Nd4j.create(new double[][] {{0.5, -0.5}, {3, 1}, {0.1, 0.2}}));
    return network;
  }

  private static double[] scores(Aggregation aggregation, Normalisation normalisation) {
    ChannelGroups groups = ChannelGroups.of(workedExample());
    Map<Integer, Double> scores =
        new GroupImportance(new Magnitude(), aggregation, normalisation)
            .score(groups, List.of(), 0);
    return scores.values().stream().mapToDouble(d -> d).toArray();
  }

  @Test
  void importanceIsThatOfTheCard() {
    assertClose(new double[] {3, 4.4, 2.8}, scores(Aggregation.SUM, Normalisation.NONE));
    assertClose(
        new double[] {0.882353, 1.294118, 0.823529}, scores(Aggregation.SUM, Normalisation.MEAN));
    assertClose(
        new double[] {-0.458831, 1.147079, -0.688247},
        scores(Aggregation.SUM, Normalisation.STANDARD));
    assertClose(new double[] {2, 0.3, 2}, scores(Aggregation.FIRST, Normalisation.NONE));
    assertClose(new double[] {2, 4, 2}, scores(Aggregation.MAX, Normalisation.NONE));
    assertClose(
        new double[] {3 / 10.2, 4.4 / 10.2, 2.8 / 10.2},
        scores(Aggregation.SUM, Normalisation.SUM));
    assertClose(new double[] {0, 0.12, 0.3}, scores(Aggregation.PRODUCT, Normalisation.NONE));
  }

  /** Magnitude as a criterion that does not say that it looks at one parameter at a time. */
  private record AllAtOnce() implements Criterion {
    @Override
    public INDArray score(Parameter parameter, Evidence evidence) {
      throw new AssertionError("the scores of the whole network are asked for");
    }

    @Override
    public INDArray scores(Evidence evidence) {
      return new Magnitude().scores(evidence);
    }
  }

  @Test
  void oneParameterAtATimeAndAllAtOnceGiveTheSameBits() {
    ChannelGroups groups = ChannelGroups.of(Nets.convolutional(7, 5, 9));
    Map<Integer, Double> one =
        new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN)
            .score(groups, List.of(), 0);
    Map<Integer, Double> all =
        new GroupImportance(new AllAtOnce(), Aggregation.SUM, Normalisation.MEAN)
            .score(groups, List.of(), 0);
    assertEquals(33, one.size());
    assertEquals(all, one);
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-6);
    }
  }

  @Test
  void theLeastImportantUnitGoesAndItsWeightsOnly() {
    Thinned thinned = StructuredPruning.of(workedExample()).sparsity(0.34).prune();
    MultiLayerNetwork smaller = (MultiLayerNetwork) thinned.model().unwrap();
    assertEquals(Nd4j.create(new double[][] {{1, 0.2}, {-1, 0.1}}), smaller.getParam("0_W"));
    assertEquals(Nd4j.create(new double[][] {{0.5, -0.5}, {3, 1}}), smaller.getParam("1_W"));
    assertEquals(12, thinned.parametersAfter());
    assertEquals(17, thinned.parametersBefore());
    assertTrue(thinned.toText().contains("3 -> 2"), thinned::toText);
  }

  @Test
  void rowsOfTheFirstLayerAloneWouldCutAnotherUnit() {
    // Unit 2 is cut when all of its slices count, unit 1 when only the rows of W1 do.
    ChannelGroups groups = ChannelGroups.of(workedExample());
    List<Integer> units = groups.groups().get(0).units();
    assertEquals(
        List.of(units.get(2)), StructuredPruning.of(workedExample()).sparsity(0.34).plan().units());
    assertEquals(
        List.of(units.get(1)),
        StructuredPruning.of(workedExample())
            .importance(new GroupImportance(new Magnitude(), Aggregation.FIRST, Normalisation.MEAN))
            .sparsity(0.34)
            .plan()
            .units());
  }

  @Test
  void plansOfOtherModelsAndDamagedPlansAreRefused() {
    RemovalPlan plan = StructuredPruning.of(network(4, 10, 2)).sparsity(0.5).plan();
    assertEquals(plan, RemovalPlan.fromJson(plan.toJson()));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new Surgeon(ChannelGroups.of(network(4, 11, 2))).cut(plan))
            .getMessage()
            .contains("another model"));
    String json = plan.toJson();
    for (String broken : List.of("", "{}", json.substring(0, json.length() / 2), "[1, 2]")) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> RemovalPlan.fromJson(broken))
              .getMessage()
              .contains("no removal plan"));
    }
    ChannelGroups groups = ChannelGroups.of(network(4, 10, 2));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> RemovalPlan.of(groups, groups.groups().get(0).units()))
            .getMessage()
            .contains("all 10 units"));
  }

  @Test
  void countsAreExactAndRoundedToWhatIsAsked() {
    assertEquals(1, width(StructuredPruning.of(network(4, 10, 2)).sparsity(0.9)));
    assertEquals(3, width(StructuredPruning.of(network(4, 10, 2)).sparsity(0.9).minimumKept(3)));
    assertEquals(8, width(StructuredPruning.of(network(4, 20, 2)).sparsity(0.55).roundTo(8)));
    assertEquals(16, width(StructuredPruning.of(network(4, 20, 2)).sparsity(0.4).roundTo(8)));
    assertEquals(20, width(StructuredPruning.of(network(4, 20, 2)).sparsity(0.0)));
  }

  private static long width(StructuredPruning pruning) {
    return ((MultiLayerNetwork) pruning.prune().model().unwrap()).layerSize(0);
  }

  @Test
  void oneStepAndFiveStepsReachTheSameWidths() {
    MultiLayerNetwork once =
        (MultiLayerNetwork)
            StructuredPruning.of(network(4, 20, 30, 2)).sparsity(0.5).prune().model().unwrap();
    MultiLayerNetwork steps = network(4, 20, 30, 2);
    for (int step = 1; step <= 5; step++) {
      // Each step removes a tenth of the original width: 0.1 of what is left grows to 1/6.
      double left = 1 - 0.1 * (step - 1);
      steps =
          (MultiLayerNetwork)
              StructuredPruning.of(steps).sparsity(0.1 / left).prune().model().unwrap();
    }
    assertEquals(once.layerSize(0), steps.layerSize(0));
    assertEquals(once.layerSize(1), steps.layerSize(1));
  }

  @Test
  void allGroupsTogetherLoseTheAskedFraction() {
    Thinned thinned = StructuredPruning.of(network(4, 20, 30, 2)).sparsity(0.5).global().prune();
    assertEquals(25, thinned.plan().units().size());
  }

  @Test
  void budgetsOfParametersAndOperationsAreMetByTheFirstUnitThatReachesThem() {
    MultiDataSet example =
        new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 1, 4), Nd4j.rand(DataType.DOUBLE, 1, 2));
    for (boolean global : new boolean[] {false, true}) {
      StructuredPruning byParameters = StructuredPruning.of(network(4, 20, 30, 2)).parameters(0.5);
      StructuredPruning byOperations =
          StructuredPruning.of(network(4, 20, 30, 2)).multiplyAccumulates(0.5, example);
      if (global) {
        byParameters.global();
        byOperations.global();
      }
      Thinned thinned = byParameters.prune();
      long all = 5 * 20 + 21 * 30 + 31 * 2;
      assertEquals(all, thinned.parametersBefore());
      assertTrue(thinned.parametersAfter() <= all / 2, thinned::toText);
      assertTrue(thinned.parametersAfter() > 0.45 * all, thinned::toText);
      MultiLayerNetwork smaller = (MultiLayerNetwork) byOperations.prune().model().unwrap();
      long operations =
          4 * smaller.layerSize(0)
              + smaller.layerSize(0) * smaller.layerSize(1)
              + smaller.layerSize(1) * 2;
      assertTrue(operations <= (4 * 20 + 20 * 30 + 30 * 2) / 2);
    }
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> StructuredPruning.of(network(4, 3, 2)).parameters(0.99).plan())
            .getMessage()
            .contains("cannot be removed"));
  }

  @Test
  void anyWeightCriterionScoresUnits() {
    MultiLayerNetwork network = network(4, 10, 2);
    MultiDataSet batch =
        new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 6, 4), Nd4j.rand(DataType.DOUBLE, 6, 2));
    Thinned thinned =
        StructuredPruning.of(network)
            .importance(new GroupImportance(new Taylor(), Aggregation.SUM, Normalisation.MAX))
            .data(List.of(batch))
            .sparsity(0.3)
            .prune();
    assertEquals(7, ((MultiLayerNetwork) thinned.model().unwrap()).layerSize(0));
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void theSmallerModelIsSavedAndLoadedByDl4j(Aggregation aggregation, @TempDir Path folder)
      throws Exception {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-2))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new DenseLayer.Builder().nOut(6).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(6, 6, 1))
                .build());
    network.init();
    MultiLayerNetwork smaller =
        (MultiLayerNetwork)
            StructuredPruning.of(network)
                .importance(new GroupImportance(new Magnitude(), aggregation, Normalisation.MEAN))
                .sparsity(0.5)
                .prune()
                .model()
                .unwrap();
    File file = folder.resolve("smaller.zip").toFile();
    ModelSerializer.writeModel(smaller, file, true);
    MultiLayerNetwork loaded = ModelSerializer.restoreMultiLayerNetwork(file);
    INDArray input = Nd4j.rand(3, 1, 6, 6);
    assertEquals(smaller.output(input), loaded.output(input));
    assertEquals(
        smaller.getLayerWiseConfigurations().toJson(),
        loaded.getLayerWiseConfigurations().toJson());
  }

  @Test
  void badInputIsRefusedByName() {
    MultiLayerNetwork network = network(4, 10, 2);
    for (double sparsity : new double[] {-0.1, 1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> StructuredPruning.of(network).sparsity(sparsity).plan());
    }
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> StructuredPruning.of(network).sparsity(0.5).protect("lay9").plan())
            .getMessage()
            .contains("lay9"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> StructuredPruning.of(network(4, 2)).sparsity(0.5).plan())
            .getMessage()
            .contains("No channel"));
    assertThrows(
        IllegalArgumentException.class,
        () -> StructuredPruning.of(network).sparsity(0.5).minimumKept(0).plan());
  }

  @Test
  void protectedOutputsStay() {
    MultiLayerNetwork network = network(4, 10, 12, 2);
    String first = network.getLayerWiseConfigurations().getConf(0).getLayer().getLayerName();
    MultiLayerNetwork smaller =
        (MultiLayerNetwork)
            StructuredPruning.of(network)
                .sparsity(0.5)
                .protect(first == null ? "0" : first)
                .prune()
                .model()
                .unwrap();
    assertEquals(10, smaller.layerSize(0));
    assertEquals(6, smaller.layerSize(1));
  }
}
