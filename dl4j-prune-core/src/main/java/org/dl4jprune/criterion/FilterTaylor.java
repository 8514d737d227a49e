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
import org.dl4jprune.model.Gradients;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * (Σ w·∂L/∂w)² of each filter, of a batch's mean gradient, averaged over the batches: the square of
 * the change of the loss when the whole filter is set to zero, to first order. Card {@code
 * classic-criteria}; Molchanov et al., CVPR 2019, <a href="https://arxiv.org/abs/1906.10771">arXiv
 * 1906.10771</a>, equation 8 for a set of weights.
 */
public record FilterTaylor() implements FilterCriterion {

  @Override
  public boolean reads(Slices slices) {
    return slices.areFilters();
  }

  @Override
  public Map<Slices, INDArray> scores(List<Slices> slices, Evidence evidence) {
    Map<Slices, INDArray> sums = new LinkedHashMap<>();
    for (MultiDataSet batch : evidence.batches()) {
      try (Gradients gradients = evidence.model().gradients(batch)) {
        add(slices, gradients, evidence, sums);
      }
    }
    int batches = evidence.batches().size();
    sums.values().forEach(sum -> sum.divi(batches));
    return sums;
  }

  /** Adds the squares of Σ w·g to the sums. */
  static void add(
      List<Slices> slices, Gradients gradients, Evidence evidence, Map<Slices, INDArray> sums) {
    for (Slices one : slices) {
      INDArray product = evidence.values(one.parameter()).mul(gradients.of(one.parameter()));
      INDArray total = one.rows(product).sum(1);
      Temporary.close(product);
      total.muli(total);
      sums.merge(one, total, INDArray::addi);
    }
  }
}
