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

import java.util.List;
import org.dl4jprune.report.PruningReport;

/**
 * What one training came to.
 *
 * @param method what trained
 * @param accuracy the fraction of right answers on the test images after the last step
 * @param accuracies the same after each epoch
 * @param steps how many training steps were made
 * @param millisecondsPerStep the time of a step: loading the batch, forward and backward pass, the
 *     update, the upkeep of masks and their changes; without tests and saving
 * @param size what the saved model takes
 * @param pruning the zeros, in total and by layer, and when they came
 */
public record RunResult(
    Method method,
    double accuracy,
    List<EpochAccuracy> accuracies,
    long steps,
    double millisecondsPerStep,
    ModelSize size,
    PruningReport pruning) {

  /**
   * An accuracy in the course of training.
   *
   * @param epoch how many epochs were over
   * @param accuracy the fraction of right answers on the test images
   */
  public record EpochAccuracy(int epoch, double accuracy) {}

  /**
   * Copies the list.
   *
   * @param method what trained
   * @param accuracy the accuracy after the last step
   * @param accuracies the accuracy after each epoch
   * @param steps how many training steps were made
   * @param millisecondsPerStep the time of a step
   * @param size what the saved model takes
   * @param pruning the zeros
   */
  public RunResult {
    accuracies = List.copyOf(accuracies);
  }
}
