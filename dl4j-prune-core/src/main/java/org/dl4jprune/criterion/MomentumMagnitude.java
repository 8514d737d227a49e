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
import org.dl4jprune.model.ParameterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |m| with m the exponential moving average of the raw gradient, m ← d·m + (1 − d)·∂L/∂w from m =
 * 0: a steadier score for regrowth than one batch's gradient. Sparse momentum, Dettmers and
 * Zettlemoyer, 2019, <a href="https://arxiv.org/abs/1907.04840">arXiv 1907.04840</a>, section 3.
 *
 * @param decay d, in [0, 1): the share of the old average that each step keeps
 */
public record MomentumMagnitude(double decay) implements Criterion {

  /**
   * Checks its argument.
   *
   * @param decay the share of the old average that each step keeps
   * @throws IllegalArgumentException if it lies outside [0, 1)
   */
  public MomentumMagnitude {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("Decay %s lies outside [0, 1)".formatted(decay));
    }
  }

  @Override
  public boolean observes() {
    return true;
  }

  // Kept without the factor 1 - d, which saves a temporary array at every step.
  @Override
  public void observe(ParameterBlock block, INDArray gradient, Memory memory) {
    memory.of(key(), block).muli(decay).addi(gradient);
  }

  @Override
  public INDArray score(Parameter parameter, Evidence evidence) {
    INDArray average = evidence.remembered(key(), parameter, this);
    return Transforms.abs(average, true).muli(1 - decay);
  }

  private String key() {
    return "momentum " + decay;
  }
}
