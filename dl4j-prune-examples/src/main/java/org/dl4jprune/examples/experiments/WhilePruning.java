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
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;

/** Methods that prune while training, at several sparsities, beside the dense network. */
final class WhilePruning implements Study {
  private final String name;
  private final String title;
  private final String net;
  private final Setup setup;
  private final List<Double> sparsities;
  private final LongFunction<MultiLayerNetwork> network;

  private WhilePruning(
      String name,
      String title,
      String net,
      Setup setup,
      List<Double> sparsities,
      LongFunction<MultiLayerNetwork> network) {
    this.name = name;
    this.title = title;
    this.net = net;
    this.setup = setup;
    this.sparsities = sparsities;
    this.network = network;
  }

  static WhilePruning allImages(FashionMnist data) {
    Setup setup = new Setup(data, 8, 128, 0.1, 5e-4);
    return new WhilePruning(
        "mlp-90",
        "90 % while training, all images",
        "LeNet-300-100",
        setup,
        List.of(0.9),
        setup::mlp);
  }

  static WhilePruning highSparsity(FashionMnist data) {
    Setup setup = new Setup(data.limit(20_000), 12, 128, 0.1, 5e-4);
    return new WhilePruning(
        "mlp-high",
        "95, 98 and 99 % while training",
        "LeNet-300-100",
        setup,
        List.of(0.95, 0.98, 0.99),
        setup::mlp);
  }

  static WhilePruning convolutional(FashionMnist data) {
    Setup setup = new Setup(data.limit(4_000), 8, 64, 0.05, 5e-4);
    return new WhilePruning(
        "lenet5",
        "90 and 98 % while training a small convolutional network",
        "LeNet-5 (44,426 parameters)",
        setup,
        List.of(0.9, 0.98),
        setup::lenet5);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String setting() {
    return ("%s, %,d training images, %d epochs of batch %d, momentum 0.9, rate %s along a cosine,"
            + " L2 %s; pruning in the first half, about 37 updates; accuracy on %,d test images"
            + " in percent.")
        .formatted(
            net,
            setup.data().trainCount(),
            setup.epochs(),
            setup.batch(),
            setup.rate(),
            setup.l2(),
            setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(
          new Case("dense, and one-shot magnitude without retraining", seed, () -> dense(seed)));
      add(cases, "GMP", seed, (s, sparsity) -> Methods.gradualMagnitude(setup, sparsity));
      add(cases, "GraNet, dense start", seed, (s, p) -> Methods.graNet(setup, p, 0, s));
      add(cases, "GraNet, start 0.5", seed, (s, p) -> Methods.graNet(setup, p, 0.5, s));
      add(cases, "RigL", seed, (s, p) -> Methods.rigL(setup, p, s));
      add(cases, "SET", seed, (s, p) -> Methods.sparseEvolutionary(setup, p, s));
    }
    return cases;
  }

  private void add(
      List<Case> cases, String group, long seed, BiFunction<Long, Double, PruningListener> method) {
    cases.add(
        new Case(
            group,
            seed,
            () -> {
              Map<String, Double> row = new LinkedHashMap<>();
              for (double sparsity : sparsities) {
                PruningListener listener = method.apply(seed, sparsity);
                MultiLayerNetwork trained = setup.train(network.apply(seed), seed, listener);
                row.put(column(sparsity), setup.accuracy(trained));
                if (listener.report().reachedSparsity() < sparsity - 1e-5) {
                  throw new IllegalStateException("Not reached: " + listener.report());
                }
                listener.close();
              }
              return row;
            }));
  }

  private Map<String, Double> dense(long seed) {
    MultiLayerNetwork trained = setup.train(network.apply(seed), seed);
    Map<String, Double> row = new LinkedHashMap<>();
    for (double sparsity : sparsities) {
      Pruned pruned = Pruner.of(trained).sparsity(sparsity).prune();
      row.put(column(sparsity), setup.accuracy((MultiLayerNetwork) pruned.model().unwrap()));
      pruned.masks().close();
    }
    row.put("dense", setup.accuracy(trained));
    return row;
  }

  private static String column(double sparsity) {
    return "%.0f %% zeros".formatted(100 * sparsity);
  }
}
