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
package org.dl4jprune.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum of what some workers return. No record: Kryo, where a job uses it, cannot read records.
 */
final class RoundSum implements Serializable {
  private static final long serialVersionUID = 1;

  private final INDArray parameters;
  private final INDArray updaterState;
  private final INDArray gradient;
  private final int workers;
  private final long steps;
  private final double score;
  private final List<StorageMetaData> metaData;
  private final List<Persistable> staticInfo;
  private final List<Persistable> updates;

  private RoundSum(
      INDArray parameters,
      INDArray updaterState,
      INDArray gradient,
      int workers,
      long steps,
      double score,
      List<StorageMetaData> metaData,
      List<Persistable> staticInfo,
      List<Persistable> updates) {
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.gradient = gradient;
    this.workers = workers;
    this.steps = steps;
    this.score = score;
    this.metaData = metaData;
    this.staticInfo = staticInfo;
    this.updates = updates;
  }

  /** Live values. */
  INDArray parameters() {
    return parameters;
  }

  /** Live values of the updater's state; null if none travels. */
  INDArray updaterState() {
    return updaterState;
  }

  /** The sum of the last raw gradients; null if none is due. */
  INDArray gradient() {
    return gradient;
  }

  /** How many workers had data. */
  int workers() {
    return workers;
  }

  /** The largest number of steps of a worker. */
  long steps() {
    return steps;
  }

  /** The sum of the scores of the last steps. */
  double score() {
    return score;
  }

  /** Adds one worker; the sum, which may be null, and the result are used up. */
  static RoundSum add(RoundSum sum, RoundResult result) {
    if (result.getParameters() == null) {
      return sum;
    }
    RoundSum one =
        new RoundSum(
            result.getParameters(),
            result.getUpdaterState(),
            result.gradient(),
            1,
            result.steps(),
            result.getScore(),
            list(result.getListenerMetaData()),
            list(result.getListenerStaticInfo()),
            list(result.getListenerUpdates()));
    return combine(sum, one);
  }

  /** Adds two sums, either of which may be null; both are used up. */
  static RoundSum combine(RoundSum a, RoundSum b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return new RoundSum(
        sum(a.parameters, b.parameters),
        sum(a.updaterState, b.updaterState),
        sum(a.gradient, b.gradient),
        a.workers + b.workers,
        Math.max(a.steps, b.steps),
        a.score + b.score,
        both(a.metaData, b.metaData),
        both(a.staticInfo, b.staticInfo),
        both(a.updates, b.updates));
  }

  private static INDArray sum(INDArray a, INDArray b) {
    return a == null || b == null ? null : a.addi(b);
  }

  private static <T> List<T> list(Collection<T> some) {
    return some == null ? new ArrayList<>() : new ArrayList<>(some);
  }

  private static <T> List<T> both(List<T> a, List<T> b) {
    List<T> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  /** Hands what listeners have collected on the workers to their storage. */
  void store(StatsStorageRouter storage) {
    if (!metaData.isEmpty()) {
      storage.putStorageMetaData(metaData);
    }
    if (!staticInfo.isEmpty()) {
      storage.putStaticInfo(staticInfo);
    }
    if (!updates.isEmpty()) {
      storage.putUpdate(updates);
    }
  }
}
