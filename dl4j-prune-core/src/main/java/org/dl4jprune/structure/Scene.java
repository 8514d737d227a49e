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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;

/** What a rule works on: one layer or vertex, the channels that enter it, and its parameters. */
public final class Scene {
  private final ChannelSets sets;
  private final CouplingRules rules;
  private final String name;
  private final Map<String, Parameter> parameters;
  private final List<Slot> slots;
  private final List<Remark> remarks;

  /**
   * Something that the user should know of a layer.
   *
   * @param where the layer
   * @param inexact whether removal and masking differ there
   * @param text what and why
   */
  public record Remark(String where, boolean inexact, String text) {}

  Scene(
      ChannelSets sets,
      CouplingRules rules,
      String name,
      Map<String, Parameter> parameters,
      List<Slot> slots,
      List<Remark> remarks) {
    this.sets = sets;
    this.rules = rules;
    this.name = name;
    this.parameters = parameters;
    this.slots = slots;
    this.remarks = remarks;
  }

  /**
   * The layer's or vertex's name.
   *
   * @return as in messages
   */
  public String name() {
    return name;
  }

  /**
   * The identities of channels.
   *
   * @return shared by the whole model
   */
  public ChannelSets sets() {
    return sets;
  }

  /**
   * The rules in force, for layers inside this one.
   *
   * @return the rules
   */
  public CouplingRules rules() {
    return rules;
  }

  /**
   * Says that the slices of a parameter belong to channels. Without effect if the layer has no such
   * parameter.
   *
   * @param key the parameter's key in the layer, such as {@code W}
   * @param axis an axis
   * @param channels the channel of each slice
   */
  public void slot(String key, int axis, int[] channels) {
    Parameter parameter = parameters.get(key);
    if (parameter != null) {
      slots.add(new Slot(parameter, axis, channels));
    }
  }

  /**
   * Whether the layer has a parameter.
   *
   * @param key the parameter's key in the layer
   * @return true if it has
   */
  public boolean has(String key) {
    return parameters.containsKey(key);
  }

  /**
   * Says that removal and masking differ here.
   *
   * @param why in words
   */
  public void inexact(String why) {
    remarks.add(new Remark(name, true, why));
  }

  /**
   * Keeps channels for ever, and says so.
   *
   * @param channels their numbers
   * @param why in words
   */
  public void pin(int[] channels, String why) {
    sets.pin(channels, name + ": " + why);
  }

  /**
   * The same place seen through other keys: those that start with a prefix, without it.
   *
   * @param prefix of the keys, such as {@code f} for the forward direction
   * @return a view of the same slots and channels
   */
  public Scene under(String prefix) {
    Map<String, Parameter> inner = new LinkedHashMap<>();
    parameters.forEach(
        (key, parameter) -> {
          if (key.startsWith(prefix)) {
            inner.put(key.substring(prefix.length()), parameter);
          }
        });
    return new Scene(sets, rules, name, inner, slots, remarks);
  }

  /**
   * Puts several lists of channels one after the other.
   *
   * @param parts lists of numbers
   * @return one list
   */
  public static int[] join(int[]... parts) {
    List<Integer> all = new ArrayList<>();
    for (int[] part : parts) {
      for (int id : part) {
        all.add(id);
      }
    }
    return all.stream().mapToInt(Integer::intValue).toArray();
  }
}
