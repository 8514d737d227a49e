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
package org.dl4jprune.examples.run;

import java.util.function.DoubleSupplier;

/** Is told how a training goes on. */
@FunctionalInterface
public interface RunObserver {

  /**
   * A training step.
   *
   * @param method what trains
   * @param epoch the epoch, counted from 1
   * @param loss the loss of the step's batch, or NaN where the engine does not tell it
   * @param sparsity the fraction of dead weights; asking costs a little, so ask when it is shown
   */
  record Step(Method method, int epoch, double loss, DoubleSupplier sparsity) {}

  /**
   * Is called after each training step.
   *
   * @param step the step
   */
  void stepDone(Step step);
}
