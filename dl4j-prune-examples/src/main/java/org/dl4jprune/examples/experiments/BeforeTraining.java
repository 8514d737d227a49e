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
package org.dl4jprune.examples.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.criterion.Snip;
import org.dl4jprune.criterion.SynFlow;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Criteria that prune a network before it is trained. */
final class BeforeTraining implements Study {
  private static final double SPARSITY = 0.98;

  private final Setup setup;

  BeforeTraining(FashionMnist data) {
    this.setup = new Setup(data, 2, 128, 0.1, 5e-4);
  }

  @Override
  public String name() {
    return "before-training";
  }

  @Override
  public String title() {
    return "Pruned before training, 98 %";
  }

  @Override
  public String setting() {
    return "MLP 784-300-100-10, all training images, pruned at initialisation (256 images for the"
        + " criteria that need data), then 2 epochs; test accuracy in percent.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      add(cases, "random", seed, new Random());
      add(cases, "magnitude", seed, new Magnitude());
      add(cases, "SNIP", seed, new Snip());
      add(cases, "GraSP", seed, new Grasp(200));
      add(cases, "SynFlow, 100 rounds", seed, new SynFlow(100));
    }
    return cases;
  }

  private void add(List<Case> cases, String group, long seed, Criterion criterion) {
    cases.add(
        new Case(
            group,
            seed,
            () -> {
              MultiLayerNetwork fresh = setup.perceptron(seed, WeightInit.RELU, 300, 100);
              MultiDataSet batch = setup.data().train(256, seed).next().toMultiDataSet();
              Pruned pruned =
                  Pruner.of(fresh)
                      .criterion(criterion)
                      .data(List.of(batch))
                      .sparsity(SPARSITY)
                      .seed(seed)
                      .prune();
              MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
              setup.train(network, seed, PruningListener.keeping(pruned));
              Map<String, Double> row = new LinkedHashMap<>();
              row.put("accuracy", setup.accuracy(network));
              return row;
            }));
  }
}
