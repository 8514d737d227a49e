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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.report.PruningReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What pruning costs on a device, in ops and host reads, as docs/CUDA.md states it: the difference
 * between a step with the listener and the same step without it.
 */
class CostTest {
  private static final Logger LOG = LoggerFactory.getLogger(CostTest.class);
  private static final List<String> TABLE = new ArrayList<>();

  /** Pruned weights of {@link #network}. */
  private static final int LAYERS = 4;

  /** Beyond the end of every training here. */
  private static final int NEVER = 1_000;

  /** The methods whose updates are counted, at an update after every third step. */
  private enum Method {
    GMP(1, 0) {
      @Override
      PruningListener listener() {
        return GradualMagnitudePruning.builder()
            .initialSparsity(0.2)
            .finalSparsity(0.9)
            .end(NEVER)
            .every(3)
            .build();
      }
    },
    GRANET(1, 2) {
      @Override
      PruningListener listener() {
        return GraNet.builder()
            .initialSparsity(0.2)
            .finalSparsity(0.9)
            .end(NEVER)
            .every(3)
            .iterations(NEVER)
            .build();
      }
    };

    private final int selections;
    private final int selectionsPerLayer;

    Method(int selections, int selectionsPerLayer) {
      this.selections = selections;
      this.selectionsPerLayer = selectionsPerLayer;
    }

    abstract PruningListener listener();

    int selections() {
      return selections + LAYERS * selectionsPerLayer;
    }

    /** The bound of docs/CUDA.md for one block (B = 1) with the two states of Adam (A = 2). */
    long mostOps(int passes) {
      long selection = 21 + 7L * passes;
      long update = 8L * LAYERS + 7 + 2 + 4 * 2;
      long regrowth = selectionsPerLayer > 0 ? 19L * LAYERS + 5 + 2 + 3 * 2 : 0;
      return selections() * selection + update + regrowth;
    }

    long mostReads(int passes) {
      return selections() * (6L + passes) + (selectionsPerLayer > 0 ? 6 : 2);
    }
  }

  private static MultiLayerNetwork network(IUpdater updater, DataType type, int width) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(updater, type)
                .list()
                .layer(new DenseLayer.Builder().nOut(width).build())
                .layer(new DenseLayer.Builder().nOut(width).build())
                .layer(new DenseLayer.Builder().nOut(width).build())
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

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Sgd(0.1),
        new Adam(1e-2),
        new Nesterovs(0.05, 0.9),
        new RmsProp(1e-2),
        new AdaMax(1e-2));
  }

  @AfterAll
  static void table() {
    LOG.info("Cost of pruning:\n{}", String.join("\n", TABLE));
  }

  private static PruningListener quiet() {
    return GradualMagnitudePruning.builder()
        .initialSparsity(0.5)
        .finalSparsity(0.9)
        .begin(0)
        .end(NEVER)
        .every(NEVER)
        .build();
  }

  /** Counts one step with the listener and one without, both after a warm-up. */
  private static OpCounter.Tally[] step(Runnable fit, Runnable withoutListeners, int warmUp) {
    for (int i = 0; i < warmUp; i++) {
      fit.run();
    }
    try (OpCounter counter = new OpCounter()) {
      fit.run();
      OpCounter.Tally with = counter.take();
      withoutListeners.run();
      fit.run();
      return new OpCounter.Tally[] {with, counter.take()};
    }
  }

  private static OpCounter.Tally[] step(
      Model model, PruningListener listener, DataSet batch, int warmUp) {
    model.setListeners(listener.attach(model));
    Runnable fit =
        model instanceof MultiLayerNetwork network
            ? () -> network.fit(batch)
            : () -> ((ComputationGraph) model).fit(batch);
    return step(fit, model::setListeners, warmUp);
  }

  private static void assertQuietStep(
      String model, IUpdater updater, OpCounter.Tally[] tallies, long vectors) {
    Map<String, Long> extra = OpCounter.extra(tallies[0], tallies[1]);
    long ops = tallies[0].ops() - tallies[1].ops();
    TABLE.add(
        "| step without update | %s | %s | %d | %d | %s |"
            .formatted(model, updater.getClass().getSimpleName(), ops, tallies[0].reads(), extra));
    assertTrue(ops <= 3 * vectors, () -> ops + " ops: " + extra);
    assertTrue(extra.values().stream().allMatch(more -> more > 0), extra::toString);
    assertEquals(0, tallies[0].reads());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void aStepWithoutUpdateAddsAtMostThreeOpsAndNoRead(IUpdater updater) {
    DataSet batch = Toys.batches(DataType.FLOAT, 1).get(0);
    MultiLayerNetwork network = network(updater, DataType.FLOAT, 20);
    ComputationGraph graph = network.clone().toComputationGraph();
    assertQuietStep("MultiLayerNetwork", updater, step(network, quiet(), batch, 2), 1);
    assertQuietStep("ComputationGraph", updater, step(graph, quiet(), batch, 2), 1);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void aSameDiffStepAddsAtMostThreeOpsForEachVariable(IUpdater updater) {
    SameDiff sd = Toys.sameDiff(updater, DataType.FLOAT);
    DataSet batch = Toys.batches(DataType.FLOAT, 1).get(0);
    PruningListener listener = quiet().attach(sd);
    sd.setListeners(listener);
    OpCounter.Tally[] tallies = step(() -> sd.fit(batch), sd::setListeners, 2);
    int variables = listener.masks().layout().parameters().size();
    assertQuietStep("SameDiff, " + variables + " variables", updater, tallies, variables);
  }

  private static OpCounter.Tally[] update(Method method, DataType type, int width) {
    MultiLayerNetwork network = network(new Adam(1e-2), type, width);
    PruningListener listener = method.listener();
    OpCounter.Tally[] tallies = step(network, listener, Toys.batches(type, 1).get(0), 5);
    assertEquals(LAYERS, listener.masks().layout().parameters().size());
    List<PruningReport.Update> trace = listener.report().trace();
    assertEquals(6, trace.get(trace.size() - 1).time(), "the step counted ends with an update");
    return tallies;
  }

  /** The larger network has 53 times the weights of the smaller one in as many layers. */
  @ParameterizedTest
  @EnumSource(Method.class)
  void anUpdateCostsTheSameForAnyNumberOfWeights(Method method) {
    // Two equal scores at the threshold cost a search for the last one kept; DOUBLE has none here.
    OpCounter.Tally[] small = update(method, DataType.DOUBLE, 30);
    OpCounter.Tally[] large = update(method, DataType.DOUBLE, 240);
    assertEquals(OpCounter.extra(small[0], small[1]), OpCounter.extra(large[0], large[1]));
    assertEquals(small[0].reads(), large[0].reads());
    assertEquals(0, large[1].reads());
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void anUpdateIsBoundedByLayersAndPasses(Method method) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      for (int width : new int[] {30, 240}) {
        OpCounter.Tally[] tallies = update(method, type, width);
        long ops = tallies[0].ops() - tallies[1].ops();
        long histograms = tallies[0].count("histogram");
        assertEquals(0, histograms % method.selections());
        int passes = (int) (histograms / method.selections());
        TABLE.add(
            "| %s update, %d layers | %s, width %d | %d passes | %d of at most %d | %d of at most %d | %s |"
                .formatted(
                    method,
                    LAYERS,
                    type,
                    width,
                    passes,
                    ops,
                    method.mostOps(passes),
                    tallies[0].reads(),
                    method.mostReads(passes),
                    OpCounter.extra(tallies[0], tallies[1])));
        assertTrue(passes <= (type == DataType.FLOAT ? 2 : 5), () -> passes + " passes");
        assertTrue(ops <= method.mostOps(passes), () -> ops + " ops");
        assertTrue(
            tallies[0].reads() <= method.mostReads(passes), () -> tallies[0].reads() + " reads");
      }
    }
  }
}
