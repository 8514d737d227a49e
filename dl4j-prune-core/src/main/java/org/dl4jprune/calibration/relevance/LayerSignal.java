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

import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a backward pass brings to one layer with weights, in front of its activation function.
 *
 * @param layer the layer's key
 * @param channelAxis the axis of the channels
 * @param preActivation what the layer computed there; null in a pass of relevance
 * @param signal relevance or gradient, of the same shape
 */
public record LayerSignal(String layer, int channelAxis, INDArray preActivation, INDArray signal) {

  /**
   * The axes of examples and positions.
   *
   * @return all but the channels'
   */
  public int[] otherAxes() {
    return IntStream.range(0, signal.rank()).filter(axis -> axis != channelAxis).toArray();
  }
}
