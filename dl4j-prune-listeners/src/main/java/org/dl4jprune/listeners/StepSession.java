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
package org.dl4jprune.listeners;

import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a method does at each step of one model, whatever the model's class. */
interface StepSession extends AutoCloseable {

  /** The model that trains. */
  PrunableModel model();

  /** To be called with the raw gradient of each block, before the updater sees it. */
  void gradientAvailable(ParameterBlock block, INDArray gradient, long iteration);

  /** To be called after each update of the parameters, with the count before that step. */
  void stepDone(long iteration);

  /** To be called at the end of each epoch, with the count before that epoch. */
  void epochDone(long epoch);

  @Override
  void close();
}
