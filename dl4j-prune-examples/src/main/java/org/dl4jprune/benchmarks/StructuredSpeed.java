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

import java.util.List;
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
 * inference of eight images by the same model. The first round shows what a fresh program pays.
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
      long start = System.nanoTime();
      StructuredPruning.of(graph).sparsity(0.5).prune();
      long pruned = System.nanoTime();
      ChannelGroups groups = ChannelGroups.of(graph);
      long grouped = System.nanoTime();
      importance.score(groups, List.of(), 0);
      long scored = System.nanoTime();
      RemovalPlan plan = StructuredPruning.of(graph).sparsity(0.5).plan();
      long planned = System.nanoTime();
      new Surgeon(groups).cut(plan);
      long cut = System.nanoTime();
      graph.output(images);
      long inferred = System.nanoTime();
      System.out.printf(
          "all %.3f s (%.2f of an inference), of which groups %.3f, scores %.3f, surgery %.3f; plan with scores %.3f; inference %.3f%n",
          (pruned - start) / 1e9,
          (double) (pruned - start) / (inferred - cut),
          (grouped - pruned) / 1e9,
          (scored - grouped) / 1e9,
          (cut - planned) / 1e9,
          (planned - scored) / 1e9,
          (inferred - cut) / 1e9);
    }
  }
}
