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
package org.dl4jprune.federated;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dl4jprune.allocation.NoisyLayerDensities;
import org.dl4jprune.calibration.ChannelMoments;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Selector;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;

/**
 * Adaptive batch-normalisation selection: devices score magnitude masks of different layer
 * densities, after the statistics of the batch normalisations were taken from their data. Card
 * {@code fedtiny}, step A; arXiv 2212.01977. In a model without batch normalisation the losses are
 * compared as they are.
 */
final class CandidateSelection {
  private static final double WIDTH = 0.5;

  private final SparseModel global;
  private final Clients clients;
  private final long[] examples;
  private final List<PackedMasks> masks = new ArrayList<>();
  private final List<SparseValues> candidates = new ArrayList<>();

  /** Which candidate it is, and what devices lose with each. */
  record Choice(int candidate, PackedMasks mask, ChannelMoments moments, double[] losses) {}

  /** Makes the candidates; the first one has the same density everywhere. */
  CandidateSelection(SparseModel global, Clients clients, double sparsity, int count, long seed) {
    this.global = global;
    this.clients = clients;
    this.examples = clients.examples();
    int layers = global.layout().parameters().size();
    String[] names =
        global.layout().parameters().stream().map(Parameter::name).toArray(String[]::new);
    for (int i = 0; i < count; i++) {
      NoisyLayerDensities densities =
          i == 0
              ? NoisyLayerDensities.even(layers)
              : NoisyLayerDensities.draw(layers, WIDTH, seed + i * 0x9E3779B97F4A7C15L);
      Pruned pruned =
          Pruner.of(global.model().unwrap())
              .selector(Selector.weights().including(names))
              .allocation(densities)
              .sparsity(sparsity)
              .prune();
      masks.add(PackedMasks.of(pruned.masks()));
      pruned.masks().close();
      candidates.add(global.sparse(masks.get(i)));
    }
  }

  /**
   * Asks the devices.
   *
   * @throws IllegalStateException if no candidate has a loss
   */
  Choice choose(boolean pooled) {
    float[] dense = global.dense();
    boolean normalised = BatchNormStatistics.has(global.model());
    List<ChannelMoments> moments = normalised ? moments(dense, pooled) : List.of();
    boolean known = normalised && clients.remember();
    SortedMap<Integer, Answer> answers =
        ask(
            known
                ? new Request.Losses(new float[0], List.of(), moments)
                : new Request.Losses(dense, candidates, moments));
    double[] losses =
        weighted(
            answers.values().stream().map(a -> ((Answer.Losses) a).candidates()).toList(),
            examplesOf(answers.keySet()));
    int best = best(losses);
    return new Choice(best, masks.get(best), normalised ? moments.get(best) : null, losses);
  }

  private List<ChannelMoments> moments(float[] dense, boolean pooled) {
    SortedMap<Integer, Answer> answers = ask(new Request.Moments(dense, candidates));
    List<ChannelMoments> averages = new ArrayList<>();
    for (int candidate = 0; candidate < candidates.size(); candidate++) {
      SortedMap<Integer, ChannelMoments> of = new TreeMap<>();
      SortedMap<Integer, ChannelMoments> finite = new TreeMap<>();
      for (Map.Entry<Integer, Answer> answer : answers.entrySet()) {
        ChannelMoments found = ((Answer.Moments) answer.getValue()).candidates().get(candidate);
        of.put(answer.getKey(), found);
        if (found.isFinite()) {
          finite.put(answer.getKey(), found);
        }
      }
      // Where no device has finite moments the candidate's losses will be NaN.
      SortedMap<Integer, ChannelMoments> used = finite.isEmpty() ? of : finite;
      averages.add(
          ChannelMoments.average(List.copyOf(used.values()), examplesOf(used.keySet()), pooled));
    }
    return averages;
  }

  private SortedMap<Integer, Answer> ask(Request request) {
    SortedMap<Integer, Request> requests = new TreeMap<>();
    IntStream.range(0, examples.length).forEach(number -> requests.put(number, request));
    SortedMap<Integer, Answer> answers = clients.ask(requests);
    if (answers.isEmpty()) {
      throw new IllegalStateException("No client answered; there is nothing to choose a mask by");
    }
    return answers;
  }

  private long[] examplesOf(Collection<Integer> numbers) {
    return numbers.stream().mapToLong(number -> examples[number]).toArray();
  }

  /**
   * The loss of each candidate, weighted by examples; a device that has only NaN is left out, and a
   * candidate that has NaN on another one is NaN.
   */
  static double[] weighted(List<float[]> losses, long[] examples) {
    int[] used =
        IntStream.range(0, examples.length)
            .filter(
                i -> IntStream.range(0, losses.get(i).length).anyMatch(c -> finite(losses, i, c)))
            .toArray();
    double[] weights =
        WeightedAverage.weights(IntStream.of(used).mapToLong(i -> examples[i]).toArray());
    double[] sums = new double[losses.get(0).length];
    if (used.length == 0) {
      Arrays.fill(sums, Double.NaN);
    }
    for (int candidate = 0; candidate < sums.length; candidate++) {
      for (int i = 0; i < used.length; i++) {
        sums[candidate] += weights[i] * losses.get(used[i])[candidate];
      }
    }
    return sums;
  }

  private static boolean finite(List<float[]> losses, int device, int candidate) {
    return Float.isFinite(losses.get(device)[candidate]);
  }

  /** The lowest loss; of equal ones the first. */
  static int best(double[] losses) {
    int best = -1;
    for (int i = 0; i < losses.length; i++) {
      if (Double.isFinite(losses[i]) && (best < 0 || losses[i] < losses[best])) {
        best = i;
      }
    }
    if (best < 0) {
      throw new IllegalStateException(
          "The losses of all %d candidates are NaN on the clients; look at the model and at their data"
              .formatted(losses.length));
    }
    return best;
  }
}
