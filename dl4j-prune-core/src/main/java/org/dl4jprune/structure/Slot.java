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

import org.dl4jprune.model.Parameter;

/**
 * An axis of a parameter whose slices belong to channels.
 *
 * @param parameter the parameter
 * @param axis an axis of its shape
 * @param channels the channel of each slice, as many as the axis is long
 */
public record Slot(Parameter parameter, int axis, int[] channels) {

  /**
   * Checks the length.
   *
   * @param parameter the parameter
   * @param axis an axis of its shape
   * @param channels the channel of each slice
   * @throws IllegalArgumentException if the axis has another length
   */
  public Slot {
    if (parameter.shape()[axis] != channels.length) {
      throw new IllegalArgumentException(
          "Axis %d of %s has %d slices, not %d"
              .formatted(axis, parameter, parameter.shape()[axis], channels.length));
    }
  }

  /**
   * Whether the slices are the outputs of a layer's weights.
   *
   * @param layer the layer's name
   * @return false for inputs, biases, normalisations and other layers
   */
  public boolean isOutputOf(String layer) {
    return parameter.layer().equals(layer)
        && parameter.rank() > 1
        && parameter.outputs() == channels.length
        && parameter.isOutputAxis(axis);
  }
}
