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
package org.dl4jprune.structure.ops;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/** Losses: predictions and labels stay. A sum of squares may lose terms that masking makes zero. */
public final class LossRule implements OpRule {

  /** The rule. */
  public LossRule() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "absolute_difference_loss",
        "cosine_distance_loss",
        "hinge_loss",
        "huber_loss",
        "l2_loss",
        "log_loss",
        "log_poisson_loss",
        "mean_pairwssqerr_loss",
        "mean_sqerr_loss",
        "sigm_cross_entropy_loss",
        "softmax_cross_entropy_loss",
        "softmax_cross_entropy_loss_with_logits",
        "sparse_softmax_cross_entropy_loss_with_logits",
        "weighted_cross_entropy_with_logits",
        "ctc_loss");
  }

  @Override
  public boolean copesWithUnknownRank() {
    return true;
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    boolean squares = scene.op().opName().equals("l2_loss");
    for (Tensor input : scene.inputs()) {
      for (int axis = 0; input.isKnown() && axis < input.rank(); axis++) {
        if (!squares || !input.zeroWhenMasked(axis)) {
          scene.pin(input.channels(axis), "it faces the loss");
        }
      }
    }
    return Collections.nCopies(scene.outputCount(), squares ? Tensor.of() : Tensor.unknown());
  }
}
