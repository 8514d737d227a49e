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
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.GradualMagnitudePruning;
import org.dl4jprune.listeners.IssP;

/** Check 4 of the card iss-p: soft shrinkage in a classifier, against gradual magnitude. */
final class SoftShrinkageInClassifier implements Study {
  private static final double RATIO = 0.95;

  private final Setup setup;

  SoftShrinkageInClassifier(FashionMnist data) {
    this.setup = new Setup(data, 8, 128, 0.1, 0);
  }

  @Override
  public String name() {
    return "iss-p-lenet";
  }

  @Override
  public String title() {
    return "Iterative soft shrinkage (ISS-P) in a classifier";
  }

  @Override
  public String setting() {
    return ("LeNet-300-100, %,d training images, %d epochs of batch %d, momentum 0.9, rate 0.1 along a"
            + " cosine; two thirds of the steps prune, the same ratio in every layer; accuracy on"
            + " %,d test images in percent.")
        .formatted(
            setup.data().trainCount(), setup.epochs(), setup.batch(), setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    long prune = Math.max(1, setup.iterations() * 2 / 3);
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(
          new Case(
              "ISS-P",
              seed,
              () -> run(seed, IssP.builder().ratio(RATIO).pruneSteps(prune).build().listener())));
      cases.add(
          new Case(
              "GMP",
              seed,
              () ->
                  run(
                      seed,
                      GradualMagnitudePruning.builder()
                          .finalSparsity(RATIO)
                          .allocation(new Uniform())
                          .end(prune)
                          .every(Math.max(1, prune / 37))
                          .build())));
    }
    return cases;
  }

  private Map<String, Double> run(long seed, TrainingListener listener) {
    MultiLayerNetwork network = setup.mlp(seed);
    network.setListeners(listener);
    network.fit(setup.data().train(setup.batch(), seed), setup.epochs());
    network.setListeners();
    return Map.of("95 % zeros", setup.accuracy(network));
  }
}
