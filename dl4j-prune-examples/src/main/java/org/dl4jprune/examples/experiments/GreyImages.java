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
package org.dl4jprune.examples.experiments;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.examples.data.FashionMnist;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Fashion-MNIST as [n, 1, side, side], mean-pooled.
 *
 * @param data the images
 * @param pool how many pixels of a side become one: 1 or 2
 */
record GreyImages(FashionMnist data, int pool) {

  int side() {
    return FashionMnist.SIDE / pool;
  }

  DataSetIterator train(int batch, long seed) {
    DataSetIterator iterator = data.train(batch, seed);
    iterator.setPreProcessor(pooling());
    return iterator;
  }

  /** The fraction of test images that are classified rightly, in percent. */
  double accuracy(ComputationGraph graph) {
    DataSetIterator test = data.test(500);
    test.setPreProcessor(pooling());
    return 100 * graph.<org.nd4j.evaluation.classification.Evaluation>evaluate(test).accuracy();
  }

  private DataSetPreProcessor pooling() {
    return (DataSet batch) -> {
      INDArray rows = batch.getFeatures();
      batch.setFeatures(
          rows.reshape('c', new long[] {rows.size(0), side(), pool, side(), pool})
              .mean(2, 4)
              .reshape('c', new long[] {rows.size(0), 1, side(), side()}));
    };
  }
}
