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
 * ½·mean over the examples of (Σ w·∂L/∂w)² of each filter, with each example's own gradient. Card
 * {@code classic-criteria}, row Fisher. One forward and backward pass for each example, as {@link
 * Fisher} has.
 */
public record FilterFisher() implements FilterCriterion {

  @Override
  public boolean reads(Slices slices) {
    return slices.areFilters();
  }

  @Override
  public Map<Slices, INDArray> scores(List<Slices> slices, Evidence evidence) {
    Map<Slices, INDArray> sums = new LinkedHashMap<>();
    long examples = 0;
    for (MultiDataSet batch : evidence.batches()) {
      long size = batch.getFeatures(0).size(0);
      examples += size;
      for (long i = 0; i < size; i++) {
        try (Gradients gradients = evidence.model().gradients(Fisher.example(batch, i))) {
          FilterTaylor.add(slices, gradients, evidence, sums);
        }
      }
    }
    double divisor = 2.0 * examples;
    sums.values().forEach(sum -> sum.divi(divisor));
    return sums;
  }
}
