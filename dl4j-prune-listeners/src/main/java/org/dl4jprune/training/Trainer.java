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

import java.util.function.LongFunction;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * The user's own training, run by a procedure that trains a model more than once. Most procedures
 * need no more than the ready-made ones:
 *
 * <pre>{@code
 * Trainer trainer = Trainer.onDataSets(seed -> images.train(128, seed));
 * }</pre>
 *
 * <p>What a trainer of one's own has to keep to: it trains the very model that it is given by
 * {@code fit}, for exactly the steps of the span; the step number i takes the i-th batch of the
 * order that the span's seed stands for; learning rates follow from the model's own iteration and
 * epoch counts, which the procedure has set. It may add listeners, but must leave those that are
 * there, as they keep the masks.
 */
@FunctionalInterface
public interface Trainer {

  /**
   * Trains a model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff} whose
   *     iteration count is the span's first
   * @param span which steps, and the order of the data
   * @return the same object
   */
  Object train(Object model, Span span);

  /**
   * Trains by {@code fit}. One batch must be one iteration, so truncated backpropagation through
   * time is refused and needs a trainer of its own.
   *
   * @param data makes a new iterator at its first batch; the order of all its epochs follows from
   *     the seed. An epoch ends where the iterator has no next batch, and {@code reset()} begins
   *     the next one
   * @return a trainer that can start at any step; it draws the batches before it and drops them
   */
  static Trainer onDataSets(LongFunction<? extends DataSetIterator> data) {
    return new IteratorTrainer(seed -> new MultiDataSetIteratorAdapter(data.apply(seed)));
  }

  /**
   * Trains by {@code fit}, as {@link #onDataSets} does.
   *
   * @param data makes a new iterator at its first batch from a seed
   * @return a trainer that can start at any step
   */
  static Trainer onMultiDataSets(LongFunction<? extends MultiDataSetIterator> data) {
    return new IteratorTrainer(data::apply);
  }
}
