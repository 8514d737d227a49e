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

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What every device knows from the beginning.
 *
 * @param pruned the names of the pruned parameters
 * @param localEpochs passes over the device's data in a round, at least 1
 * @param keepState whether the updater's state is kept from round to round
 * @param seed of the random numbers of dropout
 */
public record DeviceSettings(List<String> pruned, int localEpochs, boolean keepState, long seed)
    implements Serializable {

  /**
   * Copies its arguments.
   *
   * @param pruned the names of the pruned parameters
   * @param localEpochs passes over the device's data in a round
   * @param keepState whether the updater's state is kept from round to round
   * @param seed of the random numbers of dropout
   */
  public DeviceSettings {
    pruned = new ArrayList<>(pruned);
  }
}
