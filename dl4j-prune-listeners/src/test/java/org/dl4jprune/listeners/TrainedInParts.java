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

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.criterion.Movement;
import org.dl4jprune.host.HostBytes;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Trainings with dropout whose i-th step is the same in every process. */
final class TrainedInParts {
  private static final int BATCHES = 5;

  private TrainedInParts() {}

  /** The methods, all of which act between steps 3 and 18. */
  enum Method {
    GRADUAL,
    GRANET,
    RIGL,
    ONE_SHOT,
    MOVEMENT;

    PruningListener listener() {
      return switch (this) {
        case GRADUAL -> Toys.gradual().build();
        case GRANET -> Toys.granet().initialSparsity(0.3).build();
        case RIGL -> RigL.builder().sparsity(0.8).end(18).every(3).seed(3).build();
        case ONE_SHOT -> OneShot.builder().sparsity(0.8).build();
        case MOVEMENT ->
            PruningListener.of(
                Pruning.builder("Movement")
                    .criterion(new Movement())
                    .allocation(new Global(Floor.none()))
                    .schedule(Schedule.cubic(0, 12, 0, 0.9), UpdateWindow.iterations(0, 12, 3))
                    .build());
      };
    }
  }

  static Object model(Training.Kind kind, String updater) {
    IUpdater rule = updater.equals("adam") ? new Adam(1e-2) : new Nesterovs(0.05, 0.9);
    return switch (kind) {
      case NETWORK -> network(rule);
      case GRAPH -> network(rule).toComputationGraph();
      case SAME_DIFF -> sameDiff(rule);
    };
  }

  private static MultiLayerNetwork network(IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(updater, DataType.FLOAT)
                .l2(1e-4)
                .list()
                .layer(new DenseLayer.Builder().nOut(20).dropOut(0.8).build())
                .layer(new DenseLayer.Builder().nOut(10).dropOut(0.7).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(12))
                .build());
    network.init();
    return network;
  }

  private static SameDiff sameDiff(IUpdater updater) {
    Nd4j.getRandom().setSeed(11);
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, 12);
    SDVariable label = sd.placeHolder("label", DataType.FLOAT, -1, 3);
    SDVariable w1 = sd.var("w1", Nd4j.randn(DataType.FLOAT, 12, 20).muli(0.3));
    SDVariable w2 = sd.var("w2", Nd4j.randn(DataType.FLOAT, 20, 20).muli(0.3));
    SDVariable w3 = sd.var("w3", Nd4j.randn(DataType.FLOAT, 20, 3).muli(0.3));
    SDVariable hidden = sd.math().tanh(in.mmul(w1));
    SDVariable noise = sd.random().bernoulli(0.8, DataType.FLOAT, 16, 20);
    hidden = sd.math().tanh(hidden.mul(noise).mmul(w2));
    hidden = sd.math().tanh(hidden.mmul(w2));
    sd.loss.softmaxCrossEntropy("loss", label, hidden.mmul("logits", w3), null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(updater)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return sd;
  }

  static void listen(Object model, SessionHooks... listeners) {
    if (model instanceof SameDiff graph) {
      graph.setListeners(listeners);
    } else if (model instanceof MultiLayerNetwork network) {
      network.setListeners((TrainingListener[]) listeners);
    } else {
      ((ComputationGraph) model).setListeners((TrainingListener[]) listeners);
    }
  }

  /** Some steps; the number of each in the whole training says which batch it gets. */
  static void steps(Object model, int count) {
    List<DataSet> batches = Toys.batches(DataType.FLOAT, BATCHES);
    PrunableModel view = PrunableModel.ofAny(model);
    for (int i = 0; i < count; i++) {
      DataSet batch = batches.get((int) (view.iteration() % BATCHES));
      if (model instanceof SameDiff graph) {
        graph.fit(batch);
      } else if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
  }

  /** Everything that must be equal, bit for bit. */
  static List<String> state(Object model, PruningListener listener) {
    List<String> state = state(model);
    state.add("masks " + PackedMasks.of(listener.masks()).hashCode());
    state.add(listener.report().toJson().replaceAll("\\s+", " "));
    state.add(listener.configuration().toJson().replaceAll("\\s+", " "));
    return state;
  }

  /** What of it is in the model. */
  static List<String> state(Object model) {
    PrunableModel view = PrunableModel.ofAny(model);
    List<String> state = new ArrayList<>();
    for (ParameterBlock block : view.blocks()) {
      state.add("values of " + block.name() + " " + bits(block.values()));
    }
    for (UpdaterState updater : view.updaterStates()) {
      state.add("state " + updater.key() + updater.start() + " " + bits(updater.array()));
    }
    state.add("iteration " + view.iteration() + ", epoch " + view.epoch());
    return state;
  }

  private static String bits(INDArray array) {
    CRC32C checksum = new CRC32C();
    try (INDArray copy = array.dup()) {
      HostBytes.read(
          copy.reshape(copy.length()), (from, bytes) -> checksum.update(bytes.duplicate()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Long.toHexString(checksum.getValue());
  }

  /** Goes on in a JVM of its own: file, number of steps. Prints the state. */
  public static void main(String[] arguments) throws IOException {
    RestoredPruning restored = PruningListener.load(new File(arguments[0]));
    listen(restored.model(), restored.listener());
    steps(restored.model(), Integer.parseInt(arguments[1]));
    state(restored.model(), restored.listener()).forEach(line -> System.out.println("=" + line));
  }
}
