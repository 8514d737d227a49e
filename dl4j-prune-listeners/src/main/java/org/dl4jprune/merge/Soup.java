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
package org.dl4jprune.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How models of one mask become one. The average of models that share their mask has exactly that
 * mask. Card {@code sparse-model-soups}; Zimmer et al., ICLR 2024, <a
 * href="https://arxiv.org/abs/2306.16788">arXiv 2306.16788</a>, algorithm 1; greedy: Wortsman et
 * al., ICML 2022, <a href="https://arxiv.org/abs/2203.05482">arXiv 2203.05482</a>, recipe 1.
 */
@FunctionalInterface
public interface Soup {

  /**
   * Mixes models.
   *
   * @param parts at least one, of equal masks, classes and shapes; stay as they are
   * @param refresh renews what an average does not keep, the statistics of batch normalisations
   * @return a new model, refreshed
   */
  Mix mix(List<PrunableModel> parts, Consumer<PrunableModel> refresh);

  /**
   * A mixed model.
   *
   * @param model the average
   * @param chosen the numbers of the parts in it, from 0, in the order in which they were taken
   */
  record Mix(PrunableModel model, List<Integer> chosen) {}

  /**
   * Mixes pruned models, such as copies that were retrained on other machines. A model that is not
   * finite is left out with a warning.
   *
   * @param parts at least one, of equal masks, classes and shapes; stay as they are
   * @param refresh renews what an average does not keep
   * @return the soup with the masks of its parts
   * @throws IllegalArgumentException if there is no part, or masks, classes or shapes differ; the
   *     parameter is named
   * @throws IllegalStateException if no part is finite
   */
  default Pruned mixPruned(List<Pruned> parts, Consumer<PrunableModel> refresh) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A soup needs at least one model");
    }
    List<PackedMasks> masks = parts.stream().map(part -> PackedMasks.of(part.masks())).toList();
    parts.forEach(part -> Alike.check(parts.get(0).model(), part.model()));
    checkSameMasks(masks);
    List<PrunableModel> finite =
        IntStream.range(0, parts.size())
            .filter(i -> Alike.finite(parts.get(i).model(), "model %d".formatted(i + 1)))
            .mapToObj(i -> parts.get(i).model())
            .toList();
    if (finite.isEmpty()) {
      throw new IllegalStateException(
          "All %d models of the soup contain NaN or infinity; lower the learning rate"
              .formatted(parts.size()));
    }
    return Rewinding.mask(mix(finite, refresh).model(), masks.get(0));
  }

  /**
   * The average of all parts.
   *
   * @return the soup
   */
  static Soup uniform() {
    return (parts, refresh) -> {
      PrunableModel mixed = average(parts);
      refresh.accept(mixed);
      return new Mix(mixed, IntStream.range(0, parts.size()).boxed().toList());
    };
  }

  /**
   * The best part, and each next that does not lower the score of the average so far; a tie is
   * taken. The score is never below that of the best part.
   *
   * @param validation a score, higher is better, on data that are neither trained nor tested on
   * @return the soup
   * @throws IllegalArgumentException without a validation
   */
  static Soup greedy(ToDoubleFunction<Object> validation) {
    if (validation == null) {
      throw new IllegalArgumentException(
          "A greedy soup needs a validation score on data of its own; give one, or take uniform()");
    }
    return (parts, refresh) -> {
      double[] scores =
          parts.stream().mapToDouble(part -> validation.applyAsDouble(part.unwrap())).toArray();
      List<Integer> order =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> -scores[j]))
              .toList();
      List<Integer> chosen = new ArrayList<>(order.subList(0, 1));
      PrunableModel best = parts.get(order.get(0)).copy();
      double bestScore = scores[order.get(0)];
      for (int next : order.subList(1, order.size())) {
        List<PrunableModel> with = new ArrayList<>();
        chosen.forEach(j -> with.add(parts.get(j)));
        with.add(parts.get(next));
        PrunableModel candidate = average(with);
        refresh.accept(candidate);
        double score = validation.applyAsDouble(candidate.unwrap());
        if (score >= bestScore) {
          bestScore = score;
          best = candidate;
          chosen.add(next);
        }
      }
      return new Mix(best, List.copyOf(chosen));
    };
  }

  /**
   * The mean of all parameters, computed in DOUBLE: biases, scales, shifts and running statistics
   * included. Of a running variance that is kept as a logarithm the variance is averaged. Updater
   * state and counts are those of the first part.
   *
   * @param parts at least one, of the same class and shapes; masks may differ
   * @return a new model
   * @throws IllegalArgumentException if there is no part, or parameters differ
   */
  static PrunableModel average(List<PrunableModel> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A soup needs at least one model");
    }
    PrunableModel first = parts.get(0);
    parts.forEach(part -> Alike.check(first, part));
    PrunableModel mixed = first.copy();
    List<ParameterBlock> blocks = mixed.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      INDArray values = blocks.get(i).values();
      try (INDArray sum = values.castTo(DataType.DOUBLE).mul(0)) {
        for (PrunableModel part : parts) {
          sum.addi(part.blocks().get(i).values().castTo(DataType.DOUBLE));
        }
        values.assign(sum.divi(parts.size()).castTo(values.dataType()));
      }
    }
    mixed.parameters().stream()
        .filter(BatchNormStatistics::isLogDeviation)
        .forEach(
            p ->
                mixed
                    .values(p)
                    .assign(
                        BatchNormStatistics.meanLogDeviations(
                                parts.stream().map(part -> part.values(p)).toList())
                            .castTo(mixed.dataType())));
    return mixed;
  }

  /**
   * Checks that masks are the same, whatever weights happen to be zero.
   *
   * @param masks of all parts
   * @throws IllegalArgumentException if they differ; the parameter is named
   */
  static void checkSameMasks(List<PackedMasks> masks) {
    for (PackedMasks mask : masks) {
      Map<String, long[]> first = masks.get(0).words();
      Map<String, long[]> words = mask.words();
      if (!words.keySet().equals(first.keySet())) {
        throw new IllegalArgumentException(
            "Masks of %s and of %s make no soup".formatted(first.keySet(), words.keySet()));
      }
      first.forEach(
          (name, bits) -> {
            if (!Arrays.equals(bits, words.get(name))) {
              throw new IllegalArgumentException(
                  "The masks of %s differ, so the average would be less sparse than its parts; use RePrune"
                      .formatted(name));
            }
          });
    }
  }
}
