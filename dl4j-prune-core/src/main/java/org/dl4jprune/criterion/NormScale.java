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
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |γ| of the normalisations that a channel passes: meant for networks that were trained with a
 * penalty on γ. Card {@code classic-criteria}; Liu et al. (Network Slimming), ICCV 2017, <a
 * href="https://arxiv.org/abs/1708.06519">arXiv 1708.06519</a>. Ranked over all layers in the
 * paper.
 */
public record NormScale() implements FilterCriterion {

  @Override
  public boolean reads(Slices slices) {
    return slices.parameter().role() == Role.NORM_SCALE;
  }

  @Override
  public Map<Slices, INDArray> scores(List<Slices> slices, Evidence evidence) {
    Map<Slices, INDArray> scores = new LinkedHashMap<>();
    for (Slices one : slices) {
      INDArray rows = one.rows(evidence.values(one.parameter()));
      scores.put(one, Transforms.abs(rows, true).sum(1));
    }
    return scores;
  }
}
