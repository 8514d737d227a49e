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

import java.util.Arrays;
import java.util.List;

/**
 * One ranking over all parameters: the lowest scores of the whole network go. With a floor each
 * parameter's best units are protected first, and the rest of the budget goes to the best
 * unprotected ones, which keeps the largest sum of scores that the floors allow. Card {@code
 * global-mp}, parts A and B; Gupta et al., 2022, <a href="https://arxiv.org/abs/2209.14624">arXiv
 * 2209.14624</a>.
 *
 * @param floor the least that each parameter keeps
 */
public record Global(Floor floor) implements Allocation {

  /**
   * Fills in what is left out.
   *
   * @param floor the least that each parameter keeps; null for none
   */
  public Global {
    floor = floor == null ? Floor.none() : floor;
  }

  /** Without a floor. */
  public Global() {
    this(Floor.none());
  }

  @Override
  public List<Scope> allocate(Request request) {
    List<Long> least = Arrays.stream(floor.least(request)).boxed().toList();
    return List.of(new Scope(request.parameters(), request.zeros(), least));
  }
}
