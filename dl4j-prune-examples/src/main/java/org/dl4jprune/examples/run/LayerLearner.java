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

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.PruningListener;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains a MultiLayerNetwork or a ComputationGraph.
 *
 * @param <M> the model's class
 */
final class LayerLearner<M extends Model & NeuralNetwork> implements Learner {
  private final M model;
  private final FashionMnist data;
  private final DataSetIterator train;

  LayerLearner(M model, FashionMnist data, Setting setting) {
    this.model = model;
    this.data = data;
    this.train = data.train(setting.batch(), setting.seed());
  }

  @Override
  public Object model() {
    return model;
  }

  @Override
  public void prune(PruningListener pruner) {
    model.addListeners(pruner);
  }

  @Override
  public void afterEachStep(DoubleConsumer watcher) {
    model.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model trained, int iteration, int epoch) {
            watcher.accept(trained.score());
          }
        });
  }

  @Override
  public void trainEpoch() {
    model.fit(train);
  }

  @Override
  public double accuracy(Object other) {
    Evaluation evaluation = new Evaluation(FashionMnist.CLASSES);
    ((NeuralNetwork) other).doEvaluation(data.test(TrainingRun.TEST_BATCH), evaluation);
    return evaluation.accuracy();
  }

  @Override
  public void save(Object other, Path file) throws IOException {
    ModelSerializer.writeModel((Model) other, file.toFile(), false);
  }
}
