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

import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Scene;

/**
 * A layer or vertex whose inputs must stay, with the reason.
 *
 * @param <T> the configuration class
 */
public final class PinnedRule<T> implements CouplingRule<T> {
  private final Class<T> type;
  private final String why;
  private final boolean passesOn;

  private PinnedRule(Class<T> type, String why, boolean passesOn) {
    this.type = type;
    this.why = why;
    this.passesOn = passesOn;
  }

  /**
   * A rule for a class that passes its input's channels on, such as a loss.
   *
   * @param type the configuration class
   * @param why why its inputs must stay
   * @return the rule
   * @param <T> the configuration class
   */
  public static <T> PinnedRule<T> same(Class<T> type, String why) {
    return new PinnedRule<>(type, why, true);
  }

  /**
   * A rule for a class that makes channels of its own, which stay too.
   *
   * @param type the configuration class
   * @param why why its inputs must stay
   * @return the rule
   * @param <T> the configuration class
   */
  public static <T> PinnedRule<T> barrier(Class<T> type, String why) {
    return new PinnedRule<>(type, why, false);
  }

  @Override
  public Class<T> type() {
    return type;
  }

  @Override
  public int[] couple(T configuration, int[][] inputs, Scene scene) {
    for (int[] input : inputs) {
      scene.pin(input, why);
    }
    scene.rest(Double.NaN);
    return passesOn ? inputs[0] : null;
  }

  @Override
  public void resize(T configuration, int[][] inputs, int[] output, CouplingRules rules) {}
}
