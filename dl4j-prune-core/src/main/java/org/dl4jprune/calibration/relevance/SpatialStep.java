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

import java.util.function.BinaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pooling, padding, cropping and upsampling. A maximum hands all relevance to its place; the others
 * are linear and follow the ε rule.
 *
 * @param backward the gradient with respect to the input, of input and gradient
 * @param maximum whether the largest value is picked
 */
record SpatialStep(BinaryOperator<INDArray> backward, boolean maximum) implements Step {

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    if (maximum) {
      return new INDArray[] {backward.apply(inputs[0], relevance)};
    }
    INDArray s = relevance.div(LinearRules.stabilised(output, epsilon));
    return new INDArray[] {backward.apply(inputs[0], s).mul(inputs[0])};
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    return new INDArray[] {backward.apply(inputs[0], gradient)};
  }
}
