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

import java.util.List;

/**
 * What the time of a layer depends on.
 *
 * @param kind the layer's class, and for convolutions kernel, stride, dilation and padding
 * @param batch how many examples at once
 * @param space the sizes of the input beside batch and channels: height and width, time steps, or
 *     nothing
 * @param inputs the layer's input channels, {@code nIn}
 * @param outputs the layer's output channels, {@code nOut}
 */
public record LayerShape(String kind, long batch, List<Long> space, long inputs, long outputs) {

  /**
   * Copies its arguments.
   *
   * @param kind the layer's class and geometry
   * @param batch how many examples at once
   * @param space the sizes of the input beside batch and channels
   * @param inputs the layer's input channels
   * @param outputs the layer's output channels
   */
  public LayerShape {
    space = List.copyOf(space);
  }

  LayerShape withWidths(long newInputs, long newOutputs) {
    return new LayerShape(kind, batch, space, newInputs, newOutputs);
  }

  /** Whether the other one is the same layer, as wide or wider. */
  boolean isCoveredBy(LayerShape other) {
    return kind.equals(other.kind)
        && batch == other.batch
        && space.equals(other.space)
        && inputs <= other.inputs
        && outputs <= other.outputs;
  }

  @Override
  public String toString() {
    return "%s %d -> %d on %s, batch %d".formatted(kind, inputs, outputs, space, batch);
  }
}
