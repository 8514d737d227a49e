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
package org.dl4jprune.compare;

import java.util.List;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Initial weights of networks trained from scratch. Dead weights do not shrink the variance: the
 * fan counts live weights only. Liu et al., ICLR 2019, <a
 * href="https://arxiv.org/abs/1810.05270">arXiv 1810.05270</a>, and its code.
 */
public enum SparseAware {
  /**
   * The values of the model's own initialiser, times √(weights/live weights). A cut network is
   * initialised with its small shapes, which no SameDiff graph can do.
   */
  OWN,
  /** Gaussian, σ = √(2·outputs/live): the mean number of live weights of an output is the fan. */
  FAN_IN,
  /** Gaussian, σ = √(2·inputs/live): the mean number of live weights of an input is the fan. */
  FAN_OUT;

  /**
   * The standard deviation of new weights.
   *
   * @param parameter a weight
   * @param live how many of its values are not dead, at least 1
   * @param own the standard deviation of the model's own initialiser, for {@link #OWN}
   * @return for live weights; the dead ones are zero
   * @throws IllegalArgumentException if no weight is live
   */
  public double sigma(Parameter parameter, long live, double own) {
    if (live < 1) {
      throw new IllegalArgumentException(
          "%s has no live weight, so no network can be trained from scratch with this mask; give"
                  .formatted(parameter.name())
              + " the allocation a floor");
    }
    return switch (this) {
      case OWN -> own * Math.sqrt((double) parameter.length() / live);
      case FAN_IN -> Math.sqrt(2.0 * parameter.outputs() / live);
      case FAN_OUT -> Math.sqrt(2.0 * parameter.inputs() / live);
    };
  }

  /**
   * Draws or scales the weights of a new model; biases and normalisations stay.
   *
   * @param model a new model of the final shapes, changed in place; the dead weights are not zeroed
   * @param mask the live weights, or null if all are
   */
  void apply(PrunableModel model, PackedMasks mask) {
    List<Parameter> weights =
        model.parameters().stream()
            .filter(p -> p.role() == Role.WEIGHT || p.role() == Role.RECURRENT_WEIGHT)
            .filter(Parameter::trainable)
            .toList();
    for (Parameter weight : weights) {
      double sigma = sigma(weight, live(weight, mask), 1);
      INDArray values = model.values(weight);
      if (this == OWN) {
        values.muli(sigma);
      } else {
        values.assign(Nd4j.randn(values.dataType(), weight.shape()).muli(sigma));
      }
    }
  }

  /** How many values of a parameter a mask keeps. */
  static long live(Parameter parameter, PackedMasks mask) {
    long[] words = mask == null ? null : mask.words().get(parameter.name());
    return words == null
        ? parameter.length()
        : java.util.Arrays.stream(words).map(Long::bitCount).sum();
  }
}
