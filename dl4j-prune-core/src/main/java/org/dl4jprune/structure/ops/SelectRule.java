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

/** A choice between two tensors by a condition: all three are united place by place. */
public final class SelectRule implements OpRule {

  /** The rule. */
  public SelectRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("select", "Where");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    if (scene.inputs().size() != 3) {
      scene.pinInputs("the places where a condition holds are not known");
      return List.of(Tensor.unknown());
    }
    String why = "a choice between its inputs";
    Tensor values =
        Broadcasting.combine(scene, scene.input(1), scene.input(2), Broadcasting.Zero.BOTH, why);
    return List.of(
        Broadcasting.combine(scene, values, scene.input(0), Broadcasting.Zero.FIRST, why));
  }
}
