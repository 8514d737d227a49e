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
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.BiP;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.schedule.Cosine;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks 3 and 4 of the card bip: masks learned with the weights against magnitude. */
final class BiLevel implements Study {
  private static final List<Double> SPARSITIES = List.of(0.95, 0.98);
  private static final double DECAY = 1e-4;

  private final Setup dense;

  BiLevel(FashionMnist data) {
    this.dense = new Setup(data, 4, 128, 0.05, DECAY);
  }

  @Override
  public String name() {
    return "bip";
  }

  @Override
  public String title() {
    return "Masks learned with the weights (BiP) against magnitude";
  }

  @Override
  public String setting() {
    return "LeNet-300-100, 20,000 training images, 4 dense epochs (rate 0.05, cosine), then 4 epochs"
        + " of BiP (weights 0.05, scores 0.1, cosines) or magnitude once and fine-tuning for 4"
        + " epochs (equal data) or 8 (equal gradients) at the same rate; test accuracy in percent."
        + " \"IoU\": kept weights in common with magnitude, of all that either keeps; \"epochs\":"
        + " the time of a BiP epoch in dense epochs of the same run.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("magnitude + 4 epochs", seed, () -> magnitude(seed, 4)));
      cases.add(new Case("magnitude + 8 epochs", seed, () -> magnitude(seed, 8)));
      cases.add(new Case("BiP, λ = 1e-4", seed, () -> learned(seed, 1e-4)));
      cases.add(new Case("HYDRA, λ = 0", seed, () -> learned(seed, 0)));
    }
    cases.add(new Case("BiP, λ = 0.01", 1, () -> learned(1, 0.01)));
    cases.add(new Case("BiP, λ = 1", 1, () -> learned(1, 1)));
    return cases;
  }

  private Map<String, Double> magnitude(long seed, int epochs) {
    MultiLayerNetwork trained = dense.train(dense.mlp(seed), seed);
    Setup tuning = new Setup(dense.data(), epochs, 128, 0.05, DECAY);
    Map<String, Double> row = new LinkedHashMap<>();
    for (double sparsity : SPARSITIES) {
      Pruned pruned = Pruner.of(trained).sparsity(sparsity).prune();
      MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
      row.put(
          column(sparsity, "accuracy"),
          FineTuning.run(tuning, network, seed, PruningListener.keeping(pruned)));
      pruned.masks().close();
    }
    return row;
  }

  private Map<String, Double> learned(long seed, double lambda) {
    long start = System.nanoTime();
    MultiLayerNetwork trained = dense.train(dense.mlp(seed), seed);
    double denseTime = System.nanoTime() - start;
    Map<String, Double> row = new LinkedHashMap<>();
    for (double sparsity : SPARSITIES) {
      start = System.nanoTime();
      Pruned pruned =
          BiP.builder()
              .sparsity(sparsity)
              .epochs(dense.epochs())
              .weightRate(new Cosine(0, 1, 0.05, 0))
              .scoreRate(new Cosine(0, 1, 0.1, 0))
              .weightDecay(DECAY)
              .implicit(lambda)
              .build()
              .prune(trained, dense.data().train(dense.batch(), seed + 1));
      double time = System.nanoTime() - start;
      Pruned magnitude = Pruner.of(trained).sparsity(sparsity).prune();
      row.put(
          column(sparsity, "accuracy"),
          dense.accuracy((MultiLayerNetwork) pruned.model().unwrap()));
      row.put(column(sparsity, "IoU"), overlap(pruned, magnitude));
      row.put(column(sparsity, "epochs"), time / denseTime);
      pruned.masks().close();
      magnitude.masks().close();
    }
    return row;
  }

  private static double overlap(Pruned first, Pruned second) {
    INDArray one = first.masks().gather();
    INDArray two = second.masks().gather();
    double both = one.mul(two).sumNumber().doubleValue();
    return both / (one.sumNumber().doubleValue() + two.sumNumber().doubleValue() - both);
  }

  private static String column(double sparsity, String what) {
    return "%.0f %% %s".formatted(100 * sparsity, what);
  }
}
