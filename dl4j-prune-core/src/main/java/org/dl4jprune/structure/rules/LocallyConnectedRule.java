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

import java.util.function.ToIntFunction;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * A convolution with weights of its own at each position: [positions, inputs × kernel, outputs],
 * where the kernel's places of one input are neighbours.
 *
 * @param <T> the layer class
 */
public abstract class LocallyConnectedRule<T extends SameDiffLayer> implements CouplingRule<T> {
  private final Class<T> type;
  private final ToIntFunction<T> kernel;

  private LocallyConnectedRule(Class<T> type, ToIntFunction<T> kernel) {
    this.type = type;
    this.kernel = kernel;
  }

  @Override
  public final Class<T> type() {
    return type;
  }

  final int[] couple(T layer, long outputs, int[] input, Scene scene) {
    int[] output = scene.sets().fresh(outputs);
    scene.slot("W", 1, Scene.repeat(input, kernel.applyAsInt(layer)));
    scene.slot("W", 2, output);
    scene.slot("b", -1, output);
    return output;
  }

  /**
   * The rule for sequences.
   *
   * @return the rule
   */
  public static CouplingRule<LocallyConnected1D> sequence() {
    return new LocallyConnectedRule<>(LocallyConnected1D.class, LocallyConnected1D::getKernel) {
      @Override
      public int[] couple(LocallyConnected1D layer, int[][] inputs, Scene scene) {
        int[] output = couple(layer, layer.getNOut(), inputs[0], scene);
        scene.layout(Layout.sequence(null));
        scene.activation(layer.getActivation().getActivationFunction());
        return output;
      }

      @Override
      public void resize(
          LocallyConnected1D layer, int[][] inputs, int[] output, CouplingRules rules) {
        layer.setNIn(inputs[0].length);
        layer.setNOut(output.length);
        layer.setFeatureDim(inputs[0].length * layer.getKernel());
        // What was derived from the old widths is shared with the original.
        layer.setLayerParams(null);
      }

      @Override
      public long expectedInputs(LocallyConnected1D layer, CouplingRules rules) {
        return layer.getNIn();
      }
    };
  }

  /**
   * The rule for images.
   *
   * @return the rule
   */
  public static CouplingRule<LocallyConnected2D> image() {
    return new LocallyConnectedRule<>(
        LocallyConnected2D.class, layer -> layer.getKernel()[0] * layer.getKernel()[1]) {
      @Override
      public int[] couple(LocallyConnected2D layer, int[][] inputs, Scene scene) {
        int[] output = couple(layer, layer.getNOut(), inputs[0], scene);
        scene.layout(Layout.image(layer.getFormat()));
        scene.activation(layer.getActivation().getActivationFunction());
        return output;
      }

      @Override
      public void resize(
          LocallyConnected2D layer, int[][] inputs, int[] output, CouplingRules rules) {
        layer.setNIn(inputs[0].length);
        layer.setNOut(output.length);
        layer.setFeatureDim(inputs[0].length * layer.getKernel()[0] * layer.getKernel()[1]);
        // What was derived from the old widths is shared with the original.
        layer.setLayerParams(null);
      }

      @Override
      public long expectedInputs(LocallyConnected2D layer, CouplingRules rules) {
        return layer.getNIn();
      }
    };
  }
}
