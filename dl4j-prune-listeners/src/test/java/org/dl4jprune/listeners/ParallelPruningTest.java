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

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.ScheduleUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.RmsProp;

/** One decision on the masks for all replicas of a model. */
class ParallelPruningTest {
  private static final int WORKERS = 2;

  @Test
  void oneWorkerIsAPlainTraining() {
    for (TrainedInParts.Method method :
        List.of(
            TrainedInParts.Method.GRADUAL,
            TrainedInParts.Method.GRANET,
            TrainedInParts.Method.MOVEMENT)) {
      MultiLayerNetwork plain = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
      // fit(DataSet) announces its first step after the forward pass only.
      PruningListener listener = method.listener().attach(plain);
      plain.setListeners(listener);
      TrainedInParts.steps(plain, 20);

      MultiLayerNetwork wrapped = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
      PruningListener other = method.listener();
      try (ParallelPruning parallel =
          ParallelPruning.of(other, new ParallelWrapper.Builder<>(wrapped))) {
        for (int epoch = 0; epoch < 4; epoch++) {
          parallel.fit(data());
        }
      }
      assertEquals(TrainedInParts.state(plain, listener), TrainedInParts.state(wrapped, other));
    }
  }

  /** Averaging after each round and after every second one, and sharing of gradients. */
  enum Mode {
    AVERAGING,
    RARE_AVERAGING,
    SHARING;

    ParallelWrapper.Builder<?> builder(Model model) {
      ParallelWrapper.Builder<?> builder =
          new ParallelWrapper.Builder<>(model).workers(WORKERS).prefetchBuffer(0);
      return this == SHARING
          ? builder.trainingMode(ParallelWrapper.TrainingMode.SHARED_GRADIENTS)
          : builder
              .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
              .averagingFrequency(this == AVERAGING ? 1 : 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void masksHoldOnEveryReplicaAfterEveryStepAndAfterAveraging(Mode mode) {
    MultiLayerNetwork network = Toys.mlp(new RmsProp(1e-2), DataType.FLOAT);
    check(mode, network);
    check(mode, Toys.mlp(new Adam(1e-2), DataType.FLOAT).toComputationGraph());
  }

  private static void check(Mode mode, Model model) {
    PruningListener listener = Toys.granet().initialSparsity(0.3).build();
    Witness witness = new Witness(listener);
    model.setListeners(witness);
    try (ParallelPruning parallel = ParallelPruning.of(listener, mode.builder(model))) {
      for (int epoch = 0; epoch < 6; epoch++) {
        parallel.fit(data());
      }
    }
    assertEquals(List.of(witness), List.copyOf(PrunableModel.ofAny(model).listeners()));
    assertEquals(List.of(), witness.wrong);
    assertTrue(witness.models.size() > 1, "only one replica was seen");
    assertEquals(18, PrunableModel.ofAny(model).iteration());
    assertEquals(6, listener.report().trace().size() - 1);
    long weights =
        PackedMasks.of(listener.masks()).lengths().values().stream().mapToLong(n -> n).sum();
    assertEquals(Math.round(0.9 * weights), weights - PackedMasks.of(listener.masks()).kept());
    assertEquals(
        0, LongStream.of(SessionChecks.alive(listener.masks(), PrunableModel.ofAny(model))).sum());
  }

  /** Looks at every replica before and after each of its steps. */
  private static final class Witness extends BaseTrainingListener {
    private final PruningListener listener;
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final Set<Model> models =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    Witness(PruningListener listener) {
      this.listener = listener;
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      look("after averaging", model);
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      look("after averaging", model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      look("after step " + iteration, model);
      models.add(model);
    }

    private void look(String when, Model model) {
      long alive =
          LongStream.of(SessionChecks.alive(listener.masks(), PrunableModel.ofAny(model))).sum();
      if (alive > 0) {
        wrong.add(when + ": " + alive + " dead weights are not zero in " + model.hashCode());
      }
    }
  }

  @Test
  void epochsAreRefused() {
    ComputationGraph graph = Toys.mlp(new Adam(1e-2), DataType.FLOAT).toComputationGraph();
    PruningListener listener =
        GradualMagnitudePruning.builder()
            .finalSparsity(0.9)
            .end(4)
            .every(1)
            .unit(ScheduleUnit.EPOCH)
            .build();
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> ParallelPruning.of(listener, new ParallelWrapper.Builder<>(graph)));
    assertTrue(error.getMessage().contains("iterations"), error.getMessage());
  }

  private static ExistingDataSetIterator data() {
    return new ExistingDataSetIterator(Toys.batches(DataType.FLOAT, Training.BATCHES));
  }
}
