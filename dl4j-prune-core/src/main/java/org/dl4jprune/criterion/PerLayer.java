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

import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes the scores of different layers comparable. */
final class PerLayer {
  private PerLayer() {}

  /** Divides in place by the L2 norm; zeros stay zeros. */
  static INDArray normalised(INDArray scores) {
    double norm = HostReads.scalar(scores.norm2());
    return norm == 0 ? scores : scores.divi(norm);
  }
}
