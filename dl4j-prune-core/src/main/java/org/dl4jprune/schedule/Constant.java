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
package org.dl4jprune.schedule;

/**
 * One rate at all times.
 *
 * @param value the rate
 */
public record Constant(double value) implements Schedule {

  /**
   * Checks the rate.
   *
   * @param value the rate
   * @throws IllegalArgumentException if the rate is not finite
   */
  public Constant {
    Ramp.finite("value", value);
  }

  @Override
  public double at(double time) {
    return value;
  }
}
