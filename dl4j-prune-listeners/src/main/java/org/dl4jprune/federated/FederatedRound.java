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
package org.dl4jprune.federated;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened in one round.
 *
 * @param round from 1; 0 is the choice of the mask
 * @param clients the devices that were asked
 * @param dropped those of them that were lost or returned NaN
 * @param score what the evaluation gave of the averaged model; NaN without one
 * @param bytesDown what the server sent to all devices together
 * @param bytesUp what all devices together sent
 * @param maskSent whether a mask was among it
 * @param changes how many weights each parameter exchanged at the end of the round
 * @param losses in round 0 the loss of each candidate; empty in others, and where the mask was
 *     given
 */
public record FederatedRound(
    int round,
    List<Integer> clients,
    List<Integer> dropped,
    double score,
    long bytesDown,
    long bytesUp,
    boolean maskSent,
    Map<String, Integer> changes,
    List<Double> losses) {

  /**
   * Copies its arguments.
   *
   * @param round from 1
   * @param clients the devices that were asked
   * @param dropped those of them that were lost or returned NaN
   * @param score of the averaged model
   * @param bytesDown what the server sent
   * @param bytesUp what all devices sent
   * @param maskSent whether a mask was among it
   * @param changes exchanged weights by parameter
   * @param losses of each candidate
   */
  public FederatedRound {
    clients = List.copyOf(clients);
    dropped = List.copyOf(dropped);
    changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
    losses = List.copyOf(losses);
  }
}
