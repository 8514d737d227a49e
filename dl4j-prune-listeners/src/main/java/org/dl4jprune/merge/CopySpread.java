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
import java.util.List;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How far the copies of a phase lie apart, over their surviving weights.
 *
 * @param distances of each copy to each: a symmetric matrix in the order of the copies
 * @param nearest the smallest distance of a copy to the mean of all of them
 * @param farthest the largest one
 * @param barrier how far the score falls on the straight line between the first two copies, below
 *     the mean of both; NaN if it was not measured
 */
public record CopySpread(
    List<List<Double>> distances, double nearest, double farthest, double barrier) {

  /**
   * Copies its arguments.
   *
   * @param distances of each copy to each
   * @param nearest the smallest distance to the mean
   * @param farthest the largest one
   * @param barrier of the score between the first two copies
   */
  public CopySpread {
    distances = distances.stream().map(List::copyOf).toList();
  }

  /**
   * Measures models of one mask.
   *
   * @param parts at least one
   * @param masks of one of them, or of a model like them
   * @param barrier of the score between the first two, or NaN
   * @return all distances
   */
  public static CopySpread of(List<PrunableModel> parts, Masks masks, double barrier) {
    List<INDArray> vectors = parts.stream().map(part -> gather(part, masks)).toList();
    try (INDArray mean = mean(vectors)) {
      List<List<Double>> distances = new ArrayList<>();
      double nearest = Double.POSITIVE_INFINITY;
      double farthest = 0;
      for (INDArray vector : vectors) {
        distances.add(vectors.stream().map(other -> distance(vector, other)).toList());
        double toMean = distance(vector, mean);
        nearest = Math.min(nearest, toMean);
        farthest = Math.max(farthest, toMean);
      }
      return new CopySpread(distances, nearest, farthest, barrier);
    } finally {
      vectors.forEach(INDArray::close);
    }
  }

  /** The largest distance of a part to a model, such as the soup of some of them. */
  static double farthest(PrunableModel centre, List<PrunableModel> parts, Masks masks) {
    double farthest = 0;
    try (INDArray middle = gather(centre, masks)) {
      for (PrunableModel part : parts) {
        try (INDArray values = gather(part, masks)) {
          farthest = Math.max(farthest, distance(middle, values));
        }
      }
    }
    return farthest;
  }

  private static double distance(INDArray one, INDArray other) {
    try (INDArray difference = one.sub(other)) {
      return HostReads.scalar(difference.norm2());
    }
  }

  private static INDArray mean(List<INDArray> vectors) {
    INDArray sum = vectors.get(0).dup();
    vectors.subList(1, vectors.size()).forEach(sum::addi);
    return sum.divi(vectors.size());
  }

  /** The surviving weights in DOUBLE, and zeros elsewhere. */
  private static INDArray gather(PrunableModel model, Masks masks) {
    try (Evidence evidence = Evidence.of(model, masks.layout(), List.of(), 0);
        INDArray values = evidence.copy(model::values);
        INDArray mask = masks.gather()) {
      values.muli(mask);
      return Nd4j.createUninitialized(DataType.DOUBLE, values.length()).assign(values);
    }
  }

  /**
   * The numbers in words.
   *
   * @return one line
   */
  public String toText() {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < distances.size(); i++) {
      for (int j = i + 1; j < distances.size(); j++) {
        pairs.add("%d–%d %.4f".formatted(i + 1, j + 1, distances.get(i).get(j)));
      }
    }
    return "distances %s; to their mean %.4f to %.4f%s"
        .formatted(
            pairs.isEmpty() ? "of one copy" : String.join(", ", pairs),
            nearest,
            farthest,
            Double.isNaN(barrier) ? "" : "; barrier %.4f".formatted(barrier));
  }
}
