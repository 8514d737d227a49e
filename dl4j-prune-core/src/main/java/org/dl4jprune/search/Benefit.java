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
package org.dl4jprune.search;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What participation brings a player, from δ, the derivative of the loss with respect to its
 * participation. "Pruning as a Game", <a href="https://arxiv.org/abs/2512.22106">arXiv
 * 2512.22106</a>.
 */
public enum Benefit {
  /** −δ: positive where more participation lowers the loss. Ours, and the one to use. */
  DESCENT {
    @Override
    public INDArray of(INDArray derivative, INDArray participation) {
      return derivative.neg();
    }
  },
  /** s·δ, as the paper prints it. Its sign rewards what raises the loss; only to reproduce. */
  LITERAL {
    @Override
    public INDArray of(INDArray derivative, INDArray participation) {
      return derivative.mul(participation);
    }
  },
  /** |δ|: the Taylor saliency, which is how the paper reads large gradients. */
  ABSOLUTE {
    @Override
    public INDArray of(INDArray derivative, INDArray participation) {
      return Transforms.abs(derivative, true);
    }
  };

  /**
   * The benefit of every player.
   *
   * @param derivative of the loss with respect to each player's participation, rank 1
   * @param participation of each player, rank 1
   * @return a new array of the same shape
   */
  public abstract INDArray of(INDArray derivative, INDArray participation);
}
