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

import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |w·∂L/∂w| as a share of the sum over all weights: how much the loss depends on a connection.
 * Meant for pruning before training, with one balanced batch of at least ten examples of each
 * class. Card {@code classic-criteria}; SNIP, Lee et al., ICLR 2019, <a
 * href="https://arxiv.org/abs/1810.02340">arXiv 1810.02340</a>: the connection sensitivity s_j =
 * |g_j| / Σ|g_k|, where the derivative g_j for the gate of a connection is w·∂L/∂w.
 */
public record Snip() implements WholeNetworkCriterion {

  @Override
  public INDArray scores(Evidence evidence) {
    INDArray scores =
        evidence.gather(
            parameter -> {
              INDArray product = evidence.values(parameter).mul(evidence.gradient(parameter));
              return Transforms.abs(product, false);
            });
    double sum = HostReads.scalar(scores.sum());
    return sum > 0 ? scores.divi(sum) : scores;
  }

  @Override
  public boolean needsGradient() {
    return true;
  }
}
