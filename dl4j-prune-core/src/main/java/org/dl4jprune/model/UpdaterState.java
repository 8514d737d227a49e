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
package org.dl4jprune.model;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One state array of an updater (Adam's first moment, a momentum, …) and the range of a parameter
 * block that it belongs to.
 *
 * @param key the updater's own name for it, such as {@code M} or {@code V}
 * @param block the block whose values it accompanies
 * @param start the first value of the block that it covers
 * @param end one past the last value of the block that it covers
 * @param array the live state, of the block's shape where it covers the whole block and rank 1 of
 *     length {@code end - start} otherwise
 * @param initialValue what the updater fills it with before the first step
 * @param driftsWithoutGradient whether a step changes the state of a weight whose gradient is zero
 *     and whose state is at its initial value
 */
public record UpdaterState(
    String key,
    ParameterBlock block,
    long start,
    long end,
    INDArray array,
    double initialValue,
    boolean driftsWithoutGradient) {

  /**
   * The state of one parameter.
   *
   * @param parameter a parameter of the block
   * @return a live view of the parameter's shape, or null if this state does not cover it
   */
  public INDArray viewOf(Parameter parameter) {
    return block.view(array, start, end, parameter);
  }

  /**
   * The part of an array shaped like the block that this state accompanies.
   *
   * @param blockArray an array of the shape of the block's values
   * @return a view that matches {@link #array()} value by value
   */
  public INDArray matching(INDArray blockArray) {
    return end - start == blockArray.length()
        ? blockArray
        : blockArray.get(NDArrayIndex.interval(start, end));
  }
}
