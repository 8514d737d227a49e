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
package org.dl4jprune.listeners;

import java.util.List;
import org.dl4jprune.search.Benefit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How the players of a layer move: along the derivative of their own utility, within [0, 1].
 *
 * @param benefit what participation brings
 * @param alpha what the benefit is multiplied by
 * @param l2Cost β
 * @param l1Cost γ
 * @param competition η
 * @param rate of the ascent
 */
record ParticipationRule(
    Benefit benefit, double alpha, double l2Cost, double l1Cost, double competition, double rate) {

  /**
   * u_i = α b_i − 2β‖θ_i‖² s_i − γ − η Σ_{j≠i} s_j ⟨θ_i, θ_j⟩; at s_i = 0 from the right.
   *
   * @param s participations, [players]
   * @param derivative δ of the loss, [players]
   * @param theta one matrix for each tensor, a row for each player
   * @return a new array
   */
  INDArray gradient(INDArray s, INDArray derivative, List<INDArray> theta) {
    INDArray gradient = benefit.of(derivative, s).muli(alpha).subi(l1Cost);
    try (INDArray own = PlayerLayer.squaredNorms(theta).muli(s)) {
      // Below, the sum over all players holds a player's own part, which is no competition.
      own.muli(competition - 2 * l2Cost);
      gradient.addi(own);
    }
    if (competition > 0) {
      INDArray column = s.reshape('c', new long[] {s.length(), 1});
      for (INDArray matrix : theta) {
        // Θ(Θᵀs) takes as long as one pass over the weights; the Gram matrix would not.
        try (INDArray together = matrix.transpose().mmul(column);
            INDArray all = matrix.mmul(together)) {
          gradient.subi(all.muli(competition).reshape('c', new long[] {s.length()}));
        }
      }
    }
    return gradient;
  }

  /** s ← clip(s + rate·u, 0, 1), in place. */
  void step(INDArray s, INDArray derivative, List<INDArray> theta) {
    try (INDArray gradient = gradient(s, derivative, theta)) {
      s.addi(gradient.muli(rate));
    }
    Transforms.min(s, 1, false);
    Transforms.max(s, 0, false);
  }
}
