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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Who reads the removable channels of a model: linear layers, whose inputs can be had as a matrix
 * (dense, output and two-dimensional convolution), and others.
 */
public final class Consumers {
  private final List<Consumer> linear = new ArrayList<>();
  private final List<Slot> others = new ArrayList<>();

  private Consumers(ChannelGroups groups) {
    LinearInputs inputs = new LinearInputs(groups.model());
    Map<Parameter, Slot> readers = new LinkedHashMap<>();
    for (Slot slot : groups.slots()) {
      Parameter parameter = slot.parameter();
      boolean weight = parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT;
      boolean removable =
          Arrays.stream(slot.channels()).anyMatch(c -> groups.isRemovable(groups.unitOf(c)));
      if (weight && removable && parameter.isInputAxis(slot.axis())) {
        readers.put(parameter, slot);
      }
    }
    readers.forEach(
        (parameter, slot) -> {
          BiFunction<PrunableModel, MultiDataSet, INDArray> matrix = inputs.of(parameter);
          if (matrix == null) {
            others.add(slot);
          } else {
            linear.add(new Consumer(parameter, unitOfRow(groups, slot), matrix));
          }
        });
  }

  /**
   * Finds the consumers.
   *
   * @param groups the groups of a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the consumers
   * @throws IllegalArgumentException if the model is of another class
   */
  public static Consumers of(ChannelGroups groups) {
    return new Consumers(groups);
  }

  /** A row of B for each input and, within it, each kernel position. */
  private static int[] unitOfRow(ChannelGroups groups, Slot slot) {
    int kernel = Math.toIntExact(slot.parameter().fanIn() / slot.channels().length);
    int[] units = new int[slot.channels().length * kernel];
    for (int row = 0; row < units.length; row++) {
      int unit = groups.unitOf(slot.channels()[row / kernel]);
      units[row] = groups.isRemovable(unit) ? unit : -1;
    }
    return units;
  }

  /**
   * The layers whose inputs can be had as a matrix.
   *
   * @return in the order of computation
   */
  public List<Consumer> linear() {
    return List.copyOf(linear);
  }

  /**
   * The axes of all other weights that read removable channels: recurrent, transposed and separable
   * layers, attention, and frozen layers of any kind.
   *
   * @return in the order of computation
   */
  public List<Slot> others() {
    return List.copyOf(others);
  }
}
