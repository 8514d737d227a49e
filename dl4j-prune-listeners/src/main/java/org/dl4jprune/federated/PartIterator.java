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

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

/** Some rows of a data set, shuffled anew in each pass by the seed and the pass alone. */
final class PartIterator implements OrderedData {
  private static final long serialVersionUID = 1L;

  private final INDArray features;
  private final INDArray labels;
  private final int batch;
  private final long seed;
  private long pass;
  private int position;
  private int[] order;
  private DataSetPreProcessor preProcessor;

  PartIterator(DataSet data, int[] rows, int batch, long seed) {
    this.features = rows(data.getFeatures(), rows);
    this.labels = rows(data.getLabels(), rows);
    this.batch = batch;
    this.seed = seed;
    begin(0);
  }

  private static INDArray rows(INDArray from, int[] rows) {
    // ND4J gives its own array, which is not to be changed.
    long[] shape = from.shape().clone();
    INDArray matrix = from.reshape('c', shape[0], from.length() / shape[0]);
    shape[0] = rows.length;
    return Nd4j.pullRows(matrix, 1, rows, 'c').reshape('c', shape);
  }

  @Override
  public void begin(long pass) {
    this.pass = pass;
    this.position = 0;
    this.order = IntStream.range(0, Math.toIntExact(features.size(0))).toArray();
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(seed).nextLong() ^ pass * 0x9E3779B97F4A7C15L);
    for (int last = order.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int row = order[last];
      order[last] = order[other];
      order[other] = row;
    }
  }

  /** Begins the next pass, unless nothing was drawn of this one. */
  @Override
  public void reset() {
    if (position > 0) {
      begin(pass + 1);
    }
  }

  @Override
  public boolean hasNext() {
    return position < order.length;
  }

  @Override
  public DataSet next() {
    return next(batch);
  }

  @Override
  public DataSet next(int examples) {
    if (!hasNext()) {
      throw new NoSuchElementException("The pass is over; call reset() for the next one");
    }
    int end = Math.min(position + examples, order.length);
    int[] chosen = Arrays.copyOfRange(order, position, end);
    position = end;
    DataSet data = new DataSet(rows(features, chosen), rows(labels, chosen));
    if (preProcessor != null) {
      preProcessor.preProcess(data);
    }
    return data;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  // A thread that reads ahead would draw batches of the next pass.
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int inputColumns() {
    return Math.toIntExact(features.length() / features.size(0));
  }

  @Override
  public int totalOutcomes() {
    return labels.columns();
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  @Override
  public List<String> getLabels() {
    return List.of();
  }
}
