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
package org.dl4jprune.allocation;

import java.util.List;
import org.dl4jprune.model.Parameter;

/**
 * Parameters whose units are ranked together, and how many of these units go.
 *
 * @param parameters at least one
 * @param zeros how many units of all these parameters together become zero
 * @param minimumKept how many units each of the parameters keeps at least, in the same order
 * @param zerosOfRows how many units of each row of the only parameter go, where each row is ranked
 *     by itself; their sum is {@code zeros}. Empty where all units are ranked together
 */
public record Scope(
    List<Parameter> parameters, long zeros, List<Long> minimumKept, List<Long> zerosOfRows) {

  /**
   * Copies its arguments.
   *
   * @param parameters at least one
   * @param zeros at least 0
   * @param minimumKept one number for each parameter
   * @param zerosOfRows one number for each row of the only parameter, or none
   */
  public Scope {
    parameters = List.copyOf(parameters);
    minimumKept = List.copyOf(minimumKept);
    zerosOfRows = List.copyOf(zerosOfRows);
    if (parameters.isEmpty() || parameters.size() != minimumKept.size() || zeros < 0) {
      throw new IllegalArgumentException(
          "A scope needs parameters, a minimum for each and zeros of at least 0, not %s, %s, %d"
              .formatted(parameters, minimumKept, zeros));
    }
    if (!zerosOfRows.isEmpty()
        && (parameters.size() != 1
            || zerosOfRows.size() != parameters.get(0).outputs()
            || zerosOfRows.stream().mapToLong(Long::longValue).sum() != zeros)) {
      throw new IllegalArgumentException(
          "A scope of rows needs one parameter and for each of its rows a part of the %d zeros, not %s and %s"
              .formatted(zeros, parameters, zerosOfRows));
    }
  }

  /**
   * A scope whose units are ranked together.
   *
   * @param parameters at least one
   * @param zeros at least 0
   * @param minimumKept one number for each parameter
   */
  public Scope(List<Parameter> parameters, long zeros, List<Long> minimumKept) {
    this(parameters, zeros, minimumKept, List.of());
  }
}
