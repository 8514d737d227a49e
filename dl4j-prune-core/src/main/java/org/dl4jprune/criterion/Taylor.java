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

import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * (w·∂L/∂w)²: the square of the change of the loss when the weight is set to zero, to first order.
 * Card {@code classic-criteria}; Molchanov et al., CVPR 2019, <a
 * href="https://arxiv.org/abs/1906.10771">arXiv 1906.10771</a>, equation 8, for single weights.
 */
public record Taylor() implements Criterion {

  @Override
  public INDArray score(Parameter parameter, Evidence evidence) {
    INDArray product = evidence.values(parameter).mul(evidence.gradient(parameter));
    return product.muli(product);
  }

  @Override
  public boolean needsGradient() {
    return true;
  }
}
