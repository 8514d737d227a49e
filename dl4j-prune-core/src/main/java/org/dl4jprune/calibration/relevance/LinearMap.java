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

/** A layer without bias as a function of input and weights, linear in both. */
interface LinearMap {

  INDArray apply(INDArray input, INDArray weights);

  /** The transposed map: what the gradient with respect to the input is made of. */
  INDArray transposed(INDArray output, INDArray weights, long[] inputShape);

  /** The axis of the output that holds the channels. */
  int channelAxis();

  /** The axis of the weights that belongs to output channels. */
  int outputAxis();

  /** One number for each output channel as an array that broadcasts over the output. */
  default INDArray alongOutput(INDArray channels, int rank) {
    return along(channels, rank, channelAxis());
  }

  /** One number for each output channel as an array that broadcasts over the weights. */
  default INDArray alongWeights(INDArray channels, int rank) {
    return along(channels, rank, outputAxis());
  }

  /** A vector that broadcasts along one axis. */
  static INDArray along(INDArray channels, int rank, int axis) {
    long[] shape = new long[rank];
    java.util.Arrays.fill(shape, 1);
    shape[axis] = channels.length();
    return channels.reshape('c', shape);
  }
}
