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
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dl4jprune.mask.PackedMasks;

/**
 * Federated averaging of a sparse model: sends it to some devices, which train, and averages what
 * comes back by the number of examples. Knows which device has which mask, and sends it to those
 * who do not have it. Card {@code fedtiny}, step B1.
 */
final class FederatedServer {
  private final SparseModel global;
  private final Clients clients;
  private final long[] examples;
  private final int[] known;
  private PackedMasks mask;
  private int maskVersion;

  /** What came back: the answers that count, their weights, and the devices without one. */
  record Answers(
      List<Answer.Trained> trained, double[] weights, List<Integer> dropped, boolean maskSent) {}

  FederatedServer(SparseModel global, Clients clients) {
    this.global = global;
    this.clients = clients;
    this.examples = clients.examples();
    this.known = new int[examples.length];
  }

  SparseModel global() {
    return global;
  }

  PackedMasks mask() {
    return mask;
  }

  /** Replaces the mask and sets what is dead to zero. */
  void setMask(PackedMasks changed) {
    mask = changed;
    maskVersion++;
    global.setSparse(global.sparse(mask).kept(), mask);
  }

  /** One round; the global model becomes the average. */
  Answers round(int round, int[] sampled, List<Request.Wanted> wanted) {
    float[] dense = global.dense();
    SparseValues sparse = global.sparse(mask);
    SortedMap<Integer, Request.Train> requests = new TreeMap<>();
    boolean maskSent = false;
    for (int number : sampled) {
      boolean knows = clients.remember() && known[number] == maskVersion;
      maskSent |= !knows;
      SparseValues values = knows ? sparse.withoutMask() : sparse;
      requests.put(number, new Request.Train(round, maskVersion, dense, values, wanted));
      known[number] = maskVersion;
    }
    SortedMap<Integer, Answer> answers = clients.ask(requests);
    List<Answer.Trained> trained = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>();
    for (int number : sampled) {
      Answer answer = answers.get(number);
      if (answer instanceof Answer.Trained values && values.isFinite()) {
        trained.add(values);
        numbers.add(number);
      } else {
        dropped.add(number);
        // It may have been lost with its memory.
        known[number] = answer == null ? 0 : known[number];
      }
    }
    if (trained.isEmpty()) {
      throw new IllegalStateException(
          "All clients %s of round %d are lost or returned NaN; lower the learning rate or clip the gradients"
              .formatted(Arrays.toString(sampled), round));
    }
    double[] weights =
        WeightedAverage.weights(numbers.stream().mapToLong(number -> examples[number]).toArray());
    global.setDense(
        WeightedAverage.of(trained.stream().map(Answer.Trained::dense).toList(), weights));
    global.setSparse(
        WeightedAverage.of(trained.stream().map(Answer.Trained::kept).toList(), weights), mask);
    return new Answers(trained, weights, dropped, maskSent);
  }
}
