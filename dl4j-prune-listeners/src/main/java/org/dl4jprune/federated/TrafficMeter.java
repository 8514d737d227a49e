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

/** Counts the bytes of all messages that pass. */
final class TrafficMeter implements Clients {
  private final Clients clients;
  private long down;
  private long up;

  TrafficMeter(Clients clients) {
    this.clients = clients;
  }

  /** What has been sent to all devices since the last call, which begins anew. */
  long takeDown() {
    long taken = down;
    down = 0;
    return taken;
  }

  /** What all devices have sent since the last call, which begins anew. */
  long takeUp() {
    long taken = up;
    up = 0;
    return taken;
  }

  @Override
  public long[] examples() {
    return clients.examples();
  }

  @Override
  public boolean remember() {
    return clients.remember();
  }

  @Override
  public SortedMap<Integer, Answer> ask(SortedMap<Integer, ? extends Request> requests) {
    SortedMap<Integer, Answer> answers = clients.ask(requests);
    down += requests.values().stream().mapToLong(Request::bytes).sum();
    up += answers.values().stream().mapToLong(Answer::bytes).sum();
    return answers;
  }
}
