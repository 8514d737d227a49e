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

import java.util.List;
import java.util.Set;

/** How one kind of SameDiff op passes channels on, and how its arguments are made smaller. */
public interface OpRule {

  /**
   * The ops that the rule is for.
   *
   * @return names as {@code DifferentialFunction.opName()} gives them
   */
  Set<String> ops();

  /**
   * Couples the channels of the inputs and says which channels the outputs have.
   *
   * @param scene the op, its inputs, and where to unite, pin and remark
   * @return one tensor for each output
   */
  List<Tensor> couple(OpScene scene);

  /**
   * Makes the op's arguments smaller. Nothing to do for ops whose arguments name no sizes.
   *
   * @param scene what {@link #couple} worked on
   * @param surgery the op in the smaller graph
   */
  default void resize(OpScene scene, OpResize surgery) {}

  /**
   * Whether the rule can tell something of the outputs although the rank of an input is unknown.
   *
   * @return false by default: then all that enters such an op stays, and its outputs are unknown
   */
  default boolean copesWithUnknownRank() {
    return false;
  }
}
