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

import java.util.Collection;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What one worker returns of a round: live values only, and the last raw gradient if it is due. */
final class RoundResult extends ParameterAveragingTrainingResult {
  private static final long serialVersionUID = 1;

  private final INDArray gradient;
  private final long steps;

  RoundResult(
      INDArray parameters,
      INDArray updaterState,
      INDArray gradient,
      long steps,
      double score,
      Collection<StorageMetaData> metaData,
      Collection<Persistable> staticInfo,
      Collection<Persistable> updates) {
    super(parameters, updaterState, score, metaData, staticInfo, updates);
    this.gradient = gradient;
    this.steps = steps;
  }

  /** Of a worker that had no data. */
  static RoundResult nothing() {
    return new RoundResult(null, null, null, 0, 0, null, null, null);
  }

  INDArray gradient() {
    return gradient;
  }

  long steps() {
    return steps;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
