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

/** Y = X·W with X [examples, in] and W [in, out]. */
record DenseMap() implements LinearMap {

  @Override
  public INDArray apply(INDArray input, INDArray weights) {
    return input.mmul(weights);
  }

  @Override
  public INDArray transposed(INDArray output, INDArray weights, long[] inputShape) {
    return output.mmul(weights.transpose());
  }

  @Override
  public int channelAxis() {
    return 1;
  }

  @Override
  public int outputAxis() {
    return 1;
  }
}
