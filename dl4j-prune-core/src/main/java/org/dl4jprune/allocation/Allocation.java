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

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * Splits a budget of zeros over the parameters. An implementation is an immutable value (a record)
 * that Jackson can write and read.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "type")
public interface Allocation {

  /**
   * Says how many units go, and among which parameters they are ranked together.
   *
   * @param request the parameters, their sizes and the sparsity
   * @return scopes that name each parameter exactly once
   * @throws IllegalArgumentException if the sparsity cannot be reached
   */
  List<Scope> allocate(Request request);

  /**
   * Whether this decides how much goes, so that the asked sparsity is only a limit.
   *
   * @return false by default: as much goes as is asked for
   */
  default boolean choosesAmount() {
    return false;
  }
}
