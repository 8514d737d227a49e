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

/**
 * −Σ w·∂L/∂w over the steps of training: weights that move away from zero are kept. Movement
 * pruning, Sanh et al., NeurIPS 2020, <a href="https://arxiv.org/abs/2005.07683">arXiv
 * 2005.07683</a>, the accumulated S of section 4 without the learning rate of the scores, which
 * scales them all alike. Here the scores accumulate on the user's own training. A masked weight has
 * the value zero, so its score stands still, where the paper keeps a hidden value that goes on
 * moving.
 */
public record Movement() implements Criterion {
  private static final String KEY = "movement";

  @Override
  public boolean observes() {
    return true;
  }

  @Override
  public void observe(ParameterBlock block, INDArray gradient, Memory memory) {
    INDArray product = block.values().mul(gradient);
    memory.of(KEY, block).subi(product);
    Temporary.close(product);
  }

  @Override
  public INDArray score(Parameter parameter, Evidence evidence) {
    return evidence.remembered(KEY, parameter, this).dup();
  }
}
