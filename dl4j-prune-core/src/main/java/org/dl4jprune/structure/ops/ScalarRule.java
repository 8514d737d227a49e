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
package org.dl4jprune.structure.ops;

import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/** Arithmetic and comparison with one number, and clipping between two. */
public final class ScalarRule implements OpRule {

  /** The rule. */
  public ScalarRule() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "mul_scalar",
        "div_scalar",
        "remainder_scalar",
        "fmod_scalar",
        "add_scalar",
        "sub_scalar",
        "rsub_scalar",
        "rdiv_scalar",
        "max_scalar",
        "scalar_min",
        "pow",
        "ClipByValue",
        "greaterthan_scalar",
        "greaterthanorequal_scalar",
        "lessthan_scalar",
        "lessthanorequal_scalar",
        "equals_scalar",
        "notequals_scalar");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    return List.of(
        switch (scene.op().opName()) {
          case "mul_scalar", "div_scalar", "remainder_scalar", "fmod_scalar" -> input;
          case "rdiv_scalar" -> TransformRule.withoutInfinities(scene, input);
          case "pow" -> power(scene, input);
          case "ClipByValue" -> clip(scene.numbers(), input);
          default -> input.notZero();
        });
  }

  private static Tensor power(OpScene scene, Tensor input) {
    double exponent = scene.scalar();
    if (exponent > 0) {
      return input;
    }
    return exponent == 0 ? input.notZero() : TransformRule.withoutInfinities(scene, input);
  }

  private static Tensor clip(double[] bounds, Tensor input) {
    boolean keepsZero = bounds.length >= 2 && bounds[0] <= 0 && bounds[1] >= 0;
    return keepsZero ? input : input.notZero();
  }
}
