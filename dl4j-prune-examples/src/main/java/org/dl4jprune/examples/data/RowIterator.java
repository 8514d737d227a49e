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
package org.dl4jprune.examples.data;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of rows of two arrays. Each batch is one row copy per array, so it stays on the device
 * that holds them, and a preprocessor that works in place cannot spoil the data.
 *
 * <p>DL4J's own iterators over arrays go through single examples, which is far slower, and shuffle
 * by a state that a resumed run cannot restore.
 */
final class RowIterator implements DataSetIterator {

  private static final long serialVersionUID = 1L;

  private final INDArray features;
  private final INDArray labels;
  private final int batch;
  private final boolean shuffled;
  private final long seed;
  private int epoch;
  private int position;
  private int[] order;
  private DataSetPreProcessor preProcessor;

  private RowIterator(
      INDArray features, INDArray labels, int batch, boolean shuffled, long seed, int epoch) {
    if (batch < 1) {
      throw new IllegalArgumentException(
          "batch size %d is not above zero; give at least 1".formatted(batch));
    }
    if (epoch < 0) {
      throw new IllegalArgumentException(
          "epoch %d is negative; give 0 for the first".formatted(epoch));
    }
    this.features = features;
    this.labels = labels;
    this.batch = batch;
    this.shuffled = shuffled;
    this.seed = seed;
    this.epoch = epoch;
    this.order = makeOrder();
  }

  /** Goes through the rows in the array's order, the same in every epoch. */
  static RowIterator inOrder(INDArray features, INDArray labels, int batch) {
    return new RowIterator(features, labels, batch, false, 0, 0);
  }

  /** Goes through the rows in an order that follows from the seed and the epoch alone. */
  static RowIterator shuffled(INDArray features, INDArray labels, int batch, long seed, int epoch) {
    return new RowIterator(features, labels, batch, true, seed, epoch);
  }

  private int[] makeOrder() {
    int[] rows = IntStream.range(0, features.rows()).toArray();
    if (shuffled) {
      // Two draws keep neighbouring seeds and epochs from sharing a stream (seed + epoch would).
      SplittableRandom random =
          new SplittableRandom(new SplittableRandom(seed).nextLong() ^ ((long) epoch << 32));
      for (int last = rows.length - 1; last > 0; last--) {
        int other = random.nextInt(last + 1);
        int row = rows[last];
        rows[last] = rows[other];
        rows[other] = row;
      }
    }
    return rows;
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
  public DataSet next(int rows) {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch is over; call reset() for the next one");
    }
    int end = Math.min(position + rows, order.length);
    int[] chosen = Arrays.copyOfRange(order, position, end);
    position = end;
    DataSet data =
        new DataSet(Nd4j.pullRows(features, 1, chosen, 'c'), Nd4j.pullRows(labels, 1, chosen, 'c'));
    if (preProcessor != null) {
      preProcessor.preProcess(data);
    }
    return data;
  }

  /**
   * Begins the next epoch. An epoch of which nothing was drawn yet stays the current one: trainers
   * that reset before their first epoch see the same batches as those that do not.
   */
  @Override
  public void reset() {
    if (position > 0) {
      epoch++;
      position = 0;
      order = makeOrder();
    }
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** A batch costs less than handing it to another thread, and no thread means no race. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int inputColumns() {
    return features.columns();
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
    return FashionMnist.CLASS_NAMES;
  }
}
