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
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |w|·∂R/∂|w| with R = 1ᵀ·net(|W|)·1: the share of the synaptic flow that passes through a weight.
 * Needs no data, only the shape of one batch. Card {@code classic-criteria}; SynFlow, Tanaka et
 * al., NeurIPS 2020, <a href="https://arxiv.org/abs/2006.05467">arXiv 2006.05467</a>, equation 3
 * and algorithm 1, with biases at zero where the authors' code takes |b|.
 *
 * <p>One call gives the scores of one round. The paper's guarantee against empty layers holds for
 * many rounds of pruning and scoring again, with the density d^(k/rounds) after round k; the pruner
 * runs them, this criterion only says how many.
 *
 * @param rounds how often weights are scored and pruned, at least 1; 100 in the paper
 */
public record SynFlow(int rounds) implements WholeNetworkCriterion {
  private static final int DEFAULT_ROUNDS = 100;
  private static final double SMALLEST_SAFE_MAXIMUM = 1e-10;
  private static final double LARGEST_SAFE_MAXIMUM = 1e30;

  /**
   * Checks its argument.
   *
   * @param rounds how often weights are scored and pruned
   * @throws IllegalArgumentException if it is less than 1
   */
  public SynFlow {
    if (rounds < 1) {
      throw new IllegalArgumentException("SynFlow needs at least 1 round, not " + rounds);
    }
  }

  /** With 100 rounds. */
  public SynFlow() {
    this(DEFAULT_ROUNDS);
  }

  @Override
  public INDArray scores(Evidence evidence) {
    Layout layout = evidence.layout();
    INDArray scores = Nd4j.createUninitialized(DataType.DOUBLE, layout.length());
    try (Gradients flow = evidence.model().synapticFlow(evidence.batches().get(0))) {
      for (Parameter parameter : layout.parameters()) {
        INDArray values = evidence.values(parameter).castTo(DataType.DOUBLE);
        INDArray score = Transforms.abs(values, true).muli(flow.of(parameter));
        layout.matrix(scores, parameter).assign(parameter.asMatrix(score));
      }
    }
    return evidence.model().dataType() == DataType.DOUBLE ? scores : narrow(scores, evidence);
  }

  // R grows or shrinks with every layer by orders of magnitude, beyond what FLOAT can hold.
  private static INDArray narrow(INDArray scores, Evidence evidence) {
    double maximum = HostReads.scalar(scores.max());
    boolean safe = maximum > SMALLEST_SAFE_MAXIMUM && maximum < LARGEST_SAFE_MAXIMUM;
    if (!safe && maximum > 0) {
      scores.divi(maximum);
    }
    INDArray narrowed = scores.castTo(evidence.model().dataType());
    Temporary.close(scores);
    return narrowed;
  }
}
