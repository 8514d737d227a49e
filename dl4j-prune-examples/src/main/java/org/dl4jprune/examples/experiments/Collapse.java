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
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;

/** Layer collapse in a deep perceptron under global magnitude, and the floor that cures it. */
final class Collapse implements Study {
  private static final List<Double> SPARSITIES = List.of(0.98, 0.99);

  private final Setup setup;

  Collapse(FashionMnist data) {
    this.setup = new Setup(data.limit(20_000), 4, 128, 0.05, 0);
  }

  @Override
  public String name() {
    return "collapse";
  }

  @Override
  public String title() {
    return "Layer collapse and the minimum kept";
  }

  @Override
  public String setting() {
    return "MLP 784-300-100×6-10, XAVIER_UNIFORM, 20,000 training images, 4 dense epochs (rate 0.05),"
        + " pruned by magnitude, 2 epochs of fine-tuning; test accuracy in percent, and the weights"
        + " that the first layer keeps.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("global", seed, () -> prune(seed, new Global(Floor.none()))));
      cases.add(
          new Case("global, at least 60", seed, () -> prune(seed, new Global(Floor.count(60)))));
      cases.add(new Case("uniform", seed, () -> prune(seed, new Uniform())));
      cases.add(new Case("ERK", seed, () -> prune(seed, new ErdosRenyi(true))));
    }
    return cases;
  }

  private Map<String, Double> prune(long seed, Allocation allocation) {
    MultiLayerNetwork trained =
        setup.train(
            setup.perceptron(seed, WeightInit.XAVIER_UNIFORM, 300, 100, 100, 100, 100, 100, 100),
            seed);
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("dense", setup.accuracy(trained));
    Setup tuning = new Setup(setup.data(), 2, setup.batch(), setup.rate() / 2, 0);
    for (double sparsity : SPARSITIES) {
      Pruned pruned = Pruner.of(trained).allocation(allocation).sparsity(sparsity).prune();
      MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
      String percent = "%.0f %%".formatted(100 * sparsity);
      row.put("first layer at " + percent, (double) pruned.masks().kept()[0]);
      row.put(
          percent + " tuned",
          FineTuning.run(tuning, network, seed, PruningListener.keeping(pruned)));
      pruned.masks().close();
    }
    return row;
  }
}
