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
import org.dl4jprune.calibration.relevance.ActivationGradient;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |Σ ∂L/∂z| of each output channel over examples and positions, with z in front of the activation
 * function, divided by the L2 norm of the layer's scores: the gradient baseline of Yeom et al.
 * 2021, <a href="https://arxiv.org/abs/1912.08881">arXiv 1912.08881</a>.
 */
public record OutputGradient() implements ActivationCriterion {

  @Override
  public Map<String, INDArray> scores(Evidence evidence) {
    Map<String, INDArray> sums = new LinkedHashMap<>();
    for (MultiDataSet batch : evidence.batches()) {
      ActivationGradient.propagate(
          evidence.model(),
          batch,
          at -> sums.merge(at.layer(), at.signal().sum(at.otherAxes()), INDArray::addi));
    }
    sums.replaceAll((layer, sum) -> PerLayer.normalised(Transforms.abs(sum, false)));
    return sums;
  }
}
