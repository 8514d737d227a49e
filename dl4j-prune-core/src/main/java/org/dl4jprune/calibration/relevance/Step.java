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

/** One operation of a model and its two backward passes. No array that is given is changed. */
interface Step {

  /**
   * Splits the relevance of the output among the inputs.
   *
   * @param inputs the inputs of the forward pass
   * @param output the output of the forward pass
   * @param relevance of the output's shape
   * @param epsilon of the ε rule
   * @return one array of each input's shape
   */
  INDArray[] relevance(INDArray[] inputs, INDArray output, INDArray relevance, double epsilon);

  /**
   * The gradient with respect to the inputs.
   *
   * @param inputs the inputs of the forward pass
   * @param output the output of the forward pass
   * @param gradient with respect to the output
   * @return one array of each input's shape
   */
  INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient);
}
