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
package org.dl4jprune.criterion;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores the output channels of layers by what data make of them. High scores are kept. An
 * implementation is an immutable value that Jackson can write and read.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "type")
public interface ActivationCriterion {

  /**
   * Scores channels.
   *
   * @param evidence the model and data
   * @return new arrays of rank 1, one score for each output channel, by the number of the layer,
   *     the name of the vertex, or the variable that the op puts out
   * @throws IllegalStateException if there are no data
   */
  Map<String, INDArray> scores(Evidence evidence);
}
