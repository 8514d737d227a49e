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
import java.util.List;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.dl4jprune.structure.ops.BuiltInOps;

/** The rules in force: the first that fits a configuration's class is taken, one's own first. */
public final class CouplingRules {
  private final List<CouplingRule<?>> rules;
  private final OpRules ops;

  private CouplingRules(List<CouplingRule<?>> rules, OpRules ops) {
    this.rules = List.copyOf(rules);
    this.ops = ops;
  }

  /**
   * Rules in order; the first that fits is taken. SameDiff's ops have the built-in rules.
   *
   * @param rules the rules
   * @return the rules in force
   */
  public static CouplingRules of(List<CouplingRule<?>> rules) {
    return new CouplingRules(rules, BuiltInOps.rules());
  }

  /**
   * These rules with one more, which wins over all others.
   *
   * @param rule for a custom layer, vertex or preprocessor, or in place of a built-in rule
   * @return new rules
   */
  public CouplingRules with(CouplingRule<?> rule) {
    List<CouplingRule<?>> more = new ArrayList<>();
    more.add(rule);
    more.addAll(rules);
    return new CouplingRules(more, ops);
  }

  /**
   * These rules with one more for SameDiff's ops, which wins over all others.
   *
   * @param rule for ops without a rule, or in place of a built-in rule
   * @return new rules
   */
  public CouplingRules with(OpRule rule) {
    return new CouplingRules(rules, ops.with(rule));
  }

  /**
   * The rules for SameDiff's ops.
   *
   * @return the rules
   */
  public OpRules ops() {
    return ops;
  }

  /**
   * Whether there is a rule.
   *
   * @param configuration of a layer, vertex or preprocessor
   * @return false if what enters and leaves it must stay whole
   */
  public boolean knows(Object configuration) {
    return rules.stream().anyMatch(rule -> rule.type().isInstance(configuration));
  }

  /**
   * Whether there is a rule for a class.
   *
   * @param configuration the class of a layer, vertex or preprocessor
   * @return false if what enters and leaves it must stay whole
   */
  public boolean covers(Class<?> configuration) {
    return rules.stream().anyMatch(rule -> rule.type().isAssignableFrom(configuration));
  }

  /**
   * Couples by the first rule that fits.
   *
   * @param configuration of a layer, vertex or preprocessor
   * @param inputs the channels of each input
   * @param scene where to name slots
   * @return the channels of the output
   */
  public int[] couple(Object configuration, int[][] inputs, Scene scene) {
    return couple(rule(configuration), configuration, inputs, scene);
  }

  private static <T> int[] couple(
      CouplingRule<T> rule, Object configuration, int[][] inputs, Scene scene) {
    return rule.couple(rule.type().cast(configuration), inputs, scene);
  }

  /**
   * Resizes by the first rule that fits.
   *
   * @param configuration of a layer, vertex or preprocessor, changed in place
   * @param inputs the kept places of each input
   * @param output the kept places of the output
   */
  public void resize(Object configuration, int[][] inputs, int[] output) {
    resize(rule(configuration), configuration, inputs, output);
  }

  private <T> void resize(
      CouplingRule<T> rule, Object configuration, int[][] inputs, int[] output) {
    rule.resize(rule.type().cast(configuration), inputs, output, this);
  }

  /**
   * Resizes a preprocessor by the first rule that fits.
   *
   * @param preprocessor changed in place, or replaced
   * @param inputs the kept places of each input
   * @param output the kept places of the output
   * @return what the smaller model shall use
   */
  public InputPreProcessor resized(InputPreProcessor preprocessor, int[][] inputs, int[] output) {
    return (InputPreProcessor) resized(rule(preprocessor), preprocessor, inputs, output);
  }

  private <T> T resized(CouplingRule<T> rule, Object configuration, int[][] inputs, int[] output) {
    return rule.resized(rule.type().cast(configuration), inputs, output, this);
  }

  /**
   * The number of channels that a layer expects of the model's own input.
   *
   * @param configuration of a layer, vertex or preprocessor
   * @return the number, or -1 if it takes what comes
   */
  public long expectedInputs(Object configuration) {
    return expectedInputs(rule(configuration), configuration);
  }

  private <T> long expectedInputs(CouplingRule<T> rule, Object configuration) {
    return rule.expectedInputs(rule.type().cast(configuration), this);
  }

  private CouplingRule<?> rule(Object configuration) {
    return rules.stream()
        .filter(rule -> rule.type().isInstance(configuration))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no coupling rule for "
                        + configuration.getClass().getName()
                        + "; add one with CouplingRules.with"));
  }
}
