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
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The norm of each filter: Σ|w| or sqrt(Σw²). Card {@code classic-criteria}; the sum is the
 * criterion of Li et al., ICLR 2017, <a href="https://arxiv.org/abs/1608.08710">arXiv
 * 1608.08710</a>.
 *
 * @param order 1 or 2
 * @param perLayer whether the scores of each layer are divided by their L2 norm, as the baseline of
 *     Yeom et al. 2021 is, so that layers can be ranked together
 */
public record FilterNorm(int order, boolean perLayer) implements FilterCriterion {

  /**
   * Checks the order.
   *
   * @param order 1 or 2
   * @param perLayer whether the scores of each layer are divided by their L2 norm
   * @throws IllegalArgumentException if the order is another
   */
  public FilterNorm {
    if (order != 1 && order != 2) {
      throw new IllegalArgumentException("A filter's norm has order 1 or 2, not " + order);
    }
  }

  /**
   * Σ|w| of each filter.
   *
   * @return the criterion
   */
  public static FilterNorm l1() {
    return new FilterNorm(1, false);
  }

  /**
   * sqrt(Σw²) of each filter.
   *
   * @return the criterion
   */
  public static FilterNorm l2() {
    return new FilterNorm(2, false);
  }

  @Override
  public boolean reads(Slices slices) {
    return slices.areFilters();
  }

  @Override
  public Map<Slices, INDArray> scores(List<Slices> slices, Evidence evidence) {
    Map<Slices, INDArray> scores = new LinkedHashMap<>();
    for (Slices one : slices) {
      INDArray rows = one.rows(evidence.values(one.parameter()));
      INDArray norms = order == 1 ? rows.norm1(1) : rows.norm2(1);
      scores.put(one, perLayer ? PerLayer.normalised(norms) : norms);
    }
    return scores;
  }
}
