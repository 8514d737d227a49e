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
package org.dl4jprune.structure.depth;

import java.util.List;
import org.dl4jprune.model.Parameter;

/**
 * A part of a model whose input and output shapes agree, so that its readers can read its input
 * instead.
 *
 * @param index its number in the order of the model, from 0
 * @param name the vertex, layer or variable that it ends with: of a residual block the sum
 * @param shortcut the vertex, layer or variable that its readers read once it is gone
 * @param branches what is added to the shortcut; of a single layer the layer itself
 * @param members what vanishes with it, itself included
 * @param parameters the parameters that vanish with it
 */
public record RemovableBlock(
    int index,
    String name,
    String shortcut,
    List<String> branches,
    List<String> members,
    List<Parameter> parameters) {

  /**
   * Copies its arguments.
   *
   * @param index its number
   * @param name what it ends with
   * @param shortcut what its readers read once it is gone
   * @param branches what is added to the shortcut
   * @param members what vanishes with it
   * @param parameters the parameters that vanish with it
   */
  public RemovableBlock {
    branches = List.copyOf(branches);
    members = List.copyOf(members);
    parameters = List.copyOf(parameters);
  }
}
