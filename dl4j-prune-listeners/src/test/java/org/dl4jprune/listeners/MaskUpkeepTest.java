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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;

/** A dead weight is exactly zero, and its updater state at its initial value, after every step. */
class MaskUpkeepTest {
  private static final int EPOCHS = 3;
  private static final int BATCHES = 5;
  private static final double SPARSITY = 0.8;

  private static PruningListener granet() {
    return GraNet.builder()
        .finalSparsity(SPARSITY)
        .initialSparsity(0.3)
        .end(9)
        .every(3)
        .iterations(EPOCHS * BATCHES)
        .seed(3)
        .build();
  }

  /** Looks at everything after each step of DL4J, constraints of the step before included. */
  private static final class Inspector extends BaseTrainingListener {
    private final PruningListener pruning;
    private int steps;

    Inspector(PruningListener pruning) {
      this.pruning = pruning;
    }

    @Override
    public void iterationDone(org.deeplearning4j.nn.api.Model model, int iteration, int epoch) {
      inspect(PrunableModel.ofAny(model), pruning);
      steps++;
    }
  }

  private static void inspect(PrunableModel model, PruningListener pruning) {
    for (Parameter p : pruning.masks().layout().parameters()) {
      INDArray dead = pruning.masks().of(p).rsub(1);
      assertEquals(0, model.values(p).mul(dead).amaxNumber().doubleValue(), p.name());
    }
    long kept = 0;
    for (long k : pruning.masks().kept()) {
      kept += k;
    }
    assertEquals(pruning.report().zeros(), pruning.masks().layout().length() - kept);
    for (UpdaterState state : model.updaterStates()) {
      for (Parameter p : pruning.masks().layout().parameters()) {
        if (model.blockOf(p).name().equals(state.block().name())) {
          INDArray whole = state.block().values().ulike().assign(state.initialValue());
          state.matching(whole).assign(state.array());
          INDArray of = state.block().view(whole, p);
          INDArray dead = pruning.masks().of(p).rsub(1);
          assertEquals(
              0,
              of.sub(state.initialValue()).muli(dead).amaxNumber().doubleValue(),
              state.key() + " of " + p.name());
        }
      }
    }
  }

  static Stream<IUpdater> updaters() {
    return Toys.updaters();
  }

  private static void train(MultiLayerNetwork network, DataType type) {
    PruningListener pruning = granet();
    Inspector inspector = new Inspector(pruning);
    network.setListeners(pruning, inspector);
    network.fit(new ExistingDataSetIterator(Toys.batches(type, BATCHES)), EPOCHS);
    assertEquals(EPOCHS * BATCHES, inspector.steps);
    finish(pruning);
    assertFalse(network.params().isNaN().any());
  }

  private static void finish(PruningListener pruning) {
    long weights = pruning.report().weights();
    assertEquals(Counts.zeros(SPARSITY, weights), pruning.report().zeros());
    assertTrue(pruning.report().trace().stream().anyMatch(update -> update.regrown() > 0));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void withEveryUpdater(IUpdater updater) {
    train(Toys.mlp(updater, DataType.DOUBLE), DataType.DOUBLE);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void withPenaltiesClippingDropoutAndConstraints(IUpdater updater) {
    train(Toys.regularised(updater), DataType.DOUBLE);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void withWeightDecay(IUpdater updater) {
    train(Toys.decayed(updater), DataType.DOUBLE);
  }

  /** A penalty of a user's own, which pulls zeros away from zero. */
  private static final class Pull extends L2Regularization {
    private static final long serialVersionUID = 1;

    Pull() {
      super(1e-3);
    }

    @Override
    public void apply(INDArray param, INDArray gradView, double lr, int iteration, int epoch) {
      gradView.addi(0.01);
    }
  }

  @Test
  void withAPenaltyThatMovesZeros() {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.DOUBLE);
    assertTrue(PrunableModel.of(network).keepsZeros());
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      ((BaseLayer) layer.conf().getLayer()).setRegularization(List.of(new Pull()));
    }
    assertFalse(PrunableModel.of(network).keepsZeros());
    PruningListener pruning = granet();
    int[] steps = {0};
    network.setListeners(
        pruning,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(
              org.deeplearning4j.nn.api.Model model, int iteration, int epoch) {
            for (Parameter p : pruning.masks().layout().parameters()) {
              INDArray dead = pruning.masks().of(p).rsub(1);
              INDArray values = network.getParam(p.name());
              assertEquals(0, values.mul(dead).amaxNumber().doubleValue(), p.name());
            }
            steps[0]++;
          }
        });
    network.fit(new ExistingDataSetIterator(Toys.batches(DataType.DOUBLE, BATCHES)), EPOCHS);
    assertEquals(EPOCHS * BATCHES, steps[0]);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void inSameDiff(IUpdater updater) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      SameDiff sd = Toys.sameDiff(updater, type);
      PruningListener pruning = granet();
      PrunableModel model = PrunableModel.of(sd);
      int[] steps = {0};
      sd.addListeners(
          pruning,
          new BaseListener() {
            @Override
            public boolean isActive(Operation operation) {
              return operation == Operation.TRAINING;
            }

            @Override
            public void iterationDone(SameDiff graph, At at, MultiDataSet batch, Loss loss) {
              inspect(model, pruning);
              steps[0]++;
            }
          });
      sd.fit(new ExistingDataSetIterator(Toys.batches(type, BATCHES)), EPOCHS);
      assertEquals(EPOCHS * BATCHES, steps[0]);
      finish(pruning);
      assertFalse(sd.getVariable("w2").getArr().isNaN().any());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void withBothTypes(DataType type) {
    train(Toys.mlp(new Adam(1e-2), type), type);
  }

  @Test
  void withPreprocessorsAndBatchNormalisation() {
    train(Toys.convolutional(), DataType.DOUBLE);
  }

  @Test
  void withTruncatedBackpropagation() {
    MultiLayerNetwork network = Toys.recurrent();
    PruningListener pruning = granet();
    Inspector inspector = new Inspector(pruning);
    network.setListeners(pruning, inspector);
    DataSet batch = Toys.sequences();
    for (int i = 0; i < 5; i++) {
      network.fit(batch);
    }
    assertEquals(15, inspector.steps);
    finish(pruning);
  }

  @Test
  void withSharedLayersInAGraph() {
    ComputationGraph graph = Toys.shared();
    PruningListener pruning = granet();
    Inspector inspector = new Inspector(pruning);
    graph.setListeners(pruning, inspector);
    graph.fit(new ExistingDataSetIterator(Toys.batches(DataType.DOUBLE, BATCHES)), EPOCHS);
    assertEquals(EPOCHS * BATCHES, inspector.steps);
    finish(pruning);
  }

  @Test
  void frozenLayersAreLeftAlone() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(Toys.mlp(new Adam(1e-2), DataType.DOUBLE))
            .setFeatureExtractor(0)
            .build();
    INDArray frozen = network.getParam("0_W").dup();
    train(network, DataType.DOUBLE);
    assertEquals(frozen, network.getParam("0_W"));
  }
}
