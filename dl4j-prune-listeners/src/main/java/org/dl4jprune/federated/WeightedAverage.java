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
package org.dl4jprune.federated;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Averages by the number of examples: McMahan et al., AISTATS 2017, <a
 * href="https://arxiv.org/abs/1602.05629">arXiv 1602.05629</a>, algorithm 1.
 */
final class WeightedAverage {
  private WeightedAverage() {}

  /** n_k / Σn. */
  static double[] weights(long[] examples) {
    double all = LongStream.of(examples).sum();
    return LongStream.of(examples).mapToDouble(n -> n / all).toArray();
  }

  /** Σ w_k·v_k, added up in DOUBLE. */
  static float[] of(List<float[]> parts, double[] weights) {
    double[] sum = new double[parts.get(0).length];
    for (int part = 0; part < weights.length; part++) {
      float[] values = parts.get(part);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weights[part] * values[i];
      }
    }
    float[] average = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      average[i] = (float) sum[i];
    }
    return average;
  }
}
