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

import java.util.Map;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How large a network is, dead weights not counted.
 *
 * @param parameters the number of values
 * @param operations multiply-accumulates of one example, at the ideal cost of its live weights
 */
record Size(long parameters, long operations) {

  /** Of a model; the mask may be null. */
  static Size of(PrunableModel model, PackedMasks mask, MultiDataSet example) {
    Map<String, Long> positions = model.positions(example);
    long values = 0;
    long operations = 0;
    for (Parameter parameter : model.parameters()) {
      long live = SparseAware.live(parameter, mask);
      values += live;
      if (parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT) {
        operations += live * positions.getOrDefault(parameter.layer(), 1L);
      }
    }
    return new Size(values, operations);
  }
}
