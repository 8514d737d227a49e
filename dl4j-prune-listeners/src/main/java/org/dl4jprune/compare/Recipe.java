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
package org.dl4jprune.compare;

/**
 * How a network is made for a training of a given length. The learning rate belongs to the model's
 * own configuration, so whoever makes the model stretches its schedule: a step schedule puts its
 * milestones at {@link EpochBudgets#milestone}, a cosine ends at the last epoch. Initial weights
 * must be those of the configuration, since a cut network is initialised by it alone.
 */
@FunctionalInterface
public interface Recipe {

  /**
   * Makes a model.
   *
   * @param seed what its initial weights follow from
   * @param epochs how long it will be trained, at least 1
   * @return a new, initialised and untrained {@code MultiLayerNetwork}, {@code ComputationGraph} or
   *     {@code SameDiff}
   */
  Object build(long seed, int epochs);
}
