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
package org.dl4jprune.listeners;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * The batches of an epoch of {@link BiP}: one for the weights and another for the scores. Without
 * data of their own the scores take the batch that follows, and the last batch is followed by the
 * first.
 */
final class BiLevelPairs implements Iterator<BiLevelPairs.Pair> {
  private final MultiDataSetIterator data;
  private final MultiDataSetIterator scoring;
  private final MultiDataSet first;
  private MultiDataSet current;

  /** Two batches. */
  record Pair(MultiDataSet ofWeights, MultiDataSet ofScores) {}

  /**
   * Begins an epoch.
   *
   * @param data of the weights, reset here
   * @param scoring of the scores, reset here and whenever it ends; null if there is none
   */
  BiLevelPairs(MultiDataSetIterator data, MultiDataSetIterator scoring) {
    this.data = data;
    this.scoring = scoring;
    data.reset();
    if (scoring != null) {
      scoring.reset();
    }
    first = data.next();
    current = first;
  }

  @Override
  public boolean hasNext() {
    return current != null;
  }

  @Override
  public Pair next() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    MultiDataSet following = data.hasNext() ? data.next() : null;
    MultiDataSet ofScores = following == null ? first : following;
    if (scoring != null) {
      if (!scoring.hasNext()) {
        scoring.reset();
      }
      ofScores = scoring.next();
    }
    Pair pair = new Pair(current, ofScores);
    current = following;
    return pair;
  }
}
