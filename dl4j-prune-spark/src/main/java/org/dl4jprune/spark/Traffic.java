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
package org.dl4jprune.spark;

/**
 * The bytes of one round, for each worker, in front of Spark's compression. With n weights of which
 * a fraction s is dead, a values of updater state for each weight, and b bytes for each value:
 *
 * <ul>
 *   <li>masks: about 4/3 · n·H(s)/8 in the configuration's JSON, H in bits: Rice codes as base64;
 *   <li>parameters: b·n·(1 − s), values of dead weights do not travel;
 *   <li>updater state: b·a·n·(1 − s);
 *   <li>gradient: b·n, all of it, and only to the master in a round whose update looks at one: what
 *       comes back is chosen among the dead.
 * </ul>
 *
 * <p>A worker receives {@link #down()} and sends {@link #up()}. Without masks both would be b·n·(1
 * + a) besides the configuration.
 *
 * @param configuration bytes of the configuration's JSON without masks
 * @param masks bytes of the masks in it
 * @param parameters bytes of the live values, each way
 * @param updaterState bytes of the updater's live state, each way; 0 if none travels
 * @param gradient bytes of the gradient that a worker sends; 0 if none is due
 */
public record Traffic(
    long configuration, long masks, long parameters, long updaterState, long gradient) {

  /**
   * What a worker receives.
   *
   * @return bytes
   */
  public long down() {
    return configuration + masks + parameters + updaterState;
  }

  /**
   * What a worker sends.
   *
   * @return bytes
   */
  public long up() {
    return parameters + updaterState + gradient;
  }
}
