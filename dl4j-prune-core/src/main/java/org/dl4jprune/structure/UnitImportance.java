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
package org.dl4jprune.structure;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What the removable units of a model are worth. A high score is kept, a low one goes; equal scores
 * keep the lower number.
 */
@FunctionalInterface
public interface UnitImportance {

  /**
   * Scores all removable units.
   *
   * @param groups the groups of a model
   * @param batches data for scores that need them, gone through in order; may be empty
   * @param seed of everything random
   * @return the finite score of each unit of each group, by its number
   * @throws IllegalArgumentException if the data do not fit what the scores need
   * @throws IllegalStateException if data are missing, a score is not finite, or the model lacks
   *     what the scores are made of
   */
  Map<Integer, Double> score(ChannelGroups groups, List<? extends MultiDataSet> batches, long seed);
}
