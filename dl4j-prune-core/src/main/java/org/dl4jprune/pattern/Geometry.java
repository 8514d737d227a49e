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
package org.dl4jprune.pattern;

/**
 * The sizes of a weight in flat order: outputs, then inputs, then kernel positions.
 *
 * @param outputs the number of outputs (rows)
 * @param inputs the number of inputs
 * @param positions the number of kernel positions; 1 for dense layers
 */
public record Geometry(long outputs, long inputs, long positions) {

  /**
   * Checks the sizes.
   *
   * @param outputs at least 1
   * @param inputs at least 1
   * @param positions at least 1
   */
  public Geometry {
    if (outputs < 1 || inputs < 1 || positions < 1) {
      throw new IllegalArgumentException(
          "A weight has at least one output, input and position, not %d, %d, %d"
              .formatted(outputs, inputs, positions));
    }
  }

  /**
   * The number of values of one row.
   *
   * @return inputs times positions
   */
  public long columns() {
    return inputs * positions;
  }

  /**
   * The number of values.
   *
   * @return outputs times inputs times positions
   */
  public long size() {
    return outputs * columns();
  }
}
