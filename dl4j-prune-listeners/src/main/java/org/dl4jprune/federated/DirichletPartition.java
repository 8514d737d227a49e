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
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.dl4jprune.calibration.Unmasked;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Splits classified data among clients whose classes differ: of each class, shares are drawn from a
 * symmetric Dirichlet distribution. Hsu, Qi and Brown 2019, <a
 * href="https://arxiv.org/abs/1909.06335">arXiv 1909.06335</a>. A small α gives each client few
 * classes, a large one gives all the same mixture. A client may lack classes.
 */
public final class DirichletPartition {
  private static final int DRAWS = 1_000;

  private DirichletPartition() {}

  /**
   * Splits what an iterator has.
   *
   * @param data features and labels [examples, classes] without masks; reset, then gone through
   *     once; its batch size is the clients'
   * @param clients how many, at least 1
   * @param alpha above 0; 0.5 in the card
   * @param seed what the split and the order of every pass follow from
   * @return an iterator for each client, with its own data and at least one example, shuffled anew
   *     in each pass
   * @throws IllegalArgumentException if a number is out of range, labels are missing, or there are
   *     too few examples
   */
  public static List<OrderedData> of(DataSetIterator data, int clients, double alpha, long seed) {
    if (data.resetSupported()) {
      data.reset();
    }
    List<DataSet> batches = new ArrayList<>();
    while (data.hasNext()) {
      batches.add(data.next());
    }
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("There are no data to split");
    }
    return of(DataSet.merge(batches), clients, alpha, data.batch(), seed);
  }

  /**
   * Splits a data set.
   *
   * @param data features and labels [examples, classes] without masks
   * @param clients how many, at least 1
   * @param alpha above 0
   * @param batch the clients' batch size, at least 1
   * @param seed what the split and the order of every pass follow from
   * @return an iterator for each client
   * @throws IllegalArgumentException as above
   */
  public static List<OrderedData> of(
      DataSet data, int clients, double alpha, int batch, long seed) {
    Unmasked.check(data.toMultiDataSet());
    INDArray labels = data.getLabels();
    if (labels == null || labels.rank() != 2) {
      throw new IllegalArgumentException(
          "A split by classes needs labels of shape [examples, classes]");
    }
    if (clients < 1 || data.numExamples() < clients) {
      throw new IllegalArgumentException(
          "%d examples cannot be split among %d clients".formatted(data.numExamples(), clients));
    }
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha %s is not above 0".formatted(alpha));
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch %d is below 1".formatted(batch));
    }
    double[] classes = HostReads.vector(labels.argMax(1).castTo(DataType.DOUBLE));
    int[][] rows = split(classes, labels.columns(), clients, alpha, seed);
    List<OrderedData> parts = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      parts.add(new PartIterator(data, rows[client], batch, seed + 31L * client));
    }
    return parts;
  }

  /** The rows of each client; drawn anew until each has one. */
  static int[][] split(double[] classes, int classCount, int clients, double alpha, long seed) {
    RandomGenerator random = new Well19937c(seed);
    GammaDistribution gamma = new GammaDistribution(random, alpha, 1);
    for (int draw = 0; draw < DRAWS; draw++) {
      List<List<Integer>> parts = new ArrayList<>();
      IntStream.range(0, clients).forEach(client -> parts.add(new ArrayList<>()));
      for (int number = 0; number < classCount; number++) {
        int own = number;
        int[] rows = IntStream.range(0, classes.length).filter(i -> classes[i] == own).toArray();
        shuffle(rows, random);
        deal(rows, shares(gamma, clients), parts);
      }
      if (parts.stream().noneMatch(List::isEmpty)) {
        return parts.stream()
            .map(part -> part.stream().mapToInt(Integer::intValue).sorted().toArray())
            .toArray(int[][]::new);
      }
    }
    throw new IllegalArgumentException(
        "With alpha %s a client of %d had no examples in %d draws; raise alpha, or take fewer clients"
            .formatted(alpha, clients, DRAWS));
  }

  private static double[] shares(GammaDistribution gamma, int clients) {
    double[] drawn = new double[clients];
    double sum = 0;
    while (!(sum > 0)) {
      // With a tiny alpha all draws may be zero in floating point.
      sum = 0;
      for (int i = 0; i < clients; i++) {
        drawn[i] = gamma.sample();
        sum += drawn[i];
      }
    }
    for (int i = 0; i < clients; i++) {
      drawn[i] /= sum;
    }
    return drawn;
  }

  private static void deal(int[] rows, double[] shares, List<List<Integer>> parts) {
    double cumulated = 0;
    int from = 0;
    for (int client = 0; client < shares.length; client++) {
      cumulated += shares[client];
      int to =
          client == shares.length - 1
              ? rows.length
              : Math.min(rows.length, (int) Math.round(cumulated * rows.length));
      for (int i = from; i < to; i++) {
        parts.get(client).add(rows[i]);
      }
      from = Math.max(from, to);
    }
  }

  private static void shuffle(int[] rows, RandomGenerator random) {
    for (int last = rows.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int row = rows[last];
      rows[last] = rows[other];
      rows[other] = row;
    }
  }
}
