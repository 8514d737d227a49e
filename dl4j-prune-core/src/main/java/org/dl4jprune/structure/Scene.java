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

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.activations.IActivation;

/** What a rule works on: one layer or vertex, the channels that enter it, and its parameters. */
public final class Scene {
  private final ChannelSets sets;
  private final CouplingRules rules;
  private final String name;
  private final Map<String, Parameter> parameters;
  private final List<Slot> slots;
  private final List<Doubt> doubts;
  private final List<Flow> inputs;
  private final Flow.Holder output;
  private final List<int[]> inner;
  private final ActivationProbe probe;

  /**
   * Something that the user should know of a layer.
   *
   * @param where the layer
   * @param inexact whether removal and masking differ there
   * @param text what and why
   */
  public record Remark(String where, boolean inexact, String text) {}

  /**
   * A remark that counts only if one of some channels can go.
   *
   * @param remark what to say
   * @param channels their numbers; null for those of the output
   */
  record Doubt(Remark remark, int[] channels) {}

  Scene(
      ChannelSets sets,
      CouplingRules rules,
      String name,
      Map<String, Parameter> parameters,
      List<Slot> slots,
      List<Doubt> doubts,
      List<Flow> inputs,
      Flow.Holder output,
      List<int[]> inner,
      ActivationProbe probe) {
    this.sets = sets;
    this.rules = rules;
    this.name = name;
    this.parameters = parameters;
    this.slots = slots;
    this.doubts = doubts;
    this.inputs = inputs;
    this.output = output;
    this.inner = inner;
    this.probe = probe;
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
   * @param axis an axis; negative ones count from the last, which is -1
   * @param channels the channel of each slice
   */
  public void slot(String key, int axis, int[] channels) {
    Parameter parameter = parameters.get(key);
    if (parameter != null) {
      slots.add(new Slot(parameter, axis < 0 ? parameter.rank() + axis : axis, channels));
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
   * Says that removal and masking differ here, if a channel of the output can go at all.
   *
   * @param why in words
   */
  public void inexact(String why) {
    inexact(why, null);
  }

  /**
   * Says that removal and masking differ here, if one of some channels can go at all.
   *
   * @param why in words
   * @param channels their numbers; null for those of the output
   */
  public void inexact(String why, int[] channels) {
    doubts.add(new Doubt(new Remark(name, true, why), channels));
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
    return new Scene(sets, rules, name, inner, slots, doubts, inputs, output, this.inner, probe);
  }

  /**
   * The place behind this one, for a rule that is made of several others.
   *
   * @return a view whose first input is what is known of the output so far
   */
  public Scene next() {
    return new Scene(
        sets, rules, name, parameters, slots, doubts, List.of(output.get()), output, inner, probe);
  }

  /**
   * Puts several lists of channels one after the other.
   *
   * @param parts lists of numbers
   * @return one list
   */
  public static int[] join(int[]... parts) {
    int[] all = new int[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /**
   * Repeats each channel, as a flattened image does.
   *
   * @param channels numbers
   * @param times how often
   * @return each number as often, one after the other
   */
  public static int[] repeat(int[] channels, int times) {
    int[] all = new int[Math.multiplyExact(channels.length, times)];
    for (int i = 0; i < channels.length; i++) {
      Arrays.fill(all, i * times, (i + 1) * times, channels[i]);
    }
    return all;
  }

  /**
   * Where an input has its channels.
   *
   * @param input the input's number, 0 for a layer
   * @return the layout as far as it is known
   */
  public Layout layout(int input) {
    return inputs.get(input).layout();
  }

  /**
   * Says where the output has its channels. Without it, they are where the first input has them.
   *
   * @param layout the output's layout
   */
  public void layout(Layout layout) {
    output.layout(layout);
  }

  /**
   * The value that a channel of an input has everywhere once all slices of its unit are zero.
   *
   * @param input the input's number, 0 for a layer
   * @return the value; NaN if it has none
   */
  public double rest(int input) {
    return inputs.get(input).rest();
  }

  /**
   * Says which value a channel of the output has everywhere once all slices of its unit are zero.
   * Without it, the value is that of the first input.
   *
   * @param value the value; NaN if it has none
   */
  public void rest(double value) {
    output.rest(value);
  }

  /**
   * Says that an activation function follows a sum of weighted inputs in the layout of the output:
   * channels whose slices are zero rest at f(0). Remarks that removal is inexact if the function
   * looks at all channels.
   *
   * @param function the function
   */
  public void activation(IActivation function) {
    activation(function, 0, output.get().layout());
  }

  /**
   * Says that an activation function follows.
   *
   * @param function the function
   * @param value what channels whose slices are zero have before it; NaN if they have no one value
   * @param layout the layout in which the function is applied
   */
  public void activation(IActivation function, double value, Layout layout) {
    ActivationProbe.Answer answer = probe.ask(function, Double.isNaN(value) ? 0 : value, layout);
    rest(Double.isNaN(value) ? Double.NaN : answer.value());
    if (answer.mixes()) {
      inexact("%s looks at all channels that are left".formatted(function));
    }
  }

  /**
   * Registers units that neither enter nor leave, such as attention heads. {@link
   * CouplingRule#resize} finds their kept places behind those of the inputs.
   *
   * @param channels their numbers
   */
  public void inner(int[] channels) {
    inner.add(channels);
  }
}
