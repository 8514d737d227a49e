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
package org.dl4jprune.criterion;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.calibration.ActivationStatistics;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The variance of what a layer puts out for each channel, over examples and positions: a channel
 * that hardly changes tells little and could be a bias. Molchanov et al., ICLR 2017, <a
 * href="https://arxiv.org/abs/1611.06440">arXiv 1611.06440</a>, section 2.2 (activation), whose
 * standard deviation ranks alike.
 */
public record ActivationVariance() implements ActivationCriterion {

  @Override
  public Map<String, INDArray> scores(Evidence evidence) {
    Map<String, INDArray> scores = new LinkedHashMap<>();
    try (ActivationStatistics statistics =
        ActivationStatistics.of(evidence.model(), evidence.batches())) {
      for (String layer : statistics.layers()) {
        scores.put(layer, statistics.variance(layer));
      }
    }
    return scores;
  }
}
