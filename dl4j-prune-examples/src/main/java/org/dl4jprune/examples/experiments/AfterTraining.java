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
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.Lamp;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.GlobalMagnitude;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;

/** Where the zeros go when a trained network is pruned: global, uniform, ERK and LAMP. */
final class AfterTraining implements Study {
  private static final List<Double> SPARSITIES = List.of(0.9, 0.97, 0.98, 0.99);

  private final Setup dense;
  private final Setup tuning;

  AfterTraining(FashionMnist data) {
    FashionMnist images = data.limit(20_000);
    this.dense = new Setup(images, 4, 128, 0.1, 5e-4);
    this.tuning = new Setup(images, 2, 128, 0.05, 5e-4);
  }

  @Override
  public String name() {
    return "allocations";
  }

  @Override
  public String title() {
    return "Magnitude after training: where the zeros go";
  }

  @Override
  public String setting() {
    return "LeNet-300-100, 20,000 training images, 4 dense epochs (rate 0.1), then pruned by magnitude;"
        + " \"raw\" without, \"tuned\" after 2 epochs of fine-tuning (rate 0.05); test accuracy in"
        + " percent. The last row prunes gradually during the 2 epochs.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("global", seed, () -> oneShot(seed, new Global(Floor.none()))));
      cases.add(new Case("uniform", seed, () -> oneShot(seed, new Uniform())));
      cases.add(new Case("ERK", seed, () -> oneShot(seed, new ErdosRenyi(true))));
      cases.add(new Case("LAMP", seed, () -> oneShot(seed, new Lamp(Floor.none()))));
      cases.add(new Case("global, gradual", seed, () -> gradual(seed)));
    }
    return cases;
  }

  private Map<String, Double> oneShot(long seed, Allocation allocation) {
    MultiLayerNetwork trained = dense.train(dense.mlp(seed), seed);
    Map<String, Double> row = new LinkedHashMap<>();
    for (double sparsity : SPARSITIES) {
      Pruned pruned = Pruner.of(trained).allocation(allocation).sparsity(sparsity).prune();
      MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
      row.put(column("raw", sparsity), dense.accuracy(network));
      row.put(
          column("tuned", sparsity),
          FineTuning.run(tuning, network, seed, PruningListener.keeping(pruned)));
      pruned.masks().close();
    }
    return row;
  }

  private Map<String, Double> gradual(long seed) {
    MultiLayerNetwork trained = dense.train(dense.mlp(seed), seed);
    Map<String, Double> row = new LinkedHashMap<>();
    for (double sparsity : SPARSITIES) {
      PruningListener listener =
          GlobalMagnitude.builder()
              .sparsity(sparsity)
              .gradual(0, tuning.iterations() * 2 / 3, tuning.iterations() / 30)
              .build();
      row.put(column("tuned", sparsity), FineTuning.run(tuning, trained.clone(), seed, listener));
    }
    return row;
  }

  private static String column(String when, double sparsity) {
    return "%.0f %% %s".formatted(100 * sparsity, when);
  }
}
