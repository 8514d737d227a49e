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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.method.Cautions;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The worked example and the checks of the card granet. */
class GraNetTest {
  private static final double[][] A = {{.9, -.1, .3}, {-.5, .2, -.7}};
  private static final double[][] B = {{.05, -.6, .4, -.15}};
  private static final double[][] GRADIENT_A = {{.01, -.30, .20}, {.25, .05, .02}};
  private static final double[][] GRADIENT_B = {{.10, .02, -.50, .30}};

  private static final double TINY_STEPS = 1e-8;

  /** A loss that is linear in its variables, so that their gradients are given numbers. */
  private static SameDiff linear(double gradientFactor) {
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.DOUBLE, -1, 1);
    sd.placeHolder("label", DataType.DOUBLE, -1, 1);
    SDVariable a = sd.var("A", Nd4j.createFromArray(A).transpose().dup('c'));
    SDVariable b = sd.var("B", Nd4j.createFromArray(B).transpose().dup('c'));
    SDVariable ga = sd.constant("ga", Nd4j.createFromArray(GRADIENT_A).transpose().dup('c'));
    SDVariable gb = sd.constant("gb", Nd4j.createFromArray(GRADIENT_B).transpose().dup('c'));
    SDVariable sum = a.mul(ga).sum().add(b.mul(gb).sum());
    sum.mul("loss", in.sum().mul(gradientFactor));
    sd.setLossVariables("loss");
    // At such a rate values stay nearly as they are, while Adam's state follows the gradients.
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(1e-9))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return sd;
  }

  private static PruningListener trainLinear(SameDiff sd) {
    PruningListener listener =
        GraNet.builder()
            .selector(Selector.weights().including("A", "B"))
            .finalSparsity(0.6)
            .end(4)
            .every(2)
            .iterations(4)
            .build();
    sd.setListeners(listener);
    DataSet one = new DataSet(Nd4j.ones(DataType.DOUBLE, 1, 1), Nd4j.ones(DataType.DOUBLE, 1, 1));
    sd.fit(one);
    sd.fit(one);
    return listener;
  }

  private static double[] flat(INDArray transposed) {
    return transposed.transpose().dup('c').reshape(transposed.length()).toDoubleVector();
  }

  @Test
  void workedExampleOfTheCard() {
    SameDiff sd = linear(1);
    PruningListener listener = trainLinear(sd);
    assertArrayEquals(
        new double[] {.9, 0, 0, 0, 0, -.7}, flat(sd.getVariable("A").getArr()), TINY_STEPS);
    assertArrayEquals(new double[] {0, -.6, .4, 0}, flat(sd.getVariable("B").getArr()), TINY_STEPS);
    List<Parameter> parameters = listener.masks().layout().parameters();
    assertArrayEquals(new double[] {1, 1, 0, 0, 0, 1}, Training.mask(listener, parameters.get(0)));
    assertArrayEquals(new double[] {0, 1, 1, 0}, Training.mask(listener, parameters.get(1)));
    for (UpdaterState state : PrunableModel.of(sd).updaterStates()) {
      double[] values = flat(state.array());
      boolean isA = state.block().name().equals("A");
      // New in A is index 1; killed and regrown in B is index 2, whose state survives.
      assertEquals(isA, values[isA ? 1 : 2] == 0, state.key() + " of " + state.block().name());
      assertNotEquals(0, values[isA ? 0 : 1]);
    }
    assertEquals(new PruningReport.Update(2, 0.525, 5, 2), listener.report().trace().get(0));
  }

  @Test
  void withoutGradientsTheLowestIndexGrows() {
    SameDiff sd = linear(0);
    PruningListener listener = trainLinear(sd);
    List<Parameter> parameters = listener.masks().layout().parameters();
    assertArrayEquals(new double[] {1, 1, 0, 0, 0, 1}, Training.mask(listener, parameters.get(0)));
    assertArrayEquals(new double[] {1, 1, 0, 0}, Training.mask(listener, parameters.get(1)));
  }

  @ParameterizedTest
  @CsvSource({"0, NETWORK", "0.5, NETWORK", "0.5, GRAPH", "0, SAME_DIFF", "0.5, SAME_DIFF"})
  void zerosFollowTheScheduleAndThenStayInEachLayer(double start, Kind kind) {
    Object model = kind.make();
    PruningListener listener = Toys.granet().seed(3).initialSparsity(start).build().attach(model);
    Schedule cubic = Schedule.cubic(0, 9, start, 0.9);
    long weights = listener.masks().layout().length();
    List<Long> zeros = new ArrayList<>();
    Set<List<Long>> keptAfterEnd = new HashSet<>();
    List<INDArray> before = new ArrayList<>(List.of(listener.masks().gather()));
    Object watcher =
        Training.eachStep(
            model,
            step -> {
              long[] kept = listener.masks().kept();
              zeros.add(weights - Arrays.stream(kept).sum());
              long due = Math.min(step, 9) / 3 * 3;
              assertEquals(Counts.zeros(cubic.at(due), weights), zeros.get(zeros.size() - 1));
              if (step >= 9) {
                keptAfterEnd.add(Arrays.stream(kept).boxed().toList());
              }
              newWeightsStartAtZero(PrunableModel.ofAny(model), listener, before.get(0));
              before.set(0, listener.masks().gather());
            });
    Training.fit(model, 4, listener, watcher);
    assertEquals(20, zeros.size());
    assertEquals(zeros.stream().sorted().toList(), zeros);
    assertEquals(1, keptAfterEnd.size());
    assertEquals(
        List.of(3L, 6L, 9L, 12L, 15L, 18L),
        listener.report().trace().stream()
            .filter(update -> update.time() > 0 && update.regrown() > 0)
            .map(PruningReport.Update::time)
            .toList());
  }

  private static void newWeightsStartAtZero(
      PrunableModel model, PruningListener listener, INDArray before) {
    INDArray now = listener.masks().gather();
    for (Parameter p : listener.masks().layout().parameters()) {
      INDArray fresh = p.fromFlat(listener.masks().layout().flat(now.mul(before.rsub(1)), p));
      assertEquals(0, model.values(p).mul(fresh).amaxNumber().doubleValue());
      for (UpdaterState state : model.updaterStates()) {
        if (state.block().name().equals(model.blockOf(p).name())) {
          INDArray whole = state.block().values().ulike().assign(0);
          state.matching(whole).assign(state.array());
          INDArray of = state.block().view(whole, p);
          assertEquals(0, of.mul(fresh).amaxNumber().doubleValue(), state.key());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void withoutRegrowthItIsGradualMagnitudePruning(Kind kind) {
    Pruning granet = Toys.granet().seed(3).configuration();
    Pruning pruneOnly =
        Pruning.builder("pruning")
            .schedule(granet.sparsity(), granet.window())
            .seed(granet.seed())
            .build();
    Object first = kind.make();
    Object second = kind.make();
    Training.fit(first, 3, PruningListener.of(pruneOnly));
    Training.fit(
        second, 3, GradualMagnitudePruning.builder().finalSparsity(0.9).end(9).every(3).build());
    assertEquals(Training.bits(first), Training.bits(second));
    Object third = kind.make();
    Training.fit(third, 3, PruningListener.of(granet));
    assertNotEquals(Training.bits(first), Training.bits(third));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void atOneSparsityItIsRigL(Kind kind) {
    Object first = kind.make();
    Object second = kind.make();
    PruningListener granet =
        Toys.granet()
            .seed(3)
            .initialSparsity(0.8)
            .finalSparsity(0.8)
            .regrowthRate(0.4, 0.1)
            .build();
    PruningListener rigl =
        RigL.builder()
            .sparsity(0.8)
            .dropRate(Schedule.cosine(0, 20, 0.4, 0.1))
            .end(19)
            .every(3)
            .seed(3)
            .build();
    Training.fit(first, 4, granet);
    Training.fit(second, 4, rigl);
    assertEquals(Training.bits(first), Training.bits(second));
    assertEquals(Training.bits(granet.masks().gather()), Training.bits(rigl.masks().gather()));
  }

  @Test
  void aLayerThatCollapsesIsNamedAndStaysDead() {
    MultiLayerNetwork network = (MultiLayerNetwork) Kind.NETWORK.make();
    network.getParam("1_W").muli(1e-6);
    PruningListener listener = Toys.granet().seed(3).build();
    List<String> said = Training.warnings(Cautions.class, () -> Training.fit(network, 4, listener));
    assertEquals(1, said.stream().filter(line -> line.contains("1_W")).count(), said.toString());
    PruningReport.Layer collapsed = listener.report().layers().get(1);
    assertEquals("1_W", collapsed.name());
    assertEquals(collapsed.weights(), collapsed.zeros());
    assertTrue(listener.report().toText().contains("layer collapse: 1_W"));
  }

  @Test
  void nothingComesBackAtTheLastStep() {
    Object model = Kind.NETWORK.make();
    PruningListener listener = Toys.granet().seed(3).end(20).every(10).iterations(20).build();
    Training.fit(model, 4, listener);
    List<PruningReport.Update> trace = listener.report().trace();
    assertEquals(2, trace.size());
    assertTrue(trace.get(0).regrown() > 0);
    assertEquals(0, trace.get(1).regrown());
    Object other = Kind.NETWORK.make();
    PruningListener once = Toys.granet().seed(3).end(20).every(20).iterations(20).build();
    Training.fit(other, 4, once);
    assertEquals(1, once.report().trace().size());
    assertEquals(0, once.report().trace().get(0).regrown());
  }

  @ParameterizedTest
  @CsvSource({"0", "0.5"})
  void theUniformVariantKeepsAFifthOfTheClassifier(double start) {
    Object model = Kind.NETWORK.make();
    PruningListener listener = Toys.granet().seed(3).initialSparsity(start).uniform().build();
    Training.fit(model, 3, listener);
    PruningReport report = listener.report();
    assertEquals(Counts.zeros(0.9, report.weights()), report.zeros());
    PruningReport.Layer classifier = report.layers().get(2);
    assertEquals(classifier.weights() / 5, classifier.weights() - classifier.zeros());
    double first = report.layers().get(0).sparsity();
    assertEquals(first, report.layers().get(1).sparsity(), 0.01);
    assertFalse(first < 0.9);
  }
}
