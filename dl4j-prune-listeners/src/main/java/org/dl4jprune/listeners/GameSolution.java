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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.search.Equilibrium;
import org.dl4jprune.search.EquilibriumSolver;
import org.dl4jprune.search.ParticipationGame;
import org.dl4jprune.structure.ChannelGroups;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Plays a {@link PruningGame} to its equilibrium on a copy of a trained model. */
final class GameSolution {
  private final ParticipationRule rule;
  private final ChannelGroups groups;
  private final PrunableModel model;
  private final List<String> refusals = new ArrayList<>();
  private final List<PlayerLayer> layers;

  GameSolution(ParticipationRule rule, List<String> names, PrunableModel copy) {
    this.rule = rule;
    this.groups = ChannelGroups.of(copy.unwrap());
    this.model = groups.model();
    this.layers = PlayerLayer.of(groups, names, refusals);
  }

  ChannelGroups groups() {
    return groups;
  }

  List<PlayerLayer> layers() {
    return layers;
  }

  List<String> refusals() {
    return refusals;
  }

  /** Finds the equilibrium of each layer and multiplies the copy's weights by it. */
  List<Equilibrium> play(List<? extends MultiDataSet> batches, int players, double threshold) {
    Map<PlayerLayer, INDArray> benefits = benefits(batches);
    List<ParticipationGame> games =
        layers.stream().map(layer -> game(layer, benefits.get(layer))).toList();
    List<Equilibrium> ends =
        players == 0
            ? games.stream().map(EquilibriumSolver::solve).toList()
            : EquilibriumSolver.reach(games, players, threshold);
    Map<String, INDArray> factors = PlayerLayer.ones(model, layers);
    for (int i = 0; i < ends.size(); i++) {
      INDArray s = layers.get(i).participation();
      s.assign(Nd4j.createFromArray(ends.get(i).participation()).castTo(s.dataType()));
      layers.get(i).spread(p -> model.blockOf(p).view(factors.get(model.blockOf(p).name()), p));
    }
    model.blocks().stream()
        .filter(block -> factors.containsKey(block.name()))
        .forEach(block -> block.values().muli(factors.get(block.name())));
    factors.values().forEach(INDArray::close);
    return ends;
  }

  private Map<PlayerLayer, INDArray> benefits(List<? extends MultiDataSet> batches) {
    Map<PlayerLayer, INDArray> benefits = new LinkedHashMap<>();
    for (PlayerLayer layer : layers) {
      benefits.put(layer, layer.participation().like());
    }
    for (MultiDataSet batch : batches) {
      try (Gradients gradients = model.gradients(batch)) {
        for (PlayerLayer layer : layers) {
          try (INDArray derivative = layer.participation().like()) {
            for (Parameter p : layer.tensors()) {
              try (INDArray product = gradients.of(p).mul(model.values(p));
                  INDArray sums = PlayerLayer.rowSums(p.asMatrix(product))) {
                derivative.addi(sums);
              }
            }
            try (INDArray benefit = rule.benefit().of(derivative, layer.participation())) {
              benefits.get(layer).addi(benefit.muli(rule.alpha() / batches.size()));
            }
          }
        }
      }
    }
    return benefits;
  }

  private ParticipationGame game(PlayerLayer layer, INDArray benefits) {
    double[] values = HostReads.vector(benefits);
    int n = values.length;
    INDArray gram = Nd4j.zeros(benefits.dataType(), n, n);
    for (INDArray matrix : layer.matrices(model::values)) {
      try (INDArray product = matrix.mmul(matrix.transpose())) {
        gram.addi(product);
      }
    }
    double[] flat = HostReads.vector(gram.dup('c').reshape('c', new long[] {(long) n * n}));
    double[][] rows = new double[n][];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * n, (i + 1) * n);
      sum += values[i] + rows[i][i];
    }
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException(
          "The gradient or the weights of layer %s contain NaN or infinity"
              .formatted(layer.name()));
    }
    return new ParticipationGame(values, rows, rule.l2Cost(), rule.l1Cost(), rule.competition());
  }
}
