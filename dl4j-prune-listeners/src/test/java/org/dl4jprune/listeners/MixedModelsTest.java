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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.merge.CopySpread;
import org.dl4jprune.merge.RePrune;
import org.dl4jprune.merge.Soup;
import org.dl4jprune.merge.SparseModelSoup;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.report.Stability;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.slf4j.LoggerFactory;

/** How models become one: the averages, counts and statistics of the card, and of pruned models. */
class MixedModelsTest {
  private static final double[][] A = {{.8, 0, -.4}, {0, .6, .2}};
  private static final double[][] B = {{.6, 0, -.2}, {0, 1, .4}};
  private static final double[][] C = {{1, 0, .3}, {0, -.4, 0}};

  private static MultiLayerNetwork linear(double[][] weights) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(new Sgd(0.1), DataType.DOUBLE)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(3)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    network.getParam("0_W").assign(Nd4j.create(weights));
    return network;
  }

  private static PrunableModel model(double[][] weights) {
    return PrunableModel.of(linear(weights));
  }

  private static INDArray weights(PrunableModel model) {
    return ((MultiLayerNetwork) model.unwrap()).getParam("0_W");
  }

  private static void same(double[][] expected, PrunableModel model) {
    double off = Nd4j.create(expected).sub(weights(model)).norm1Number().doubleValue();
    assertEquals(0, off, 1e-15, weights(model).toString());
  }

  @Test
  void theUniformSoupOfTheCard() {
    Soup.Mix mix = Soup.uniform().mix(List.of(model(A), model(B), model(C)), m -> {});
    same(new double[][] {{.8, 0, -.1}, {0, .4, .2}}, mix.model());
    assertEquals(List.of(0, 1, 2), mix.chosen());
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 2, 3);
    assertEquals(0.529150, Stability.of(Nd4j.create(A), Nd4j.create(B), ones).distance(), 5e-7);
    List<PrunableModel> parts = List.of(model(A), model(B), model(C));
    Pruned masked = Rewinding.mask(model(A), mask(0b111001L));
    CopySpread spread = CopySpread.of(parts, masked.masks(), Double.NaN);
    assertEquals(0.938083, spread.farthest(), 5e-7);
    double nearest = Stability.of(weights(mix.model()), Nd4j.create(A), ones).distance();
    assertEquals(nearest, spread.nearest(), 1e-12);
    assertEquals(0.529150, spread.distances().get(0).get(1), 5e-7);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, spread.distances().get(i).get(i));
      for (int j = 0; j < 3; j++) {
        assertEquals(spread.distances().get(i).get(j), spread.distances().get(j).get(i));
      }
    }
    String text = spread.toText();
    assertTrue(text.contains("1–2 0.5292") && text.contains("to 0.9381"), text);
    assertFalse(text.contains("barrier"), text);
    masked.masks().close();
  }

  @Test
  void theGreedySoupOfTheCard() {
    Map<List<Long>, Double> scores = new HashMap<>();
    scores.put(key(A), .90);
    scores.put(key(B), .88);
    scores.put(key(C), .89);
    scores.put(key(average(A, C)), .895);
    scores.put(key(average(A, B)), .90);
    AtomicInteger refreshed = new AtomicInteger();
    Soup.Mix mix =
        Soup.greedy(m -> scores.get(Training.bits(((MultiLayerNetwork) m).getParam("0_W"))))
            .mix(List.of(model(A), model(B), model(C)), m -> refreshed.incrementAndGet());
    same(new double[][] {{.7, 0, -.3}, {0, .8, .3}}, mix.model());
    assertEquals(List.of(0, 1), mix.chosen());
    assertEquals(2, refreshed.get());
  }

  private static List<Long> key(double[][] weights) {
    return Training.bits(linear(weights).getParam("0_W"));
  }

  private static double[][] average(double[][] one, double[][] two) {
    return weights(Soup.average(List.of(model(one), model(two)))).toDoubleMatrix();
  }

  @Test
  void rePruneOfTheCard() {
    double[][] d = {{.9, .2, 0}, {0, .5, 0}};
    double[][] e = {{.7, 0, -.1}, {0, 0, .6}};
    same(new double[][] {{.8, .1, -.05}, {0, .25, .3}}, Soup.average(List.of(model(d), model(e))));
    Pruned pruned = RePrune.of(List.of(model(d), model(e)), Selector.weights(), 0.5);
    same(new double[][] {{.8, 0, 0}, {0, .25, .3}}, pruned.model());
    IllegalArgumentException differ =
        assertThrows(
            IllegalArgumentException.class,
            () -> Soup.checkSameMasks(List.of(mask(0b110L), mask(0b011L))));
    assertTrue(differ.getMessage().contains("0_W differ"), differ.getMessage());
    Soup.checkSameMasks(List.of(mask(0b110L), mask(0b110L)));
  }

  private static PackedMasks mask(long bits) {
    return PackedMasks.of(Map.of("0_W", new long[] {bits}), Map.of("0_W", 6L));
  }

  @Test
  void countsOfTheCard() {
    double[] sparsities = {0.728558, 0.926319, 0.98};
    long[] zeros = {729, 926, 980};
    for (int phase = 1; phase <= 3; phase++) {
      double sparsity = SparseModelSoup.sparsity(.98, 3, phase);
      assertEquals(sparsities[phase - 1], sparsity, 5e-7);
      assertEquals(zeros[phase - 1], Counts.zeros(sparsity, 1000));
    }
  }

  /**
   * Statistics of w1 = [2, 0] and w2 = [0, 2], and what their average makes of the first sample.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void averagedStatisticsOfTheCard(boolean logarithm) {
    List<PrunableModel> parts =
        List.of(normalised(logarithm, 2, 0, 0.5, 2.75), normalised(logarithm, 0, 2, 1, 1));
    MultiLayerNetwork soup = (MultiLayerNetwork) Soup.average(parts).unwrap();
    assertEquals(0.75, soup.getParam("1_mean").getDouble(0), 1e-12);
    double variance =
        logarithm
            ? Math.pow(10, 2 * soup.getParam("1_log10stdev").getDouble(0))
            : soup.getParam("1_var").getDouble(0);
    assertEquals(1.875, variance, 1e-12);
    INDArray first = Nd4j.create(new double[][] {{1, 0}});
    assertEquals(0.182574, soup.feedForward(first).get(2).getDouble(0), 5e-7);
    INDArray x = Nd4j.create(new double[][] {{1, 0}, {0, 1}, {1, 1}, {-1, 0}});
    MultiDataSet data = new org.nd4j.linalg.dataset.MultiDataSet(x, x.getColumn(0).reshape(4, 1));
    BatchNormStatistics.recompute(PrunableModel.of(soup), List.of(data));
    assertEquals(0.229415, soup.feedForward(first).get(2).getDouble(0), 5e-7);
    for (PrunableModel part : parts) {
      for (int count : new int[] {1, 3, 7}) {
        PrunableModel same = Soup.average(java.util.Collections.nCopies(count, part));
        assertEquals(Training.bits(part.unwrap()), Training.bits(same.unwrap()));
      }
    }
  }

  private static PrunableModel normalised(
      boolean logarithm, double first, double second, double mean, double variance) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(new Sgd(0.1), DataType.DOUBLE)
                .activation(Activation.IDENTITY)
                .list()
                .layer(new DenseLayer.Builder().nOut(1).hasBias(false).build())
                .layer(new BatchNormalization.Builder().useLogStd(logarithm).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    network.getParam("0_W").assign(Nd4j.create(new double[][] {{first}, {second}}));
    network.getParam("1_mean").assign(mean);
    INDArray spread = network.getParam(logarithm ? "1_log10stdev" : "1_var");
    spread.assign(logarithm ? Math.log10(Math.sqrt(variance)) : variance);
    return PrunableModel.of(network);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void prunedModelsAreMixedIfTheirMasksAreTheSame(Kind kind) {
    Object trained = kind.make();
    Training.fit(trained, 2);
    Pruned one = Pruner.of(trained).sparsity(0.6).prune();
    PrunableModel second = one.model().copy();
    second.blocks().forEach(block -> block.values().muli(3));
    Pruned two = Rewinding.mask(second, PackedMasks.of(one.masks()));
    List<Long> before = Training.bits(one.model().unwrap());
    Pruned soup = Soup.uniform().mixPruned(List.of(one, two), model -> {});
    assertEquals(PackedMasks.of(one.masks()), PackedMasks.of(soup.masks()));
    assertEquals(before, Training.bits(one.model().unwrap()));
    PrunableModel twice = one.model().copy();
    twice.blocks().forEach(block -> block.values().muli(2));
    assertEquals(Training.bits(twice.unwrap()), Training.bits(soup.model().unwrap()));

    Pruned other = Pruner.of(one.model().unwrap()).sparsity(0.7).prune();
    IllegalArgumentException masks =
        assertThrows(
            IllegalArgumentException.class,
            () -> Soup.uniform().mixPruned(List.of(one, other), model -> {}));
    assertTrue(
        masks.getMessage().matches("The masks of .* differ.*use RePrune"), masks.getMessage());

    second.blocks().forEach(block -> block.values().assign(Float.NaN));
    List<String> warnings =
        Training.warnings(
            LoggerFactory.getLogger(Soup.class.getPackageName()),
            () -> {
              Pruned alone = Soup.uniform().mixPruned(List.of(two, one), model -> {});
              assertEquals(before, Training.bits(alone.model().unwrap()));
            });
    assertTrue(warnings.get(0).startsWith("model 1 is left out"), "" + warnings);
    assertThrows(
        IllegalStateException.class, () -> Soup.uniform().mixPruned(List.of(two), model -> {}));
    assertThrows(
        IllegalArgumentException.class, () -> Soup.uniform().mixPruned(List.of(), model -> {}));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theSoupOfEqualModelsIsTheModelWhateverTheOrder(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 1);
    PrunableModel view = PrunableModel.ofAny(model);
    for (int parts : new int[] {1, 3, 7}) {
      PrunableModel soup = Soup.average(java.util.Collections.nCopies(parts, view));
      assertEquals(Training.bits(model), Training.bits(soup.unwrap()));
    }
    PrunableModel other = view.copy();
    Training.fit(other.unwrap(), 1);
    assertEquals(
        Training.bits(Soup.average(List.of(view, other)).unwrap()),
        Training.bits(Soup.average(List.of(other, view)).unwrap()));
  }

  @Test
  void aConvexLossOfTheSoupIsBelowTheMean() {
    DataSet data = new DataSet(Nd4j.rand(DataType.DOUBLE, 9, 2), Nd4j.rand(DataType.DOUBLE, 9, 3));
    List<PrunableModel> parts = List.of(model(A), model(B), model(C));
    double mean =
        parts.stream()
            .mapToDouble(p -> ((MultiLayerNetwork) p.unwrap()).score(data))
            .average()
            .orElseThrow();
    double soup = ((MultiLayerNetwork) Soup.average(parts).unwrap()).score(data);
    assertTrue(soup < mean, soup + " " + mean);
  }

  @Test
  void modelsOfOtherShapesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Soup.average(List.of()));
    PrunableModel other = PrunableModel.of(Toys.decayed(new Sgd(0.1)));
    IllegalArgumentException shape =
        assertThrows(IllegalArgumentException.class, () -> Soup.average(List.of(model(A), other)));
    assertTrue(shape.getMessage().contains("0_W [2, 3] of a OutputLayer"), shape.getMessage());
    PrunableModel graph = PrunableModel.of(linear(A).toComputationGraph());
    IllegalArgumentException kind =
        assertThrows(IllegalArgumentException.class, () -> Soup.average(List.of(model(A), graph)));
    assertTrue(kind.getMessage().contains("and a ComputationGraph"), kind.getMessage());
  }
}
