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

import java.util.SortedMap;

/**
 * The devices as the server sees them: it sends requests and gets answers. {@link
 * FederatedSimulation} runs them in this process; another way of running them needs only to bring
 * each request to a {@link Device}.
 */
public interface Clients {

  /**
   * How many training examples each device has.
   *
   * @return one number for each device, in an order that stays
   */
  long[] examples();

  /**
   * Whether a device remembers the candidates and the mask between two requests. If not, they are
   * sent each time.
   *
   * @return true for devices that live as long as the training
   */
  boolean remember();

  /**
   * Brings requests to some devices.
   *
   * @param requests by the number of the device, from 0
   * @return the answers; a device that is lost has none
   */
  SortedMap<Integer, Answer> ask(SortedMap<Integer, ? extends Request> requests);
}
