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

import java.util.Arrays;
import org.dl4jprune.model.Gradients;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * ½·w²·F with F the mean over the examples of each example's own (∂L/∂w)²: the rise of the loss to
 * second order when the weight is set to zero, with the diagonal of the empirical Fisher matrix for
 * the Hessian. Card {@code classic-criteria}; Optimal Brain Damage, LeCun et al., NeurIPS 1989,
 * equation 3.
 *
 * <p>One forward and backward pass for each example, since the square of a batch's mean gradient is
 * not F. Batch normalisation in training mode would normalise an example by itself; freeze such
 * layers first.
 */
public record Fisher() implements WholeNetworkCriterion {

  @Override
  public INDArray scores(Evidence evidence) {
    INDArray sum = Nd4j.zeros(evidence.model().dataType(), evidence.layout().length());
    long examples = 0;
    for (MultiDataSet batch : evidence.batches()) {
      long size = batch.getFeatures(0).size(0);
      examples += size;
      for (long i = 0; i < size; i++) {
        try (Gradients gradients = evidence.model().gradients(example(batch, i))) {
          add(evidence.gather(parameter -> square(gradients.of(parameter))), sum);
        }
      }
    }
    INDArray squares = evidence.gather(parameter -> square(evidence.values(parameter)));
    sum.divi(2.0 * examples).muli(squares);
    Temporary.close(squares);
    return sum;
  }

  private static void add(INDArray term, INDArray to) {
    to.addi(term);
    Temporary.close(term);
  }

  private static INDArray square(INDArray array) {
    return array.mul(array);
  }

  static MultiDataSet example(MultiDataSet batch, long index) {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        slices(batch.getFeatures(), index),
        slices(batch.getLabels(), index),
        slices(batch.getFeaturesMaskArrays(), index),
        slices(batch.getLabelsMaskArrays(), index));
  }

  private static INDArray[] slices(INDArray[] arrays, long index) {
    return arrays == null
        ? null
        : Arrays.stream(arrays)
            .map(array -> array == null ? null : slice(array, index))
            .toArray(INDArray[]::new);
  }

  private static INDArray slice(INDArray array, long index) {
    INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
    Arrays.fill(indices, NDArrayIndex.all());
    indices[0] = NDArrayIndex.interval(index, index + 1);
    return array.get(indices);
  }
}
