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

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * A layer around another one: frozen, last time step, mask zero, time distributed.
 *
 * @param <T> the wrapper's class
 */
public final class WrapperRule<T extends Layer> implements CouplingRule<T> {
  private final Class<T> type;
  private final Function<T, Layer> inner;
  private final BiConsumer<T, Layer> replace;

  private WrapperRule(Class<T> type, Function<T, Layer> inner, BiConsumer<T, Layer> replace) {
    this.type = type;
    this.inner = inner;
    this.replace = replace;
  }

  /**
   * The rule of wrappers that DL4J calls so.
   *
   * @return the rule
   */
  public static WrapperRule<BaseWrapperLayer> wrapper() {
    return new WrapperRule<>(
        BaseWrapperLayer.class, BaseWrapperLayer::getUnderlying, BaseWrapperLayer::setUnderlying);
  }

  /**
   * The rule of frozen layers.
   *
   * @return the rule
   */
  public static WrapperRule<FrozenLayer> frozen() {
    return new WrapperRule<>(
        FrozenLayer.class,
        FrozenLayer::getLayer,
        // A frozen layer's clone has a layer of its own.
        null);
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public int[] couple(T wrapper, int[][] inputs, Scene scene) {
    if (!scene.rules().knows(inner.apply(wrapper))) {
      scene.pin(
          inputs[0], inner.apply(wrapper).getClass().getSimpleName() + " has no coupling rule");
      return null;
    }
    int[] output = scene.rules().couple(inner.apply(wrapper), inputs, scene);
    if (wrapper instanceof LastTimeStep) {
      scene.layout(Layout.FLAT);
    } else if (wrapper instanceof TimeDistributed distributed) {
      scene.layout(Layout.sequence(distributed.getRnnDataFormat()));
    }
    return output;
  }

  @Override
  public void resize(T wrapper, int[][] inputs, int[] output, CouplingRules rules) {
    if (replace != null) {
      // A clone of the wrapper still shares the layer inside.
      replace.accept(wrapper, inner.apply(wrapper).clone());
    }
    rules.resize(inner.apply(wrapper), inputs, output);
  }

  @Override
  public long expectedInputs(T wrapper, CouplingRules rules) {
    Layer layer = inner.apply(wrapper);
    return rules.knows(layer) ? rules.expectedInputs(layer) : -1;
  }
}
