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
package org.dl4jprune.structure.depth;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who reads whom in a model: vertices of a graph, or variables of a SameDiff graph.
 *
 * @param inputs what each node reads; empty for inputs and parameters
 * @param outputs the nodes that somebody outside reads
 */
record Wiring(Map<String, List<String>> inputs, Set<String> outputs) {

  /** All nodes that a node depends on, without itself. */
  Set<String> ancestors(String node) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(inputs.get(node));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (found.add(next)) {
        open.addAll(inputs.get(next));
      }
    }
    return found;
  }

  /** The nodes that an output depends on, outputs included. */
  Set<String> live() {
    Set<String> found = new HashSet<>();
    for (String output : outputs) {
      // Everything behind a node that was seen has been seen, so each node is expanded once.
      Deque<String> open = new ArrayDeque<>(List.of(output));
      while (!open.isEmpty()) {
        String next = open.pop();
        if (found.add(next)) {
          open.addAll(inputs.get(next));
        }
      }
    }
    return found;
  }

  /** The wiring in which the readers of some nodes read others instead. */
  Wiring redirected(Map<String, String> redirects) {
    Map<String, List<String>> changed = new LinkedHashMap<>();
    inputs.forEach((node, read) -> changed.put(node, redirected(read, redirects)));
    return new Wiring(changed, outputs);
  }

  /** Follows redirects to the end: the shortcut of a removed block may be a removed block's sum. */
  static List<String> redirected(List<String> read, Map<String, String> redirects) {
    List<String> changed = new ArrayList<>();
    for (String name : read) {
      String current = name;
      while (redirects.containsKey(current)) {
        current = redirects.get(current);
      }
      changed.add(current);
    }
    return changed;
  }

  /** What is needed now and no longer after a redirection, in the order of the model. */
  Set<String> freedBy(Map<String, String> redirects) {
    Set<String> before = live();
    Set<String> after = redirected(redirects).live();
    Set<String> freed = new LinkedHashSet<>();
    for (String node : inputs.keySet()) {
      if (before.contains(node) && !after.contains(node)) {
        freed.add(node);
      }
    }
    return freed;
  }
}
