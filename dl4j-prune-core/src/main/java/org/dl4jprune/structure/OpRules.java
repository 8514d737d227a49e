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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules for SameDiff ops in force, by the ops' names. */
public final class OpRules {
  private final Map<String, OpRule> rules;

  private OpRules(Map<String, OpRule> rules) {
    this.rules = rules;
  }

  /**
   * Rules in order; for an op with several, the first is taken.
   *
   * @param rules the rules
   * @return the rules in force
   */
  public static OpRules of(List<? extends OpRule> rules) {
    Map<String, OpRule> byName = new HashMap<>();
    rules.forEach(rule -> rule.ops().forEach(name -> byName.putIfAbsent(name, rule)));
    return new OpRules(byName);
  }

  /**
   * These rules with one more, which wins over all others.
   *
   * @param rule for ops without a rule, or in place of a built-in rule
   * @return new rules
   */
  public OpRules with(OpRule rule) {
    Map<String, OpRule> more = new HashMap<>(rules);
    rule.ops().forEach(name -> more.put(name, rule));
    return new OpRules(more);
  }

  /**
   * The rule for an op.
   *
   * @param opName the op's name
   * @return the rule, or null if what enters and leaves such an op must stay whole
   */
  public OpRule of(String opName) {
    return rules.get(opName);
  }
}
