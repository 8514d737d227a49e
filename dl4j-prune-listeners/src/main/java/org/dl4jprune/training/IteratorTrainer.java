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
package org.dl4jprune.training;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongFunction;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Trains by {@code fit} on windows of an iterator, one window for each epoch. */
final class IteratorTrainer implements Trainer {
  private final LongFunction<MultiDataSetIterator> data;
  private boolean checked;

  IteratorTrainer(LongFunction<MultiDataSetIterator> data) {
    this.data = Objects.requireNonNull(data, "data");
  }

  @Override
  public Object train(Object model, Span span) {
    PrunableModel view = PrunableModel.ofAny(model);
    ModelTraining.checkOneStepPerBatch(view);
    RandomState here = RandomState.now();
    MultiDataSetIterator order = open(span.seed());
    for (long skipped = 0; skipped < span.from(); skipped++) {
      begin(order);
      order.next();
    }
    // Making and skipping data may draw random numbers, more of them where a training goes on.
    here.restore();
    long left = span.iterations();
    while (left > 0) {
      begin(order);
      long epoch = view.epoch();
      Window window = new Window(order, left);
      ModelTraining.fit(view, window);
      left = window.left;
      if (order.hasNext()) {
        // fit counts an epoch, and this one has not ended.
        ModelTraining.setCounts(view, view.iteration(), epoch);
      }
    }
    return model;
  }

  private MultiDataSetIterator open(long seed) {
    if (!checked) {
      checkRepeatable(seed);
      checked = true;
    }
    return data.apply(seed);
  }

  private void checkRepeatable(long seed) {
    MultiDataSetIterator first = data.apply(seed);
    MultiDataSetIterator second = data.apply(seed);
    if (first == null || first == second) {
      throw new IllegalArgumentException(
          "The data must be made anew for each seed, so that a training can be repeated; return a new iterator, not %s"
              .formatted(first == null ? "null" : "the same one twice"));
    }
    if (!first.hasNext() || !second.hasNext()) {
      throw new IllegalArgumentException(
          "The data of seed %d have no batch; return an iterator at its first one".formatted(seed));
    }
    INDArray one = first.next().getFeatures(0);
    INDArray two = second.next().getFeatures(0);
    if (!Arrays.equals(one.shape(), two.shape())
        || HostReads.scalar(Transforms.abs(one.sub(two), false).max()) != 0) {
      throw new IllegalArgumentException(
          "Two iterators of seed %d begin with different batches; let the order follow from the seed alone"
              .formatted(seed));
    }
  }

  private static void begin(MultiDataSetIterator order) {
    if (order.hasNext()) {
      return;
    }
    if (!order.resetSupported()) {
      throw new IllegalArgumentException(
          "The data end after one epoch and cannot be reset; give an iterator that can, or train"
              + " for fewer iterations");
    }
    order.reset();
    if (!order.hasNext()) {
      throw new IllegalArgumentException("The data have no batch after reset()");
    }
  }

  /** What an epoch has left, and no more than a number of batches. */
  private static final class Window implements MultiDataSetIterator {
    private static final long serialVersionUID = 1L;

    private final transient MultiDataSetIterator order;
    private long left;

    Window(MultiDataSetIterator order, long most) {
      this.order = order;
      this.left = most;
    }

    @Override
    public boolean hasNext() {
      return left > 0 && order.hasNext();
    }

    @Override
    public MultiDataSet next() {
      left--;
      return order.next();
    }

    @Override
    public MultiDataSet next(int examples) {
      left--;
      return order.next(examples);
    }

    @Override
    public boolean resetSupported() {
      return false;
    }

    @Override
    public void reset() {
      throw new UnsupportedOperationException("A window of an epoch is seen once");
    }

    // A thread that reads ahead would draw batches of the next window.
    @Override
    public boolean asyncSupported() {
      return false;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
      order.setPreProcessor(preProcessor);
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
      return order.getPreProcessor();
    }
  }
}
