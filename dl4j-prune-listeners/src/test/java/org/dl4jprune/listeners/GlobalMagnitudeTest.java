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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.Block;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Pooling;
import org.dl4jprune.report.PruningReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pruning trained models by magnitude: at once, gradually, with floors and in patterns. */
class GlobalMagnitudeTest {

  private static Object trained(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 2);
    return model;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oneShotPrunesOnJoiningAndKeepsItsZeros(Kind kind) {
    Object model = trained(kind);
    PruningListener listener = OneShot.builder().sparsity(0.7).build().attach(model);
    List<Long> mask = Training.bits(listener.masks().gather());
    long weights = listener.report().weights();
    assertEquals(Counts.zeros(0.7, weights), listener.report().zeros());
    List<Long> pruned = Training.bits(model);
    long zeros = pruned.stream().filter(bits -> bits << 1 == 0).count();
    assertTrue(zeros >= listener.report().zeros());
    List<Long> zerosByStep = new ArrayList<>();
    PrunableModel view = PrunableModel.ofAny(model);
    Training.fit(
        model,
        2,
        listener,
        Training.eachStep(
            model,
            step ->
                zerosByStep.add(
                    listener.masks().layout().parameters().stream()
                        .mapToLong(
                            p ->
                                view.values(p)
                                    .eq(0)
                                    .castTo(view.dataType())
                                    .sumNumber()
                                    .longValue())
                        .sum())));
    assertEquals(10, zerosByStep.size());
    assertTrue(zerosByStep.stream().allMatch(count -> count == listener.report().zeros()));
    assertNotEquals(pruned, Training.bits(model));
    assertEquals(mask, Training.bits(listener.masks().gather()));
  }

  @Test
  void oneShotGlobalMagnitudeIsOneShotWithAFloor() {
    Object first = trained(Kind.NETWORK);
    Object second = trained(Kind.NETWORK);
    OneShot.builder().sparsity(0.9).build().attach(first);
    GlobalMagnitude.builder().sparsity(0.9).build().attach(second);
    assertEquals(Training.bits(first), Training.bits(second));
    MultiLayerNetwork third = (MultiLayerNetwork) trained(Kind.NETWORK);
    third.getParam("0_W").muli(1e-6);
    PruningListener listener =
        GlobalMagnitude.builder().sparsity(0.9).floor(Floor.count(7)).build().attach(third);
    PruningReport.Layer first0 = listener.report().layers().get(0);
    assertEquals(7, first0.weights() - first0.zeros());
    assertEquals(Counts.zeros(0.9, listener.report().weights()), listener.report().zeros());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradualStartsAtTheCountOfATrainedModelAndKeepsItsFloors(Kind kind) {
    Object model = trained(kind);
    assertEquals(10, PrunableModel.ofAny(model).iteration());
    PruningListener listener =
        GlobalMagnitude.builder()
            .sparsity(0.95)
            .floor(Floor.count(5))
            .gradual(10, 18, 4)
            .build()
            .attach(model);
    Training.fit(
        model,
        2,
        listener,
        Training.eachStep(
            model,
            step ->
                assertTrue(Arrays.stream(listener.masks().kept()).allMatch(kept -> kept >= 5))));
    PruningReport report = listener.report();
    assertEquals(
        List.of(14L, 18L), report.trace().stream().map(PruningReport.Update::time).toList());
    assertEquals(
        Counts.zeros(0.95 - 0.95 * 0.125, report.weights()), report.trace().get(0).zeros());
    assertEquals(Counts.zeros(0.95, report.weights()), report.zeros());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void blocksStayWholeWhileTraining(Kind kind) {
    Object model = kind.make();
    PruningListener listener =
        GradualMagnitudePruning.builder()
            .finalSparsity(0.5)
            .pattern(new Block(2, 4, Pooling.MEAN))
            .keepDense(kind == Kind.SAME_DIFF ? "w3" : "*2*")
            .end(8)
            .every(2)
            .build();
    Training.fit(model, 2, listener);
    listener
        .masks()
        .layout()
        .parameters()
        .forEach(
            p -> {
              INDArray matrix = p.asMatrix(listener.masks().of(p)).dup('c');
              long bands = p.outputs() / 2;
              INDArray blocks = matrix.reshape('c', bands, 2, p.fanIn() / 4, 4).sum(1, 3);
              assertEquals(
                  0,
                  blocks.mul(blocks.rsub(8)).amaxNumber().doubleValue(),
                  p + " is cut in blocks");
            });
    assertEquals(listener.report().weights() / 2, listener.report().zeros(), 4.0);
  }

  @Test
  void twoOfFourIsExactInEachGroup() {
    Object model = Kind.NETWORK.make();
    Pattern pattern = new NOfM(2, 4, Axis.INPUT);
    PruningListener listener =
        OneShot.builder().sparsity(0.5).pattern(pattern).keepDense("2_*").build();
    Training.fit(model, 2, listener);
    listener
        .masks()
        .layout()
        .parameters()
        .forEach(
            p -> {
              INDArray groups = p.asMatrix(listener.masks().of(p)).dup('c').reshape('c', -1L, 4L);
              assertEquals(0, groups.sum(1).subi(2).amaxNumber().doubleValue());
            });
  }

  @Test
  void uniformGivesEachLayerItsShare() {
    Object model = Kind.NETWORK.make();
    PruningListener listener =
        OneShot.builder().sparsity(0.35).allocation(new Uniform()).build().attach(model);
    for (PruningReport.Layer layer : listener.report().layers()) {
      assertEquals(Counts.zeros(0.35, layer.weights()), layer.zeros());
      assertEquals(layer.sparsity(), layer.askedSparsity());
    }
  }

  @Test
  void anUntrainedNetworkWithBatchNormalisationIsWarnedAbout() {
    List<String> said =
        Training.warnings(
            Cautions.class,
            () -> OneShot.builder().sparsity(0.5).build().attach(Toys.convolutional()));
    assertEquals(1, said.size());
    assertTrue(said.get(0).contains("batch normalisation"), said.get(0));
    List<String> silent =
        Training.warnings(
            Cautions.class,
            () ->
                OneShot.builder()
                    .sparsity(0.5)
                    .allocation(new Uniform())
                    .build()
                    .attach(Toys.convolutional()));
    assertEquals(List.of(), silent);
  }
}
