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
package org.dl4jprune.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.model.ResNet50;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.transform.StructuredPruning;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The time that removing half of ResNet-50's channels takes, with its parts, beside that of one
 * inference of eight images by the same model. The first round shows what a fresh program pays. In
 * brackets is the processor time of the calling thread, which with one ND4J thread is all there is
 * and depends less on what else the machine does.
 */
public final class StructuredSpeed {
  private static final int IMAGES = 8;
  private static final int PIXELS = 224;

  private StructuredSpeed() {}

  /**
   * Prints one line for each round.
   *
   * @param args the number of rounds; 5 by default
   */
  public static void main(String[] args) {
    ComputationGraph graph = ResNet50.builder().numClasses(1000).build().init();
    INDArray images = Nd4j.rand(IMAGES, 3, PIXELS, PIXELS);
    int rounds = args.length == 0 ? 5 : Integer.parseInt(args[0]);
    GroupImportance importance =
        new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN);
    for (int round = 1; round <= rounds; round++) {
      Lap all = Lap.of(() -> StructuredPruning.of(graph).sparsity(0.5).prune());
      Lap grouping = Lap.of(() -> ChannelGroups.of(graph));
      ChannelGroups groups = ChannelGroups.of(graph);
      Lap scoring = Lap.of(() -> importance.score(groups, List.of(), 0));
      Map<Integer, Double> scores = importance.score(groups, List.of(), 0);
      StructuredPruning scored =
          StructuredPruning.of(graph).importance((g, batches, seed) -> scores).sparsity(0.5);
      Lap planning = Lap.of(scored::plan);
      RemovalPlan plan = scored.plan();
      Lap cutting = Lap.of(() -> new Surgeon(groups).cut(plan));
      Lap inference = Lap.of(() -> graph.output(images));
      System.out.printf(
          "all %s, inference %s: %.2f (processor %.2f); groups %s, scores %s, plan %s, surgery %s%n",
          all,
          inference,
          all.wall() / inference.wall(),
          all.processor() / inference.processor(),
          grouping,
          scoring,
          planning,
          cutting);
    }
  }

  /** Seconds on the clock, and seconds of the calling thread on a processor. */
  private record Lap(double wall, double processor) {
    static Lap of(Runnable work) {
      long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long wall = System.nanoTime();
      work.run();
      return new Lap(
          (System.nanoTime() - wall) / 1e9,
          (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor) / 1e9);
    }

    @Override
    public String toString() {
      return "%.3f s (%.3f)".formatted(wall, processor);
    }
  }
}
