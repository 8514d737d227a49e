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

/**
 * How one kind of layer, vertex or preprocessor passes channels on, and how its configuration is
 * made smaller.
 *
 * @param <T> the configuration class that the rule is for; subclasses are covered too
 */
public interface CouplingRule<T> {

  /**
   * The configuration class that the rule is for.
   *
   * @return the class
   */
  Class<T> type();

  /**
   * Couples the channels that enter with the slices of the parameters.
   *
   * @param configuration the layer's or vertex's configuration
   * @param inputs the channels of each input; one list for a layer
   * @param scene where to name slots, unite, pin and remark
   * @return the channels of the output, or null if the rule has pinned what enters and nothing is
   *     known of what leaves
   */
  int[] couple(T configuration, int[][] inputs, Scene scene);

  /**
   * Makes a configuration smaller, in place.
   *
   * @param configuration a copy that belongs to the new model
   * @param inputs which of the channels of each input are kept, as places in the old lists; behind
   *     them the same of each list that was given to {@link Scene#inner}
   * @param output which of the channels of the output are kept
   * @param rules the rules in force, for layers inside this one
   */
  void resize(T configuration, int[][] inputs, int[] output, CouplingRules rules);

  /**
   * Makes a preprocessor smaller that cannot be changed in place.
   *
   * @param configuration a copy that belongs to the new model
   * @param inputs as in {@link #resize}
   * @param output as in {@link #resize}
   * @param rules the rules in force
   * @return what the new model shall use; the same object after {@link #resize} by default
   */
  default T resized(T configuration, int[][] inputs, int[] output, CouplingRules rules) {
    resize(configuration, inputs, output, rules);
    return configuration;
  }

  /**
   * The number of channels that a layer expects of an input that is the model's own.
   *
   * @param configuration the layer's configuration
   * @param rules the rules in force, for layers inside this one
   * @return the number, or -1 if it takes what comes
   */
  default long expectedInputs(T configuration, CouplingRules rules) {
    return -1;
  }
}
