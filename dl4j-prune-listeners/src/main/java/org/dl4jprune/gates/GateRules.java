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
package org.dl4jprune.gates;

import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;
import org.dl4jprune.structure.rules.BuiltInRules;

/**
 * The coupling rules of the gate layers, for the removal of channels from a network that still has
 * gates: a channel takes its gate along. Weights in {@link GatedWeights} have no rule and stay.
 */
public final class GateRules {

  private GateRules() {}

  /**
   * The built-in rules and those of the gates.
   *
   * @return the rules
   */
  public static CouplingRules rules() {
    return BuiltInRules.rules()
        .with(new LayerRule())
        .with(new ModuleRule())
        .with(new ProductRule());
  }

  /** One gate for each channel follows it; gates of several channels keep their channels. */
  private static final class LayerRule implements CouplingRule<GateLayer> {
    @Override
    public Class<GateLayer> type() {
      return GateLayer.class;
    }

    @Override
    public int[] couple(GateLayer layer, int[][] inputs, Scene scene) {
      if (layer.getGates() == inputs[0].length) {
        scene.slot(GateLayer.KEY, 0, inputs[0]);
      } else if (layer.getGates() > 1) {
        scene.pin(inputs[0], "each of its gates is shared by several channels");
      }
      return inputs[0];
    }

    @Override
    public void resize(GateLayer layer, int[][] inputs, int[] output, CouplingRules rules) {
      if (layer.getGates() == layer.getNIn()) {
        layer.setGates(output.length);
      }
      layer.setNIn(inputs[0].length);
      layer.setNOut(output.length);
    }

    @Override
    public long expectedInputs(GateLayer layer, CouplingRules rules) {
      return layer.getNIn();
    }
  }

  /** A dense layer on the mean over positions. */
  private static final class ModuleRule implements CouplingRule<GateModule> {
    @Override
    public Class<GateModule> type() {
      return GateModule.class;
    }

    @Override
    public int[] couple(GateModule layer, int[][] inputs, Scene scene) {
      int[] output = scene.sets().fresh(layer.getNOut());
      scene.slot("W", 0, inputs[0]);
      scene.slot("W", 1, output);
      scene.slot("b", 0, output);
      return output;
    }

    @Override
    public void resize(GateModule layer, int[][] inputs, int[] output, CouplingRules rules) {
      layer.setNIn(inputs[0].length);
      layer.setNOut(output.length);
    }

    @Override
    public long expectedInputs(GateModule layer, CouplingRules rules) {
      return layer.getNIn();
    }
  }

  /** Channel i is multiplied by gate i; a single gate stays. */
  private static final class ProductRule implements CouplingRule<GateProduct> {
    @Override
    public Class<GateProduct> type() {
      return GateProduct.class;
    }

    @Override
    public int[] couple(GateProduct product, int[][] inputs, Scene scene) {
      if (inputs[1].length == inputs[0].length) {
        scene.sets().unite(inputs[0], inputs[1], scene.name(), "each channel has a gate");
      } else {
        scene.pin(inputs[1], "each gate is shared by several channels");
      }
      return inputs[0];
    }

    @Override
    public void resize(GateProduct product, int[][] inputs, int[] output, CouplingRules rules) {}
  }
}
