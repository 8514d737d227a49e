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
 * What a training used, with all constants of the estimate.
 *
 * @param seconds of training
 * @param watts drawn meanwhile
 * @param pue power usage effectiveness, at least 1
 * @param kgPerKwh carbon intensity of the electricity
 */
public record Energy(double seconds, double watts, double pue, double kgPerKwh) {
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double WATTS_PER_KILOWATT = 1000;

  /**
   * The energy.
   *
   * @return watts · hours · PUE / 1000
   */
  public double kilowattHours() {
    return watts * seconds / SECONDS_PER_HOUR * pue / WATTS_PER_KILOWATT;
  }

  /**
   * The carbon dioxide.
   *
   * @return kWh · intensity, in kg of CO2 equivalent
   */
  public double kilograms() {
    return kilowattHours() * kgPerKwh;
  }

  @Override
  public String toString() {
    return "%.3f s at %s W, PUE %s, %s kg/kWh: %.6f kWh, %.6f kg CO2e (estimate)"
        .formatted(seconds, watts, pue, kgPerKwh, kilowattHours(), kilograms());
  }
}
