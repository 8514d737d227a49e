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
import java.util.Map;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/** Arithmetic, comparison and logic of two or more tensors: channels are united place by place. */
public final class PairwiseRule implements OpRule {
  private static final Map<String, Broadcasting.Zero> ZEROS =
      Map.ofEntries(
          Map.entry("add", Broadcasting.Zero.BOTH),
          Map.entry("subtract", Broadcasting.Zero.BOTH),
          Map.entry("reversesubtract", Broadcasting.Zero.BOTH),
          Map.entry("squaredsubtract", Broadcasting.Zero.BOTH),
          Map.entry("maximum", Broadcasting.Zero.BOTH),
          Map.entry("minimum", Broadcasting.Zero.BOTH),
          Map.entry("max_pairwise", Broadcasting.Zero.BOTH),
          Map.entry("min_pairwise", Broadcasting.Zero.BOTH),
          Map.entry("mergeadd", Broadcasting.Zero.BOTH),
          Map.entry("mergeavg", Broadcasting.Zero.BOTH),
          Map.entry("mergemax", Broadcasting.Zero.BOTH),
          Map.entry("multiply", Broadcasting.Zero.EITHER),
          Map.entry("boolean_and", Broadcasting.Zero.EITHER),
          Map.entry("divide", Broadcasting.Zero.FIRST),
          Map.entry("realdiv", Broadcasting.Zero.FIRST),
          Map.entry("truncatediv", Broadcasting.Zero.FIRST),
          Map.entry("floordiv", Broadcasting.Zero.FIRST),
          Map.entry("floormod", Broadcasting.Zero.FIRST),
          Map.entry("mod", Broadcasting.Zero.FIRST),
          Map.entry("prelu", Broadcasting.Zero.FIRST),
          Map.entry("pow_pairwise", Broadcasting.Zero.NEVER),
          Map.entry("Pow", Broadcasting.Zero.NEVER),
          Map.entry("tf_atan2", Broadcasting.Zero.NEVER),
          Map.entry("boolean_or", Broadcasting.Zero.BOTH),
          Map.entry("boolean_xor", Broadcasting.Zero.BOTH),
          Map.entry("equals", Broadcasting.Zero.NEVER),
          Map.entry("not_equals", Broadcasting.Zero.NEVER),
          Map.entry("greater", Broadcasting.Zero.NEVER),
          Map.entry("greater_equal", Broadcasting.Zero.NEVER),
          Map.entry("less", Broadcasting.Zero.NEVER),
          Map.entry("less_equal", Broadcasting.Zero.NEVER));
  private static final Set<String> DIVISIONS =
      Set.of("divide", "realdiv", "truncatediv", "floordiv", "floormod", "mod");
  // The exponents may be negative.
  private static final Set<String> POWERS = Set.of("pow_pairwise", "Pow");

  /** The rule. */
  public PairwiseRule() {}

  @Override
  public Set<String> ops() {
    return ZEROS.keySet();
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    String op = scene.op().opName();
    Tensor result = scene.input(0);
    for (int i = 1; i < scene.inputs().size(); i++) {
      Tensor other = scene.input(i);
      if (DIVISIONS.contains(op)) {
        TransformRule.withoutInfinities(scene, other);
      } else if (POWERS.contains(op)) {
        TransformRule.withoutInfinities(scene, result);
      }
      result = Broadcasting.combine(scene, result, other, ZEROS.get(op), op + " of its inputs");
    }
    return List.of(result);
  }
}
