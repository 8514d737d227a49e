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
package org.dl4jprune.calibration;

import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Passes over calibration data treat all examples and positions alike. */
public final class Unmasked {
  private Unmasked() {}

  /**
   * Checks a batch.
   *
   * @param batch what is about to pass
   * @throws IllegalArgumentException if it has mask arrays
   */
  public static void check(MultiDataSet batch) {
    if (batch.hasMaskArrays()) {
      throw new IllegalArgumentException(
          "Calibration data with mask arrays are not supported, since padded positions would count"
              + " as data; pass examples of equal length without masks");
    }
  }
}
