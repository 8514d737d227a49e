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
package org.dl4jprune.merge;

import java.util.List;

/**
 * A finished piece of a soup: a retrained copy, or the soup of a phase.
 *
 * @param phase from 1
 * @param copy from 1; 0 is the soup
 * @param zeros how many weights are dead
 * @param weights how many may be pruned
 * @param score what the evaluation gave; NaN for a copy that diverged
 * @param chosen of a soup, the copies in it, from 1; empty for a copy
 * @param distance of a soup, the largest distance of one of its phase's copies to it; 0 for a copy
 * @param spread of a soup, how far its phase's copies lie apart; null for a copy
 */
public record SoupStep(
    int phase,
    int copy,
    long zeros,
    long weights,
    double score,
    List<Integer> chosen,
    double distance,
    CopySpread spread) {

  /**
   * Copies its arguments.
   *
   * @param phase from 1
   * @param copy from 1; 0 is the soup
   * @param zeros how many weights are dead
   * @param weights how many may be pruned
   * @param score what the evaluation gave
   * @param chosen of a soup, the copies in it
   * @param distance of a soup, the largest distance of a copy to it
   * @param spread of a soup, how far its phase's copies lie apart; null for a copy
   */
  public SoupStep {
    chosen = List.copyOf(chosen);
  }
}
