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

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;

/**
 * The training of one network by one method. Two runs of one setting and method give the same
 * numbers, but for the times.
 */
public final class TrainingRun {

  /** How many test images are evaluated at once. */
  static final int TEST_BATCH = 500;

  private final Setting setting;
  private final FashionMnist data;
  private final Method method;
  private final RunObserver observer;
  private final Learner learner;
  private final List<RunResult.EpochAccuracy> accuracies = new ArrayList<>();
  private long nanoseconds;
  private int epoch;

  /**
   * Builds the network; training begins with {@link #train()}.
   *
   * @param setting what all methods share
   * @param data the images
   * @param method what trains
   * @param observer is told about each step
   */
  public TrainingRun(Setting setting, FashionMnist data, Method method, RunObserver observer) {
    this.setting = setting;
    this.data = data;
    this.method = method;
    this.observer = observer;
    RandomState.seed(setting.seed());
    this.learner = setting.network().learner(setting, data);
  }

  /**
   * Trains for all epochs.
   *
   * @return the model and its numbers
   */
  public Trained train() {
    if (method == Method.ONE_SHOT_AT_END) {
      Trained dense = new TrainingRun(setting, data, Method.DENSE, observer).train();
      return pruneAtEnd(dense);
    }
    PruningListener pruner = method.listener(setting).orElse(null);
    try {
      if (pruner != null) {
        learner.prune(pruner);
        timed(() -> pruner.attach(learner.model()));
      }
      DoubleSupplier sparsity = pruner == null ? () -> 0 : () -> pruner.report().reachedSparsity();
      learner.afterEachStep(
          loss -> observer.stepDone(new RunObserver.Step(method, epoch, loss, sparsity)));
      trainEpochs();
      PruningReport report = pruner == null ? unpruned() : pruner.report();
      return new Trained(learner.model(), result(learner.model(), report));
    } finally {
      if (pruner != null) {
        pruner.close();
      }
    }
  }

  /**
   * Prunes a copy of a dense model and does not train it again.
   *
   * @param dense the result of {@link Method#DENSE} in the same setting
   * @return the pruned copy and its numbers
   */
  public Trained pruneAtEnd(Trained dense) {
    nanoseconds = Math.round(dense.result().millisecondsPerStep() * 1e6 * setting.steps());
    accuracies.addAll(dense.result().accuracies());
    Pruned[] pruned = new Pruned[1];
    timed(() -> pruned[0] = Pruner.of(dense.model()).sparsity(setting.sparsity()).prune());
    Object model = pruned[0].model().unwrap();
    accuracies.add(new RunResult.EpochAccuracy(setting.epochs(), learner.accuracy(model)));
    Trained trained = new Trained(model, result(model, atLastStep(pruned[0].report())));
    pruned[0].masks().close();
    return trained;
  }

  private void trainEpochs() {
    for (epoch = 1; epoch <= setting.epochs(); epoch++) {
      timed(learner::trainEpoch);
      accuracies.add(new RunResult.EpochAccuracy(epoch, learner.accuracy(learner.model())));
    }
  }

  private void timed(Runnable work) {
    long start = System.nanoTime();
    work.run();
    nanoseconds += System.nanoTime() - start;
  }

  /** Lists the layers of a dense model as pruning to no zeros would. */
  private PruningReport unpruned() {
    Pruned nothing = Pruner.of(learner.model()).sparsity(0).prune();
    PruningReport report = nothing.report();
    nothing.masks().close();
    return new PruningReport("Dense", 0, report.parameters(), report.layers(), List.of());
  }

  private PruningReport atLastStep(PruningReport report) {
    return new PruningReport(
        report.method(),
        report.askedSparsity(),
        report.parameters(),
        report.layers(),
        List.of(
            new PruningReport.Update(setting.steps(), report.askedSparsity(), report.zeros(), 0)));
  }

  private RunResult result(Object model, PruningReport report) {
    return new RunResult(
        method,
        accuracies.get(accuracies.size() - 1).accuracy(),
        accuracies,
        setting.steps(),
        nanoseconds / 1e6 / setting.steps(),
        ModelSize.of(file -> learner.save(model, file)),
        report);
  }
}
