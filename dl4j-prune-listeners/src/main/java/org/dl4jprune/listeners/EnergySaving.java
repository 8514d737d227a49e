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
package org.dl4jprune.listeners;

/**
 * Two trainings side by side.
 *
 * @param smaller what the smaller model's training used
 * @param dense what the whole model's training used
 */
public record EnergySaving(Energy smaller, Energy dense) {

  /**
   * The share of the carbon dioxide that was saved; with equal constants 1 − t/t₀.
   *
   * @return below 0 if more was used
   */
  public double share() {
    return 1 - smaller.kilograms() / dense.kilograms();
  }

  /**
   * How many times faster the smaller model trained.
   *
   * @return t₀/t
   */
  public double speedUp() {
    return dense.seconds() / smaller.seconds();
  }

  @Override
  public String toString() {
    return "saved %.4f %% of the carbon dioxide, %.2f times faster%n  smaller: %s%n  dense:   %s"
        .formatted(100 * share(), speedUp(), smaller, dense);
  }
}
