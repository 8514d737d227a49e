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
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** A two-dimensional convolution by ND4J's own ops. */
final class ConvolutionMap implements LinearMap {
  private static final int NHWC = 9;
  private static final int WEIGHTS_FORMAT = 10;

  private final int[] arguments;

  /**
   * A convolution.
   *
   * @param arguments those of the op conv2d: kernel, stride, padding, dilation, whether padding is
   *     computed, whether channels come last, and the ordinal of the weights' format
   */
  ConvolutionMap(int... arguments) {
    this.arguments = arguments.clone();
  }

  @Override
  public INDArray apply(INDArray input, INDArray weights) {
    return Nd4j.exec(
        DynamicCustomOp.builder("conv2d")
            .addInputs(input, weights)
            .addIntegerArguments(arguments)
            .build())[0];
  }

  @Override
  public INDArray transposed(INDArray output, INDArray weights, long[] inputShape) {
    return Nd4j.exec(
        DynamicCustomOp.builder("conv2d_input_bp")
            .addInputs(Nd4j.createFromArray(inputShape), weights, output)
            .addOutputs(Nd4j.create(output.dataType(), inputShape))
            .addIntegerArguments(arguments)
            .build())[0];
  }

  @Override
  public int channelAxis() {
    return arguments[NHWC] == 0 ? 1 : 3;
  }

  @Override
  public int outputAxis() {
    return arguments[WEIGHTS_FORMAT] == 0 ? 3 : 0;
  }
}
