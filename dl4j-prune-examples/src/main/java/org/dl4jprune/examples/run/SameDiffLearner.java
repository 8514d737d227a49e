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
package org.dl4jprune.examples.run;

import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.SameDiffNetworks;
import org.dl4jprune.listeners.PruningListener;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Trains a SameDiff graph. */
final class SameDiffLearner implements Learner {
  private final SameDiff graph;
  private final FashionMnist data;
  private final DataSetIterator train;

  SameDiffLearner(SameDiff graph, FashionMnist data, Setting setting) {
    this.graph = graph;
    this.data = data;
    this.train = data.train(setting.batch(), setting.seed());
  }

  @Override
  public Object model() {
    return graph;
  }

  @Override
  public void prune(PruningListener pruner) {
    graph.addListeners(pruner);
  }

  @Override
  public void afterEachStep(DoubleConsumer watcher) {
    graph.addListeners(
        new BaseListener() {
          @Override
          public boolean isActive(Operation operation) {
            return operation == Operation.TRAINING;
          }

          @Override
          public void iterationDone(SameDiff trained, At at, MultiDataSet batch, Loss loss) {
            // 1.0.0-M2.1 skips the loss op, whose value no gradient needs, and then reports 0.
            double total = loss.totalLoss();
            watcher.accept(total == 0 ? Double.NaN : total);
          }
        });
  }

  @Override
  public void trainEpoch() {
    graph.fit(train, 1);
  }

  @Override
  public double accuracy(Object other) {
    Evaluation evaluation = new Evaluation(FashionMnist.CLASSES);
    ((SameDiff) other)
        .evaluate(data.test(TrainingRun.TEST_BATCH), SameDiffNetworks.OUTPUT, evaluation);
    return evaluation.accuracy();
  }

  @Override
  public void save(Object other, Path file) {
    ((SameDiff) other).save(file.toFile(), false);
  }
}
