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
package org.dl4jprune.structure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Identities of channels. Each channel of an activation and each slice of a parameter has a number;
 * numbers that must live and die together are united, those that must stay are pinned. A forest of
 * disjoint sets, so that a network of any depth is coupled in almost linear time.
 */
public final class ChannelSets {
  private int[] parents = new int[1024];
  private int size;
  private final Map<Integer, String> pins = new TreeMap<>();
  private final List<Coupling> couplings = new ArrayList<>();

  /**
   * Why channels were united.
   *
   * @param where the layer, vertex or preprocessor
   * @param why in words
   * @param channels one list of numbers, each united with the number at the same place of the other
   */
  record Coupling(String where, String why, int[] channels) {}

  ChannelSets() {}

  /**
   * New channels that nothing is known of.
   *
   * @param count how many
   * @return their numbers
   */
  public int[] fresh(long count) {
    int[] ids = new int[Math.toIntExact(count)];
    if (size + ids.length > parents.length) {
      parents = Arrays.copyOf(parents, Math.max(2 * parents.length, size + ids.length));
    }
    for (int i = 0; i < ids.length; i++) {
      ids[i] = size;
      parents[size] = size++;
    }
    return ids;
  }

  /**
   * Unites channels place by place.
   *
   * @param first numbers
   * @param second as many numbers
   * @param where the layer, vertex or preprocessor that couples them
   * @param why in words
   * @throws IllegalArgumentException if their numbers differ
   */
  public void unite(int[] first, int[] second, String where, String why) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "%s couples %d channels with %d: %s".formatted(where, first.length, second.length, why));
    }
    for (int i = 0; i < first.length; i++) {
      uniteOne(first[i], second[i]);
    }
    couplings.add(new Coupling(where, why, first));
  }

  private void uniteOne(int first, int second) {
    int low = Math.min(find(first), find(second));
    int high = Math.max(find(first), find(second));
    if (low != high) {
      parents[high] = low;
      String pin = pins.remove(high);
      if (pin != null) {
        pins.putIfAbsent(low, pin);
      }
    }
  }

  /**
   * Keeps channels for ever.
   *
   * @param channels their numbers
   * @param why the reason, in words
   */
  public void pin(int[] channels, String why) {
    for (int channel : channels) {
      pins.putIfAbsent(find(channel), why);
    }
  }

  int find(int channel) {
    int root = channel;
    while (parents[root] != root) {
      root = parents[root];
    }
    int walk = channel;
    while (parents[walk] != root) {
      int next = parents[walk];
      parents[walk] = root;
      walk = next;
    }
    return root;
  }

  /** Why a channel stays, or null. */
  String pinOf(int channel) {
    return pins.get(find(channel));
  }

  List<Coupling> couplings() {
    return couplings;
  }

  int count() {
    return size;
  }
}
