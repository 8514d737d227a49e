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
package org.dl4jprune.merge;

import java.util.List;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;

/**
 * The average of models of different masks, pruned back by global magnitude: the baseline of a soup
 * of equal masks. Card {@code sparse-model-soups}; Zimmer et al., ICLR 2024, <a
 * href="https://arxiv.org/abs/2306.16788">arXiv 2306.16788</a>, section 4.
 */
public final class RePrune {
  private RePrune() {}

  /**
   * Averages and prunes.
   *
   * @param parts at least one model, of the same class and shapes
   * @param selector which parameters are pruned
   * @param sparsity in [0, 1)
   * @return a new model; statistics of batch normalisations are to be recomputed
   * @throws IllegalArgumentException if the parts differ or the sparsity is out of range
   */
  public static Pruned of(List<PrunableModel> parts, Selector selector, double sparsity) {
    return Pruner.of(Soup.average(parts).unwrap()).selector(selector).sparsity(sparsity).prune();
  }
}
