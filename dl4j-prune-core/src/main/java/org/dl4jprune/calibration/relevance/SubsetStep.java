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

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A range of channels: the others get nothing.
 *
 * @param axis the axis of the channels
 * @param from the first that is taken
 * @param to the first that is not taken any more
 */
record SubsetStep(int axis, long from, long to) implements Step {

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    return gradient(inputs, output, relevance);
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    INDArray whole = inputs[0].ulike().assign(0);
    whole.get(MergeStep.range(whole.rank(), axis, from, to)).assign(gradient);
    return new INDArray[] {whole};
  }
}
