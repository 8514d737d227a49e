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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.criterion.Movement;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.schedule.ScheduleUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Bad input is refused in one clear sentence, and nothing has changed. */
class BadInputTest {
  private static void nothingChanges(
      Object model, Class<? extends Exception> type, String message, Executable action) {
    List<Long> before = Training.bits(model);
    String said = assertThrows(type, action).getMessage();
    assertTrue(said.contains(message), said);
    assertEquals(before, Training.bits(model));
  }

  private static void unfit(Object model, String message, PruningListener listener) {
    nothingChanges(model, IllegalArgumentException.class, message, () -> listener.attach(model));
    nothingChanges(
        model, IllegalArgumentException.class, message, () -> Training.fit(model, 1, listener));
    Training.release(model);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aModelThatDoesNotFitIsLeftAlone(Kind kind) {
    Object model = kind.make();
    String misfit = kind == Kind.SAME_DIFF ? "w3: its 3 outputs" : "1_W: its 10 outputs";
    unfit(model, "\"con*\" matches no", Toys.gradual().keepDense("con*").build());
    unfit(
        model,
        "No parameter is left to prune",
        Toys.gradual().selector(Selector.weights().withRoles(Role.EMBEDDING)).build());
    unfit(
        model,
        misfit + " are no multiple of 4",
        OneShot.builder().sparsity(0.5).pattern(new NOfM(2, 4, Axis.OUTPUT)).build());
    unfit(
        model,
        "the floors of all parameters add up",
        GlobalMagnitude.builder().sparsity(0.9).floor(Floor.count(1000)).build());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void weightsThatAreNotFiniteAreNamed(Kind kind) {
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      Object model = kind.make();
      PrunableModel view = PrunableModel.ofAny(model);
      Parameter second = Selector.weights().select(view).get(1);
      view.values(second).putScalar(1, 2, bad);
      PruningListener listener = Toys.granet().initialSparsity(0.5).build();
      nothingChanges(
          model,
          IllegalStateException.class,
          "weights of " + second.name(),
          () -> Training.fit(model, 1, listener));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradientsThatAreNotFiniteStopBeforeMasksChange(Kind kind) {
    for (Pruning pruning :
        List.of(
            Toys.granet().initialSparsity(0.5).end(8).every(4).configuration(),
            Toys.gradual().criterion(new Movement()).end(8).every(4).configuration())) {
      Object model = kind.make();
      PruningListener listener = PruningListener.of(pruning).attach(model);
      List<Long> mask = Training.bits(listener.masks().gather());
      Object poison =
          Training.eachStep(
              model,
              step -> {
                if (step == 3) {
                  PrunableModel view = PrunableModel.ofAny(model);
                  view.values(view.parameters().get(0)).putScalar(0, 0, Double.NaN);
                }
              });
      String said =
          assertThrows(IllegalStateException.class, () -> Training.fit(model, 2, listener, poison))
              .getMessage();
      assertTrue(said.contains("contain NaN or infinity"), said);
      assertEquals(mask, Training.bits(listener.masks().gather()));
    }
  }

  @Test
  void aModelThatIsNotInitialisedIsRefused() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(Toys.mlp(new Adam(), DataType.FLOAT).getLayerWiseConfigurations());
    String said =
        assertThrows(IllegalStateException.class, () -> Toys.gradual().build().attach(network))
            .getMessage();
    assertTrue(said.contains("call init() first"), said);
    assertThrows(IllegalArgumentException.class, () -> Toys.gradual().build().attach("a model"));
  }

  @Test
  void onlyFloatAndDoubleArePruned() {
    MultiLayerNetwork half =
        Toys.mlp(new Adam(), DataType.FLOAT).convertDataType(DataType.BFLOAT16);
    INDArray before = half.params().dup();
    String said =
        assertThrows(IllegalArgumentException.class, () -> Toys.gradual().build().attach(half))
            .getMessage();
    assertTrue(said.contains("BFLOAT16"), said);
    assertEquals(before, half.params());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aScheduleThatHasEndedIsRefused(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 2);
    nothingChanges(
        model,
        IllegalStateException.class,
        "ends at iteration 9, but the model has already trained to 10",
        () -> Training.fit(model, 1, Toys.granet().initialSparsity(0.5).iterations(10).build()));
    nothingChanges(
        model,
        IllegalStateException.class,
        "ends at epoch 2",
        () ->
            Training.fit(
                model, 1, Toys.gradual().end(2).every(1).unit(ScheduleUnit.EPOCH).build()));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void twoPruningsOfOneModelAreRefused(Kind kind) {
    Object model = kind.make();
    PruningListener first = Toys.granet().initialSparsity(0.5).build();
    PruningListener second = RigL.builder().sparsity(0.5).end(9).every(3).build();
    nothingChanges(
        model,
        IllegalStateException.class,
        "GraNet and RigL cannot prune one model at once",
        () -> Training.fit(model, 1, first, second));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void twoListenersThatJoinedByThemselvesDoNotTrainTogether(Kind kind) {
    Object model = kind.make();
    PruningListener first = Toys.gradual().build().attach(model);
    PruningListener second = Toys.granet().build().attach(model);
    nothingChanges(
        model,
        IllegalStateException.class,
        "cannot prune one model at once",
        () -> Training.fit(model, 1, first, second));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aListenerStaysWithItsModel(Kind kind) {
    PruningListener listener = Toys.granet().initialSparsity(0.5).build();
    Training.fit(kind.make(), 1, listener);
    Object other = kind.make();
    nothingChanges(
        other,
        IllegalStateException.class,
        "belongs to another model",
        () -> Training.fit(other, 1, listener));
    DataSet batch = Training.batches(other).get(0);
    nothingChanges(
        other,
        IllegalStateException.class,
        "belongs to another model",
        () -> {
          if (other instanceof SameDiff graph) {
            graph.fit(batch);
          } else if (other instanceof MultiLayerNetwork network) {
            network.fit(batch);
          } else {
            ((org.deeplearning4j.nn.graph.ComputationGraph) other).fit(batch);
          }
        });
  }

  @Test
  void gradientsOfAFrozenLayerAreRefused() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(Toys.mlp(new Adam(), DataType.FLOAT))
            .setFeatureExtractor(0)
            .build();
    Selector frozen = Selector.weights().including("0_W");
    unfit(network, "parameter 0_W is frozen", Toys.granet().selector(frozen).build());
    INDArray before = network.getParam("0_W").dup();
    PruningListener byMagnitude = OneShot.builder().sparsity(0.5).selector(frozen).build();
    byMagnitude.attach(network);
    assertEquals(before.length() / 2, byMagnitude.report().zeros());
  }

  @Test
  void beforeItJoinsAListenerHasNothingToReport() {
    PruningListener listener = Toys.gradual().build();
    String said = assertThrows(IllegalStateException.class, listener::report).getMessage();
    assertTrue(said.contains("has not joined a model yet"), said);
    assertThrows(IllegalStateException.class, listener::masks);
    listener.close();
  }
}
