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
 * What leaves relevance as it is, up to the order of its elements: activation functions, dropout,
 * reshapes.
 *
 * @param reorder brings what belongs to the output (the second argument) into the order of the
 *     input (the first)
 * @param derivative the gradient with respect to the input, of input and gradient
 */
record PassStep(BinaryOperator<INDArray> reorder, BinaryOperator<INDArray> derivative)
    implements Step {

  /** Input and output are the same at inference. */
  static PassStep identity() {
    return reordering((input, given) -> given);
  }

  /** A rearrangement of elements. */
  static PassStep reordering(BinaryOperator<INDArray> reorder) {
    return new PassStep(reorder, reorder);
  }

  /** An element-wise function. */
  static PassStep function(BinaryOperator<INDArray> derivative) {
    return new PassStep((input, given) -> given, derivative);
  }

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    return new INDArray[] {reorder.apply(inputs[0], relevance)};
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    return new INDArray[] {derivative.apply(inputs[0], gradient)};
  }
}
