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
package org.dl4jprune.compare;

import java.util.List;
import java.util.stream.Stream;

/**
 * One candidate before and after retraining.
 *
 * @param name of an overlay, or empty
 * @param units the numbers of the units that are gone
 * @param before the mean training loss right after removal, at inference
 * @param losses the final test loss of each repeat
 * @param scores the final score of each repeat; NaN without an evaluation
 * @param trainingLosses the final training loss of each repeat; empty if it was not asked for
 */
public record Retrained(
    String name,
    List<Integer> units,
    double before,
    List<Double> losses,
    List<Double> scores,
    List<Double> trainingLosses) {

  /**
   * Copies its arguments.
   *
   * @param name of an overlay, or empty
   * @param units the numbers of the units that are gone
   * @param before the loss before retraining
   * @param losses of each repeat
   * @param scores of each repeat
   * @param trainingLosses of each repeat; null for none
   */
  public Retrained {
    units = List.copyOf(units);
    losses = List.copyOf(losses);
    scores = List.copyOf(scores);
    trainingLosses = trainingLosses == null ? List.of() : List.copyOf(trainingLosses);
  }

  /** After one more repeat. */
  Retrained with(double loss, double score) {
    return new Retrained(
        name, units, before, appended(losses, loss), appended(scores, score), trainingLosses);
  }

  Retrained withTrainingLoss(double loss) {
    return new Retrained(name, units, before, losses, scores, appended(trainingLosses, loss));
  }

  private static List<Double> appended(List<Double> numbers, double number) {
    return Stream.concat(numbers.stream(), Stream.of(number)).toList();
  }

  /**
   * The loss after retraining.
   *
   * @return the mean over the repeats
   */
  public double loss() {
    return losses.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }

  /**
   * The score after retraining.
   *
   * @return the mean over the repeats
   */
  public double score() {
    return scores.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }

  /**
   * The training loss after retraining.
   *
   * @return the mean over the repeats; NaN if it was not asked for
   */
  public double trainingLoss() {
    return trainingLosses.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }
}
