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

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Devices in this process, which answer one after the other: one copy of the model for each. For
 * tests and studies of what would happen on devices; what is measured in bytes is what would be
 * sent.
 */
public final class FederatedSimulation implements Clients {
  private final List<Device> devices = new ArrayList<>();

  /**
   * Makes the devices; each goes over its data once.
   *
   * @param model copied for each device
   * @param settings what all devices know
   * @param data the data of each device; iterators that can be reset and share nothing
   * @throws IllegalArgumentException if there is no device, one has no data, or two share an
   *     iterator
   */
  public FederatedSimulation(
      PrunableModel model, DeviceSettings settings, List<? extends DataSetIterator> data) {
    if (data.isEmpty()) {
      throw new IllegalArgumentException("There are no clients; give the data of at least one");
    }
    for (int i = 0; i < data.size(); i++) {
      for (int other = 0; other < i; other++) {
        if (data.get(i) == data.get(other)) {
          throw new IllegalArgumentException(
              "Clients %d and %d share an iterator; give each its own".formatted(other, i));
        }
      }
      devices.add(new Device(model.copy(), settings, data.get(i), i));
    }
  }

  /** A device, for tests. */
  Device device(int number) {
    return devices.get(number);
  }

  @Override
  public long[] examples() {
    return devices.stream().mapToLong(Device::examples).toArray();
  }

  @Override
  public boolean remember() {
    return true;
  }

  @Override
  public SortedMap<Integer, Answer> ask(SortedMap<Integer, ? extends Request> requests) {
    SortedMap<Integer, Answer> answers = new TreeMap<>();
    requests.forEach((number, request) -> answers.put(number, devices.get(number).answer(request)));
    return answers;
  }
}
