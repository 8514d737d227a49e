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
import org.dl4jprune.calibration.relevance.LayerSignal;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |mean over positions of z·∂L/∂z| of each output channel, averaged over the examples, with z in
 * front of the activation function, divided by the L2 norm of the layer's scores: the change of the
 * loss when the channel is set to zero, to first order. Molchanov et al., ICLR 2017, <a
 * href="https://arxiv.org/abs/1611.06440">arXiv 1611.06440</a>, equations 8 and 10; a ReLU makes
 * the product the same behind it.
 */
public record OutputTaylor() implements ActivationCriterion {

  @Override
  public Map<String, INDArray> scores(Evidence evidence) {
    Map<String, INDArray> sums = new LinkedHashMap<>();
    for (MultiDataSet batch : evidence.batches()) {
      ActivationGradient.propagate(
          evidence.model(),
          batch,
          at -> sums.merge(at.layer(), ofEachExample(at).sum(0), INDArray::addi));
    }
    sums.replaceAll((layer, sum) -> PerLayer.normalised(sum));
    return sums;
  }

  /** Shape [examples, channels]. */
  private static INDArray ofEachExample(LayerSignal at) {
    INDArray product = at.preActivation().mul(at.signal());
    if (product.rank() == 2) {
      return Transforms.abs(product, false);
    }
    int[] positions = java.util.Arrays.stream(at.otherAxes()).filter(axis -> axis != 0).toArray();
    return Transforms.abs(product.mean(positions), false);
  }
}
