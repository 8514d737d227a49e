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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Fisher;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.criterion.Snip;
import org.dl4jprune.criterion.SynFlow;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Pruning outside of training, and fine-tuning what came out. */
class PrunerTest {

  private static List<MultiDataSet> data(Object model) {
    return Training.batches(model).stream().limit(2).map(DataSet::toMultiDataSet).toList();
  }

  static Stream<Arguments> criteria() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                        new Snip(),
                        new Grasp(),
                        new SynFlow(10),
                        new Fisher(),
                        new Taylor(),
                        new Magnitude(),
                        new Random())
                    .map(criterion -> Arguments.of(kind, criterion)));
  }

  @ParameterizedTest
  @MethodSource("criteria")
  void countsAreExactTheInputIsUntouchedAndZerosSurviveFineTuning(Kind kind, Criterion criterion) {
    Object model = kind.make();
    List<Long> before = Training.bits(model);
    Pruned pruned =
        Pruner.of(model).criterion(criterion).data(data(model)).sparsity(0.8).seed(5).prune();
    assertEquals(before, Training.bits(model));
    long weights = pruned.report().weights();
    assertEquals(Counts.zeros(0.8, weights), pruned.report().zeros());
    assertEquals(weights - pruned.report().zeros(), Arrays.stream(pruned.masks().kept()).sum());
    assertEquals(criterion.rounds(), pruned.report().trace().size());
    Object copy = pruned.model().unwrap();
    assertNotEquals(before, Training.bits(copy));
    List<Long> mask = Training.bits(pruned.masks().gather());
    List<Long> untrained = Training.bits(copy);
    Training.fit(copy, 1, PruningListener.keeping(pruned));
    assertNotEquals(untrained, Training.bits(copy));
    assertEquals(mask, Training.bits(pruned.masks().gather()));
    pruned
        .masks()
        .layout()
        .parameters()
        .forEach(
            p ->
                assertEquals(
                    0,
                    pruned
                        .model()
                        .values(p)
                        .mul(pruned.masks().of(p).rsub(1))
                        .amaxNumber()
                        .doubleValue()));
    assertEquals(before, Training.bits(model));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theSameSeedGivesTheSameMasks(Kind kind) {
    Object model = kind.make();
    Pruner pruner = Pruner.of(model).criterion(new Random()).sparsity(0.5).seed(1);
    List<Long> first = Training.bits(pruner.prune().masks().gather());
    assertEquals(first, Training.bits(pruner.prune().masks().gather()));
    assertNotEquals(first, Training.bits(pruner.seed(2).prune().masks().gather()));
  }

  @Test
  void roundsCutWhatIsLeft() {
    Object model = Kind.NETWORK.make();
    Pruned pruned = Pruner.of(model).rounds(3).sparsity(0.875).prune();
    long weights = pruned.report().weights();
    assertEquals(
        List.of(weights / 2, Counts.zeros(0.75, weights), Counts.zeros(0.875, weights)),
        pruned.report().trace().stream().map(update -> update.zeros()).toList());
    assertEquals(
        Training.bits(Pruner.of(model).sparsity(0.875).prune().masks().gather()),
        Training.bits(pruned.masks().gather()));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void scoresThatAreAllZeroAreWarnedAbout(Kind kind) {
    Object model = kind.make();
    List<MultiDataSet> data = data(model);
    for (MultiDataSet batch : data) {
      // Either way no example counts.
      if (kind == Kind.SAME_DIFF) {
        batch.getLabels(0).assign(0);
      } else {
        batch.setLabelsMaskArray(
            new INDArray[] {Nd4j.zeros(DataType.FLOAT, batch.getLabels(0).size(0), 1)});
      }
    }
    List<String> said =
        Training.warnings(
            Cautions.class,
            () -> {
              Pruned pruned =
                  Pruner.of(model).criterion(new Snip()).data(data).sparsity(0.5).prune();
              assertEquals(Counts.zeros(0.5, pruned.report().weights()), pruned.report().zeros());
            });
    assertEquals(1, said.size());
    assertTrue(said.get(0).contains("scores are all zero"), said.get(0));
  }

  @Test
  void badInputIsRefusedBeforeAnythingIsCopied() {
    Object model = Kind.NETWORK.make();
    for (double bad : new double[] {-0.1, 1, Double.NaN}) {
      refused(
          IllegalArgumentException.class, bad + " lies outside", Pruner.of(model).sparsity(bad));
    }
    refused(IllegalArgumentException.class, "NaN lies outside", Pruner.of(model));
    refused(
        IllegalStateException.class,
        "was given no data",
        Pruner.of(model).criterion(new Snip()).sparsity(0.5));
    refused(
        IllegalArgumentException.class,
        "prescribes sparsity 0.5, not 0.6",
        Pruner.of(model).pattern(new NOfM(2, 4, Axis.OUTPUT)).sparsity(0.6));
    refused(
        IllegalArgumentException.class,
        "1_W",
        Pruner.of(model).pattern(new NOfM(2, 4, Axis.OUTPUT)).sparsity(0.5));
    assertThrows(IllegalArgumentException.class, () -> Pruner.of(model).rounds(0));
  }

  private static void refused(Class<? extends Exception> type, String message, Pruner pruner) {
    String said = assertThrows(type, pruner::prune).getMessage();
    assertTrue(said.contains(message), said);
  }
}
