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
package org.dl4jprune.calibration.relevance;

import java.util.Map;
import java.util.Objects;

/**
 * Which rule each layer follows: a plain value that Jackson can write, so that it can be searched.
 * Layers without weights have one rule each: pooling by maximum hands all relevance to the place of
 * the maximum, other pooling and sums follow ε, concatenations split, everything else passes.
 *
 * @param output of the layer that makes the logits
 * @param dense of the dense layers of a model with convolutions
 * @param denseOnly of the hidden layers of a model of dense layers only
 * @param convolution of convolutions
 * @param layers rules of single layers by their key, over the others
 * @param epsilon the ε of the ε rule, in [1e-9, 1e-2]
 */
public record LrpRules(
    LrpRule output,
    LrpRule dense,
    LrpRule denseOnly,
    LrpRule convolution,
    Map<String, LrpRule> layers,
    double epsilon) {
  private static final double SMALLEST = 1e-9;
  private static final double LARGEST = 1e-2;
  private static final double DEFAULT = 1e-6;

  /**
   * Checks and copies its arguments.
   *
   * @param output of the layer that makes the logits
   * @param dense of the dense layers of a model with convolutions
   * @param denseOnly of the hidden layers of a model of dense layers only
   * @param convolution of convolutions
   * @param layers rules of single layers by their key
   * @param epsilon the ε of the ε rule
   * @throws IllegalArgumentException if ε lies outside its range
   */
  public LrpRules {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(dense, "dense");
    Objects.requireNonNull(denseOnly, "denseOnly");
    Objects.requireNonNull(convolution, "convolution");
    layers = layers == null ? Map.of() : Map.copyOf(layers);
    if (!(epsilon >= SMALLEST && epsilon <= LARGEST)) {
      throw new IllegalArgumentException(
          "epsilon %s lies outside [1e-9, 1e-2]; 1e-6 is the default".formatted(epsilon));
    }
  }

  /**
   * The composite of the paper: ε on dense layers, α1β0 on convolutions; in a model of dense layers
   * only, ε on the last and α1β0 on the hidden ones. Yeom et al. 2021, <a
   * href="https://arxiv.org/abs/1912.08881">arXiv 1912.08881</a>, section 3.
   *
   * @return the rules, with ε = 1e-6
   */
  public static LrpRules composite() {
    return new LrpRules(
        LrpRule.EPSILON,
        LrpRule.EPSILON,
        LrpRule.ALPHA1_BETA0,
        LrpRule.ALPHA1_BETA0,
        Map.of(),
        DEFAULT);
  }

  /**
   * One rule for all layers with weights.
   *
   * @param rule the rule
   * @return the rules, with ε = 1e-6
   */
  public static LrpRules everywhere(LrpRule rule) {
    return new LrpRules(rule, rule, rule, rule, Map.of(), DEFAULT);
  }

  /**
   * The ε rule everywhere: in a ReLU network without biases this is gradient times input, divided
   * by the logit.
   *
   * @return the rules, with ε = 1e-6
   */
  public static LrpRules epsilonEverywhere() {
    return everywhere(LrpRule.EPSILON);
  }

  /**
   * The same rules with another ε.
   *
   * @param value in [1e-9, 1e-2]
   * @return new rules
   * @throws IllegalArgumentException if it lies outside
   */
  public LrpRules withEpsilon(double value) {
    return new LrpRules(output, dense, denseOnly, convolution, layers, value);
  }

  /**
   * The same rules with rules of single layers.
   *
   * @param rules by the layer's key
   * @return new rules
   */
  public LrpRules withLayers(Map<String, LrpRule> rules) {
    return new LrpRules(output, dense, denseOnly, convolution, rules, epsilon);
  }

  LrpRule of(Tape tape, Tape.Node node, LinearStep step) {
    LrpRule own = layers.get(node.name());
    if (own != null) {
      return own;
    }
    if (step.isConvolution()) {
      return convolution;
    }
    if (tape.isOutput(node.name())) {
      return output;
    }
    return tape.hasConvolutions() ? dense : denseOnly;
  }
}
