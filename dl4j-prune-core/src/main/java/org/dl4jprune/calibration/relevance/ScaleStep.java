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
 * A batch normalisation at inference: each channel times a number plus a number. Relevance passes:
 * where a layer with weights stands right before, the step is folded into it.
 *
 * @param scale one number for each channel
 * @param shift one number for each channel
 * @param channelAxis the axis of the channels
 */
record ScaleStep(INDArray scale, INDArray shift, int channelAxis) implements Step {

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    return new INDArray[] {relevance};
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    return new INDArray[] {gradient.mul(LinearMap.along(scale, gradient.rank(), channelAxis))};
  }
}
