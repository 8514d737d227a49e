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
package org.dl4jprune.structure.rules;

import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * What comes in goes out: poolings, paddings, sequences read in another order.
 *
 * @param <T> the configuration class
 */
public final class SameChannels<T> implements CouplingRule<T> {
  private final Class<T> type;
  private final String inexact;
  private final BiFunction<T, Layout, Layout> layout;
  private final ToDoubleBiFunction<T, Double> rest;

  private SameChannels(
      Class<T> type,
      String inexact,
      BiFunction<T, Layout, Layout> layout,
      ToDoubleBiFunction<T, Double> rest) {
    this.type = type;
    this.inexact = inexact;
    this.layout = layout;
    this.rest = rest;
  }

  /**
   * A rule for a class whose channels do not see each other, and that leaves channels of zeros and
   * the axes as they are.
   *
   * @param type the configuration class
   * @return the rule
   * @param <T> the configuration class
   */
  public static <T> SameChannels<T> of(Class<T> type) {
    return new SameChannels<>(
        type, null, (configuration, in) -> in, (configuration, in) -> in == 0 ? 0 : Double.NaN);
  }

  /**
   * A rule for a class that normalises over channels.
   *
   * @param type the configuration class
   * @param why why removal and masking differ
   * @return the rule
   * @param <T> the configuration class
   */
  public static <T> SameChannels<T> inexact(Class<T> type, String why) {
    SameChannels<T> exact = of(type);
    return new SameChannels<>(type, why, exact.layout, exact.rest);
  }

  /**
   * This rule for a class that changes the axes or the number of places.
   *
   * @param change the layout of the output by that of the input
   * @return a new rule
   */
  public SameChannels<T> layout(BiFunction<T, Layout, Layout> change) {
    return new SameChannels<>(type, inexact, change, rest);
  }

  /**
   * This rule for a class of which it is known what it makes of a constant channel.
   *
   * @param change the constant of the output by that of the input
   * @return a new rule
   */
  public SameChannels<T> rest(ToDoubleBiFunction<T, Double> change) {
    return new SameChannels<>(type, inexact, layout, change);
  }

  /**
   * This rule for a class that leaves a constant channel as it is.
   *
   * @return a new rule
   */
  public SameChannels<T> keepsConstants() {
    return rest((configuration, in) -> in);
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public int[] couple(T configuration, int[][] inputs, Scene scene) {
    if (inexact != null) {
      scene.inexact(inexact);
    }
    scene.layout(layout.apply(configuration, scene.layout(0)));
    scene.rest(rest.applyAsDouble(configuration, scene.rest(0)));
    return inputs[0];
  }

  @Override
  public void resize(T configuration, int[][] inputs, int[] output, CouplingRules rules) {
    if (configuration instanceof FeedForwardLayer layer) {
      layer.setNIn(inputs[0].length);
      layer.setNOut(output.length);
    }
  }

  @Override
  public long expectedInputs(T configuration, CouplingRules rules) {
    return configuration instanceof FeedForwardLayer layer ? layer.getNIn() : -1;
  }
}
