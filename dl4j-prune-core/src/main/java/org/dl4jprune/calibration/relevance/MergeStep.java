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
package org.dl4jprune.calibration.relevance;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A concatenation: each input gets back its own part.
 *
 * @param axis the axis that the inputs follow each other on
 */
record MergeStep(int axis) implements Step {

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    return gradient(inputs, output, relevance);
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    INDArray[] parts = new INDArray[inputs.length];
    long from = 0;
    for (int i = 0; i < inputs.length; i++) {
      long to = from + inputs[i].size(axis);
      parts[i] = gradient.get(range(gradient.rank(), axis, from, to)).dup();
      from = to;
    }
    return parts;
  }

  static INDArrayIndex[] range(int rank, int axis, long from, long to) {
    INDArrayIndex[] indices = new INDArrayIndex[rank];
    Arrays.fill(indices, NDArrayIndex.all());
    indices[axis] = NDArrayIndex.interval(from, to);
    return indices;
  }
}
