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

import java.util.Objects;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * What all methods of a comparison share: the same network, data order, number of steps and
 * learning rate.
 *
 * @param network what is trained
 * @param engine what trains it
 * @param sparsity the fraction of zeros that pruning ends with
 * @param epochs how often the training images are seen
 * @param batch the batch size
 * @param seed what everything random follows from
 * @param images how many training images there are
 */
public record Setting(
    Architecture network,
    Engine engine,
    double sparsity,
    int epochs,
    int batch,
    long seed,
    int images) {

  /** The learning rate of the first step. */
  public static final double FIRST_RATE = 4e-3;

  /** What the learning rate has fallen to after the last step. */
  public static final double LAST_RATE = 1e-4;

  /**
   * Checks all values.
   *
   * @param network what is trained
   * @param engine what trains it
   * @param sparsity the fraction of zeros that pruning ends with
   * @param epochs how often the training images are seen
   * @param batch the batch size
   * @param seed what everything random follows from
   * @param images how many training images there are
   * @throws IllegalArgumentException if a value is out of range or the engine lacks the network
   */
  public Setting {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(engine, "engine");
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException(
          "sparsity %s lies outside [0, 1); it is the fraction of zeros, such as 0.9"
              .formatted(sparsity));
    }
    atLeastOne("epochs", epochs);
    atLeastOne("batch", batch);
    atLeastOne("images", images);
    if (!network.runsOn(engine)) {
      throw new IllegalArgumentException(
          "network %s has no %s twin; choose mlp or lenet5, or engine dl4j"
              .formatted(network, engine));
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s %d is not above zero; give at least 1".formatted(name, value));
    }
  }

  /**
   * Counts the training steps of an epoch.
   *
   * @return the number of batches, the last smaller one included
   */
  public int stepsPerEpoch() {
    return (images + batch - 1) / batch;
  }

  /**
   * Counts the training steps.
   *
   * @return the number of all epochs' batches
   */
  public long steps() {
    return (long) stepsPerEpoch() * epochs;
  }

  /** Makes the optimiser: Adam, whose learning rate falls by the same factor at each step. */
  IUpdater updater() {
    double factor = Math.pow(LAST_RATE / FIRST_RATE, 1.0 / steps());
    return new Adam(new ExponentialSchedule(ScheduleType.ITERATION, FIRST_RATE, factor));
  }
}
