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
package org.dl4jprune.calibration;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Small balanced calibration sets, drawn while the data pass once. Memory: the drawn examples and
 * one batch.
 */
public final class Samples {
  private Samples() {}

  /** What was drawn of one class so far: a uniform sample of what was seen of it. */
  private static final class Reservoir {
    private final List<INDArray> features = new ArrayList<>();
    private final List<INDArray> labels = new ArrayList<>();
    private long seen;

    void offer(INDArray feature, INDArray label, int size, SplittableRandom random) {
      seen++;
      if (features.size() < size) {
        features.add(feature.dup());
        labels.add(label.dup());
        return;
      }
      long place = random.nextLong(seen);
      if (place < size) {
        features.set((int) place, feature.dup());
        labels.set((int) place, label.dup());
      }
    }
  }

  /**
   * Draws as many examples of each class, uniformly without replacement.
   *
   * @param data batches of features and labels [examples, classes] without masks; reset, then gone
   *     through once
   * @param each how many examples of each class, at least 1
   * @param seed of the draw; the same data in the same order give the same sample
   * @return one batch, ordered by class
   * @throws IllegalArgumentException if a class has fewer examples, or labels are missing
   */
  public static List<MultiDataSet> perClass(DataSetIterator data, int each, long seed) {
    if (data.resetSupported()) {
      data.reset();
    }
    return perClass(data, each, seed, new ArrayList<>());
  }

  /**
   * Draws as many examples of each class, uniformly without replacement.
   *
   * @param data features and labels [examples, classes] without masks
   * @param each how many examples of each class, at least 1
   * @param seed of the draw
   * @return one batch, ordered by class
   * @throws IllegalArgumentException if a class has fewer examples, or labels are missing
   */
  public static List<MultiDataSet> perClass(DataSet data, int each, long seed) {
    return perClass(List.of(data).iterator(), each, seed, new ArrayList<>());
  }

  private static List<MultiDataSet> perClass(
      Iterator<DataSet> data, int each, long seed, List<Reservoir> classes) {
    if (each < 1) {
      throw new IllegalArgumentException(
          "Each class gives at least 1 example to a sample, not " + each);
    }
    SplittableRandom random = new SplittableRandom(seed);
    while (data.hasNext()) {
      offer(data.next(), each, random, classes);
    }
    for (int i = 0; i < classes.size(); i++) {
      if (classes.get(i).features.size() < each) {
        throw new IllegalArgumentException(
            "Class %d has %d examples, fewer than the %d asked for"
                .formatted(i, classes.get(i).features.size(), each));
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("There are no data to draw a sample of");
    }
    List<INDArray> features = new ArrayList<>();
    List<INDArray> labels = new ArrayList<>();
    for (Reservoir one : classes) {
      features.addAll(one.features);
      labels.addAll(one.labels);
    }
    return List.of(
        new org.nd4j.linalg.dataset.MultiDataSet(
            Nd4j.concat(0, features.toArray(INDArray[]::new)),
            Nd4j.concat(0, labels.toArray(INDArray[]::new))));
  }

  private static void offer(
      DataSet batch, int each, SplittableRandom random, List<Reservoir> classes) {
    Unmasked.check(batch.toMultiDataSet());
    INDArray labels = batch.getLabels();
    if (labels == null || labels.rank() != 2) {
      throw new IllegalArgumentException(
          "A sample of each class needs labels of shape [examples, classes]");
    }
    while (classes.size() < labels.size(1)) {
      classes.add(new Reservoir());
    }
    double[] numbers = HostReads.vector(labels.argMax(1).castTo(DataType.DOUBLE));
    for (int i = 0; i < numbers.length; i++) {
      classes
          .get((int) numbers[i])
          .offer(example(batch.getFeatures(), i), example(labels, i), each, random);
    }
  }

  private static INDArray example(INDArray batch, long index) {
    INDArrayIndex[] indices = new INDArrayIndex[batch.rank()];
    java.util.Arrays.fill(indices, NDArrayIndex.all());
    indices[0] = NDArrayIndex.interval(index, index + 1);
    return batch.get(indices);
  }
}
